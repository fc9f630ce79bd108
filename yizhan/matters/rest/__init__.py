"""The JSON API of matters, for organisations' own systems."""
