"""How a limit is counted and when its light changes: no Django, no clock, no files."""
