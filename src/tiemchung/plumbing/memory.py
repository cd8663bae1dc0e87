"""Python's garbage collector in processes that take batches: what is loaded stays, and a batch's objects live until its end."""

from __future__ import annotations

import gc

_OBJECTS_OF_A_BATCH = 50_000


def collect_rarely() -> None:
    """Leave what this process has loaded out of every collection, and collect once in some batches.

    A batch makes some ten thousand objects: Python's usual thresholds would walk through all of them, and through a
    country's units, again and again (a quarter of a batch's processor time, measured).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_OF_A_BATCH, 50, 1000)
