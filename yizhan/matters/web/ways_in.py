"""Where the rest of the house leads into matters."""


def register() -> None:
    """Fill the link places; see urls.py for the routes."""
