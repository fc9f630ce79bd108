"""What is true on paper about a service item. No Django, no clock, no I/O."""
