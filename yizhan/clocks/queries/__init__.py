"""Reading clocks: plain views, strips of days, and the light as an expression of the database."""
