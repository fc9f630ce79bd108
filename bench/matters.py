"""What a filing costs, how lists hold at a million cases, what pages weigh."""

from collections.abc import Iterator

from bench import filing, many, pages, serving
from bench.harness import Row

SCHEMA = ""


def prepare() -> None:
    """Reference data of a new city: divisions, calendar, items."""
    from yizhan.config.setup import load_reference_data

    load_reference_data()


def rows(*, quick: bool) -> Iterator[Row]:
    yield from pages.rows(pages.QUICK if quick else pages.FULL)
    yield from filing.rows(filing.QUICK if quick else filing.FULL)
    yield from serving.rows(serving.QUICK if quick else serving.FULL)
    yield from many.rows(many.QUICK if quick else many.FULL)
