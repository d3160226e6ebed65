"""The past, in SQLite."""
