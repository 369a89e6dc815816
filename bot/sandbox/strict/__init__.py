"""Slack's limits on what an app may send, enforced before anything is kept."""
