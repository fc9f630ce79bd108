"""OAuth2 for organisations' own systems."""
