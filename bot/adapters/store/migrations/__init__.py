"""Migrations: a frozen copy of each step that the tables took; never edited once released."""
