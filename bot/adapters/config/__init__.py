"""Reads `configs/` into frozen models, and says everything that is wrong with it at once."""
