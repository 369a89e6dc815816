"""The hands of people and tests: everything a person can do in Slack, and everything a test wants to know or break."""
