"""Finding entries and numbers."""
