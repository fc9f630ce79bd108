"""What is true of persons and organisations on paper: no Django, no clock, no input or output."""
