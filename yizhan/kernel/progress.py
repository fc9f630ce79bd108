"""How far a long command is, on the terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Gives what is called with (done, total). A bar on the error channel; on a pipe its label alone."""
    import click

    with click.progressbar(length=100, label=label, file=sys.stderr) as shown:

        def show(done: int, total: int) -> None:
            shown.update(100 * done // total - shown.pos)

        yield show
