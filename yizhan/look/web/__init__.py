"""The look's own pages: the living page, the two switches, the error pages."""
