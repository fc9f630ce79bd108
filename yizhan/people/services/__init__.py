"""Changing: one file per thing done."""
