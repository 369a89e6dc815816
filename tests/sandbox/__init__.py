"""The sandbox against Slack's contract, and against a real Bolt app over both transports."""
