"""What a filing costs, how lists hold at a million cases, what pages weigh.

Four parts, of which one can be run by itself: `yizhan bench matters --only queue` makes the million cases and measures
an office's and a resident's lists (some seven minutes); `--only pages` what pages weigh and take in the sample city,
`--only filing` a filing as a call, `--only serving` filings over HTTP. All four take a quarter of an hour, `--quick`
one and a half minutes.
"""

from collections.abc import Callable, Iterator

from bench import filing, many, pages, serving
from bench.harness import Row

SCHEMA = ""
PARTS: dict[str, Callable[[bool], Iterator[Row]]] = {
    "pages": lambda quick: pages.rows(pages.QUICK if quick else pages.FULL),
    "filing": lambda quick: filing.rows(filing.QUICK if quick else filing.FULL),
    "serving": lambda quick: serving.rows(serving.QUICK if quick else serving.FULL),
    "queue": lambda quick: many.rows(many.QUICK if quick else many.FULL),
}


def prepare() -> None:
    """Reference data of a new city: divisions, calendar, items."""
    from yizhan.config.setup import load_reference_data

    load_reference_data()


def rows(*, quick: bool, only: str = "") -> Iterator[Row]:
    for name, measured in PARTS.items():
        if only in ("", name):
            yield from measured(quick)
