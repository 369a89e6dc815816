"""The API for machines, and what operations asks of a process: one file a job."""
