"""One module a revision, applied in order by migrate.upgrade."""
