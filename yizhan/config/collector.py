"""How Python's garbage collector is set in a process that answers requests."""

import gc


def settle_collector() -> None:
    """What has been loaded stays: the collector need not look through it again with every few hundred new objects.

    Called once, when everything that stays has been imported.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
