"""What the look knows without Django: the parts that pages are made of, and how numbers are masked."""
