"""A checkpoint in a ward, and travelers whose certificates are the golden ones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.domain.certificates import golden
from tests.domain.movement.travelers import ward_officer
from tests.faces.verifier.trusted import believe
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.places import actions as places
from tiemchung.domain.places.values import Checkpoint, CheckpointKind, Era
from tiemchung.kernel.ids import uuid7


@pytest.fixture
def checkpoint(committed_db: None, as_worker: Callable[[], AbstractContextManager[None]]) -> Checkpoint:
    """Let the golden keys be believed and the ward of 26734 have a checkpoint on a road."""
    journal.forget_server_device()
    with as_worker():
        believe()
    return places.enroll_checkpoint(
        uuid7(),
        name="Chốt cầu Phú Mỹ, làn 2",
        kind=CheckpointKind.ROAD,
        commune="26734",
        era=Era.Y2021,
        actor=ward_officer(),
        now=golden.NOW,
    )
