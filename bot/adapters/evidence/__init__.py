"""Evidence on disk: documents, their seals, and merges that lose nothing."""
