"""Slack's Web API: the methods a release bot calls, and no other."""
