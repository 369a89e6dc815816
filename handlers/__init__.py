"""Every way in: thin translations of what a surface says into requests for the one road."""
