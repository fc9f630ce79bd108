"""How Python's garbage collector is set where much is made and little of it lies in circles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (20_000, 20, 20)
# Whoever waits for an answer waits for the collector too: it comes more often, and seldom for long. Over 600 pages it
# takes as much in all, 1.5 % of the time, with pauses of 10 to 20 ms in place of 50 to 130. To look through everything
# takes 0.2 s, which some request in a hundred thousand then waits.
SHORTLY = (5_000, 10, 1_000)


def settle_collector() -> None:
    """For a process that answers requests, called once, when everything that stays has been imported.

    What has been loaded stays: the collector need not look through it again with every few hundred new objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SHORTLY)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """For one long piece of work; afterwards the collector is as it was."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
