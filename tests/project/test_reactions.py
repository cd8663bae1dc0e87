from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tiemchung.domain.figures.reactions import count
from tiemchung.domain.journal.values import Entry
from tiemchung.kernel.events import Event
from tiemchung.project.reactions import REACTIONS, followers, name_of


class BellRang(Event, frozen=True, kw_only=True):
    """Something that happens in these tests alone."""


class LampLit(Event, frozen=True, kw_only=True):
    """Something else."""


def listen(entries: Sequence[Entry], *, now: datetime) -> None:
    """Do nothing about it."""


def answer(entries: Sequence[Entry], *, now: datetime) -> None:
    """Do nothing about it either."""


def test_a_reaction_follows_once_all_that_it_is_listed_under() -> None:
    found = followers({BellRang: [listen, answer], LampLit: [listen]})
    assert {follower.name.rpartition(".")[2]: set(follower.kinds) for follower in found} == {
        "answer": {"bell-rang"},
        "listen": {"bell-rang", "lamp-lit"},
    }


def test_a_reaction_is_named_by_its_room() -> None:
    assert name_of(count) == "figures.count"


def test_no_two_reactions_share_a_name_and_with_it_a_place() -> None:
    names = [follower.name for follower in followers()]
    assert len(names) == len(set(names))


def test_a_dose_is_judged_again_counted_and_prepared() -> None:
    heard = {
        name_of(reaction) for event, listed in REACTIONS.items() if event.kind() == "dose-given" for reaction in listed
    }
    assert {"immunization.rejudge", "figures.count", "certificates.prepare"} <= heard
