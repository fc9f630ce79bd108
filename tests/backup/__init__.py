"""The whole city into one file and back."""
