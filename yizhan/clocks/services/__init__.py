"""Changing clocks: one file for the course of a clock, one for counting anew."""
