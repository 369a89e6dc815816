"""Archives: where evidence lies that nobody can delete before its date."""
