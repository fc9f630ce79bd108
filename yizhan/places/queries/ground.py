"""What a map draws beneath the outlets: streets and areas. Whoever has tiles of a site says so."""

from collections.abc import Callable

TilesOf = Callable[[str], str | None]
_sources: list[TilesOf] = []


def offer_tiles(tiles_of: TilesOf) -> None:
    """`tiles_of(site)` is an address with {z}/{x}/{y}, None where it has none. Called once, from `ready()`."""
    _sources.append(tiles_of)


def tiles_of(site: str) -> str | None:
    return next((address for source in _sources if (address := source(site))), None)
