"""Any order, any repetition, any lost answer ends in the same record: drawn by Hypothesis, held against PROTOCOL's table.

Every step is answered as the table says. At the end, whatever was acknowledged is here once, every clash is flagged, and
each tablet was told each entry of its site once. A center or a tablet that breaks one of these is found out by its record
alone.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.domain.intake.chair import OTHER_SITE, SITE
from tests.domain.intake.model.center import Center, stepwise
from tests.domain.intake.model.faults import Broken, UnsoundError
from tests.domain.intake.model.protocol import Told
from tests.domain.intake.model.tablets import Tablet
from tests.domain.intake.model.world import DECK, MOST_TABLETS, Enrolled, Step, World
from tiemchung.domain.intake.values import Pulled
from tiemchung.domain.journal import actions as journal
from tiemchung.plumbing import database
from tiemchung_world import mint

SEED = 20_210_913
RUNS, STEPS = 25, 80
"""What `make test` draws, always the same."""
LONG_RUNS, LONG_STEPS = 400, 90
CONTROL_RUNS = 60
"""In as many a broken promise must be found; some are broken only when a restore falls into the right moment."""
SITES = (SITE, SITE, OTHER_SITE)
"""Of the tablets at the beginning."""
STEP = st.builds(
    Step,
    what=st.sampled_from([what for what, cards in DECK.items() for _ in range(cards)]),
    which=st.integers(min_value=0, max_value=MOST_TABLETS - 1),
    number=st.integers(min_value=0, max_value=999),
)

LEAST_SENDS = 4
"""Batches that were answered, for a run to count as eventful."""
EVENTFUL = 0.6
"""The share of runs that must have been."""
LEAST = dict.fromkeys(DECK, 4) | {
    "is_enrolled_again": 2,
    "is_let_in_by_its_lead": 1,
    "sends": 80,
    "sends_and_the_center_falls": 20,
    "sends_and_the_answer_is_lost": 30,
    "sees_the_center_restored": 10,
    "clashes": 20,
    "set aside: fork": 5,
    "set aside: device-revoked": 10,
    "set aside: id-reused": 8,
    "set aside: unreadable": 8,
}
"""How often each must have happened in the runs of `make test` together."""

Draw = Callable[..., list[Counter[str]]]


def _below_the_next_transaction() -> int:
    """Return the horizon of a run, which is one transaction: what it wrote is settled."""
    found = database.row("select journal_position()")
    assert found is not None
    return int(found[0]) + 1


@pytest.fixture
def draw(
    ward: None, worker_db: None, owner_connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Draw]:
    """Return a function that lets Hypothesis draw runs of these tablets and this center, and tells what each did."""
    monkeypatch.setattr("tiemchung.domain.journal.queries.reading.horizon_transaction", _below_the_next_transaction)
    journal.forget_server_device()
    enrolled: list[Enrolled] = []
    for number, site in enumerate(SITES):
        key = mint.private_key("model-based", number)
        enrolled.append((Center().enroll(key, site=site), key, site))

    def drawn(
        *,
        runs: int = RUNS,
        steps: int = STEPS,
        drawn_from: int = SEED,
        center: type[Center] = Center,
        tablet: type[Tablet] = Tablet,
        compares: bool = True,
    ) -> list[Counter[str]]:
        done: list[Counter[str]] = []

        def live(drawn_steps: list[Step]) -> None:
            done.append(World(enrolled, center=center, tablet=tablet, compares=compares).live(drawn_steps))

        drawing = given(st.lists(STEP, min_size=steps, max_size=steps))
        for number in range(runs):
            # A seed for each run: of one seed Hypothesis would draw run after run that are much alike. The first that it
            # draws of any is the simplest, in which nothing happens. A failing run is told as it was drawn: to make it
            # smaller would take minutes of the database's time.
            told = settings(
                max_examples=2,
                phases=[Phase.generate],
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            seed(drawn_from + number)(told(drawing(live)))()
        return done

    with stepwise(owner_connection):
        yield drawn


def _too_few(done: Sequence[Counter[str]], least: Mapping[str, int]) -> dict[str, int]:
    """Return what happened less often in all runs than it must have for them to prove anything."""
    total = sum(done, Counter[str]())
    return {what: total[what] for what, times in least.items() if total[what] < times}


def _eventful(done: Sequence[Counter[str]]) -> int:
    """Count the runs in which enough came together: batches, one that was lost, two tablets that clashed."""
    lost = ("sends_and_the_center_falls", "sends_and_the_answer_is_lost", "gives_a_batch_to_a_carrier")
    return sum(one["sends"] >= LEAST_SENDS and any(map(one.get, lost)) and one["clashes"] > 0 for one in done)


def test_model_based_any_order_and_any_loss_end_in_the_same_record(draw: Draw) -> None:
    done = draw()
    assert _too_few(done, LEAST) == {}
    assert _eventful(done) >= EVENTFUL * RUNS


@pytest.mark.proof
def test_model_based_for_longer_from_a_seed_of_its_own(draw: Draw, tell_figures: Callable[..., None]) -> None:
    drawn_from = random.SystemRandom().randrange(1 << 32)
    tell_figures(seed=drawn_from, runs=LONG_RUNS, steps_a_run=LONG_STEPS)
    done = draw(runs=LONG_RUNS, steps=LONG_STEPS, drawn_from=drawn_from)
    tell_figures(seed=drawn_from, eventful_runs=_eventful(done), **sum(done, Counter[str]()))
    assert _too_few(done, {what: times * LONG_RUNS // RUNS for what, times in LEAST.items()}) == {}
    assert _eventful(done) >= EVENTFUL * LONG_RUNS


class ForgetfulCenter(Center):
    """Answers every third batch and keeps nothing of it."""

    def __init__(self) -> None:
        super().__init__()
        self._batches = 0

    def take(self, batch: bytes) -> Told:
        self._batches += 1
        if self._batches % 3:
            return super().take(batch)
        before = transaction.savepoint()
        told = super().take(batch)
        transaction.savepoint_rollback(before)
        return told


class TrustingCenter(Center):
    """Goes on listening to a device that was cut off."""

    def revoke(self, device: UUID) -> None:
        del device


class LazyCenter(Center):
    """Folds nothing again that came before what it speaks of."""

    def fold_again(self) -> None:
        """Nothing."""


class BlindCenter(Center):
    """Judges no dose again when another comes, though it looks for numbers of two persons."""

    def judge_again(self, met: dict[UUID, str]) -> None:
        self.open_doubts(met)


class CarelessCenter(Center):
    """Looks for no number of two persons, though it judges doses again."""

    def open_doubts(self, met: dict[UUID, str]) -> None:
        del met


class SkippingCenter(Center):
    """Leaves the first entry of a stretch out."""

    def pull(self, site: str, device: UUID, *, after: str | None) -> Pulled:
        told = super().pull(site, device, after=after)
        return msgspec.structs.replace(told, others=told.others[1:])


class HastyTablet(Tablet):
    """Takes silence for a yes, and gives the places of what it sent to what comes next."""

    def hear_nothing(self, first: int, lines: list[bytes]) -> None:
        self.acknowledged |= set(enumerate(lines, first))
        self.restore(first - 1)


class DeafTablet(Tablet):
    """Does not listen to where the center stands as long as it has nothing to send."""

    def hear_where(self, told: Told) -> None:
        del told


class MuteTablet(Tablet):
    """Does not listen to it once it is cut off."""

    def hear_of_the_last(self, told: Told) -> None:
        del told


@pytest.mark.parametrize(
    ("broken", "promise", "happened"),
    [
        pytest.param({"center": ForgetfulCenter}, Broken.LOST, "sends", id="a center that forgets"),
        pytest.param({"center": TrustingCenter}, Broken.UNDUE, "is_revoked", id="a center that trusts the revoked"),
        pytest.param(
            {"center": LazyCenter}, Broken.WAITING, "amends_a_dose_of_its_site", id="a center that folds once"
        ),
        pytest.param({"center": BlindCenter}, Broken.UNFLAGGED, "clashes", id="a center that sees no clash"),
        pytest.param(
            {"center": CarelessCenter},
            Broken.UNDOUBTED,
            "meets_somebody_and_gives_a_dose",
            id="a center that sees no doubt",
        ),
        pytest.param({"center": SkippingCenter}, Broken.UNTOLD, "gives_a_dose", id="a center that skips"),
        pytest.param(
            {"tablet": HastyTablet}, Broken.LOST, "sends_and_the_center_falls", id="a tablet that does not wait"
        ),
        pytest.param(
            {"tablet": DeafTablet}, Broken.LOST, "sees_the_center_restored", id="a tablet that does not listen"
        ),
        pytest.param(
            {"tablet": MuteTablet}, Broken.LOST, "sees_the_center_restored", id="a tablet that goes mute when cut off"
        ),
    ],
)
def test_model_based_control_who_breaks_a_promise_is_found_by_the_record(
    draw: Draw, broken: dict[str, Any], promise: Broken, happened: str
) -> None:
    with pytest.raises(UnsoundError) as found:
        draw(**broken, runs=CONTROL_RUNS, compares=False)
    assert promise in found.value.promises
    assert found.value.done[happened] > 0
    assert found.value.done.total() >= STEPS / 3
