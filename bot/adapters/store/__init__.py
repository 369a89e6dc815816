"""The ledger's storage: events, projection, queue and checkpoints, on SQLite or PostgreSQL from the same code."""
