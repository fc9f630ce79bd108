"""What is true about places and days on paper: no Django, no clock, no files."""
