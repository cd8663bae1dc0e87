from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tiemchung.plumbing.memory import collect_rarely


@pytest.fixture
def collector_restored() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("collector_restored")
def test_what_was_loaded_before_is_never_walked_through_again() -> None:
    loaded = [[] for _ in range(1_000)]  # type: ignore[var-annotated]  # of nothing
    collect_rarely()
    walked = {id(one) for one in gc.get_objects()}
    assert not walked & {id(one) for one in loaded}


@pytest.mark.usefixtures("collector_restored")
def test_a_batch_is_collected_at_most_once() -> None:
    collect_rarely()
    before = gc.get_stats()[0]["collections"]
    batch = [[] for _ in range(40_000)]  # type: ignore[var-annotated]  # of nothing
    assert gc.get_stats()[0]["collections"] - before <= 1
    del batch
