"""A local Slack workspace in one process: the demo's stage and the only Slack double in the tests."""
