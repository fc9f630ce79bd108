"""Reading: frozen views for the other rooms and querysets for our own pages."""
