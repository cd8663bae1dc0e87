"""A whole phase is replayed while the database is killed again and again; the audit holds all the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.replay_by_hand import faults, figures, replay_with_cuts

pytestmark = pytest.mark.proof

SCALE = 0.01
CUTS = 4


def test_the_audit_holds_though_the_database_was_killed_in_mid_run(
    tmp_path: Path, tell_figures: Callable[..., None]
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    report, cutter = replay_with_cuts(scale=SCALE, cuts=CUTS, cuts_seed=seed, folder=tmp_path)
    tell_figures(seed=seed, **figures(report, cutter))
    assert faults(report, cutter) == []
