"""Talking to Slack's Web API."""
