"""What follows from a fact is listed on one page, for every kind of fact there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from tests.house.plan import height, modules_of_rooms
from tiemchung.faces.center.pages import REACTIONS as ON_THE_BOARD
from tiemchung.kernel.events import Event
from tiemchung.project.reactions import REACTIONS, followers


def events() -> set[type[Event]]:
    """Return every kind of fact of the domain."""
    return {
        kind
        for _room, module in modules_of_rooms("events")
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind.__module__ == module.__name__
    }


def unlisted(kinds: Iterable[type[Event]], reactions: Mapping[type[Event], Sequence[object]]) -> list[str]:
    """Return the kinds without a row. Nothing may follow from a fact, but then the row says so."""
    return sorted(kind.__name__ for kind in set(kinds) - set(reactions))


def room_of(thing: Callable[..., object] | type) -> str:
    """Return the room in which something is written."""
    return thing.__module__.split(".")[2]


def test_every_fact_has_a_row() -> None:
    assert unlisted(events(), REACTIONS) == []


def test_the_board_has_words_for_every_reaction() -> None:
    assert [follower.name for follower in followers() if follower.name not in ON_THE_BOARD] == []


def test_every_row_is_of_a_fact() -> None:
    assert [kind.__name__ for kind in REACTIONS if kind not in events()] == []


def test_news_travels_up() -> None:
    down = [
        f"{kind.__name__} -> {room_of(reaction)}"
        for kind, reactions in REACTIONS.items()
        for reaction in reactions
        if height(room_of(reaction)) < height(room_of(kind))
    ]
    assert down == []


def test_kinds_are_one_to_one_with_classes() -> None:
    kinds = [event.kind() for event in events()]
    assert sorted({kind for kind in kinds if kinds.count(kind) > 1}) == []


def test_a_fact_without_a_row_is_noticed() -> None:
    class LotPainted(Event, frozen=True, kw_only=True):
        """A fact nobody has thought about."""

    assert unlisted([LotPainted], {}) == ["LotPainted"]
    assert unlisted([LotPainted], {LotPainted: []}) == []
