"""The people of a replay stand in the register as they are, without the slips of a busy desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tiemchung.kernel.register import Asked
from tiemchung_world.phase import load_phase
from tiemchung_world.plan import draw_plan
from tiemchung_world.register.phase import people_of
from tiemchung_world.register.store import Store

SCALE, SEED = 0.001, 7


def test_whoever_comes_to_a_site_is_known_by_every_field(tmp_path: Path) -> None:
    store = Store(tmp_path / "register.db")
    count = store.take_up(people_of("hcmc", scale=SCALE, seed=SEED))
    assert store.take_up(people_of("hcmc", scale=SCALE, seed=SEED)) == count
    plan = draw_plan(load_phase("hcmc", scale=SCALE), seed=SEED, run="another")
    people, some = plan.people, plan.persons[:50]
    asked = [
        Asked(ref="", number=f"{number:012}", name=name, born=str(born), sex="female" if female else "male")
        for number, name, born, female in zip(
            people.personal_number[some].tolist(),
            people.names(some),
            people.born[some].astype(str).tolist(),
            people.female[some].tolist(),
            strict=True,
        )
    ]
    assert len(asked) == 50
    assert store.disagreements(asked, client="tiemchung") == [[]] * 50
    store.close()


def test_a_phase_that_there_is_not_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        people_of("nowhere", scale=SCALE, seed=SEED)
