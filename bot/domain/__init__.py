"""The rules of a release: pure, no clock, no I/O, no Slack, no SQL."""
