"""Who looked is known: whatever returns identity or health takes a Purpose."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, get_args, get_type_hints

import msgspec
from django.db import models

from tests.house.plan import SourceFile, modules_of_rooms, source_files
from tiemchung.kernel.purpose import Purpose

PERSONAL = {
    *("person", "persons", "born", "born_on", "sex", "phone", "phones", "identifier", "identifiers", "contacts"),
    *("guardian_name", "guardian_phone", "answers", "vitals", "signs", "target_group", "history"),
}
"""Fields that tell identity or health, by the words the wire and the rooms use for them."""

NOBODY_LOOKS: dict[str, str] = {
    "journal.settled_after": "read by reactions, which are the platform itself",
    "journal.entries": "read by intake and reactions to fold an entry anew",
    "journal.of_site_after": "read by intake for a site's devices; faces ask told_by_others, which logs the view",
    "journal.visible_after": "read by the rebuild of figures to know what has moved on",
    "journal.told_of": "read by intake to find whom a reference is about",
    "immunization.dose_facts": "read by reactions to count; neither name nor number is in it",
    "immunization.timelines": "read by folds to judge a dose against those before it, and by a list's answers, which log the view",
    "visits.came": "read by the reaction that lets appointments say who came; neither name nor number is in it",
    "access.open_links": "read by access before it proves or ends one; faces ask links_of",
    "access.own_link": "read by access before it proves or ends one; faces ask links_of",
    "people.names_to_sign": "read by certificates, which sign names; whoever looks at a certificate gives a purpose",
    "campaigns.read_part": "read by campaigns to keep a list; faces ask list_rows",
    "people.to_check": "read by the question to the population register, which is logged as an exchange",
    "people.facts": "read by folds and figures to judge and count; neither name nor number is in it",
}
"""Queries that return such fields to no human being, by name, each with who reads them."""

Query = Callable[..., object]


def queries() -> list[Query]:
    """Return the public queries of all rooms."""
    return [
        query
        for _room, module in modules_of_rooms("queries")
        for name, query in vars(module).items()
        if inspect.isfunction(query) and query.__module__ == module.__name__ and not name.startswith("_")
    ]


def told_by(kind: Any, seen: set[Any] | None = None) -> Iterator[str]:
    """Yield the names of all fields that a value of this type tells, however deep; a model tells itself."""
    seen = set() if seen is None else seen
    for inner in get_args(kind):
        yield from told_by(inner, seen)
    if not isinstance(kind, type) or kind in seen:
        return
    seen.add(kind)
    if issubclass(kind, models.Model):
        yield "person"
    if dataclasses.is_dataclass(kind) or issubclass(kind, msgspec.Struct):
        for field, inner in get_type_hints(kind).items():
            yield field
            yield from told_by(inner, seen)


def name_of(query: Query) -> str:
    """Return room and name of a query."""
    return f"{query.__module__.split('.')[2]}.{query.__name__}"


def takes_a_purpose(query: Query) -> bool:
    """Tell whether whoever asks has to say why. A default would be a purpose that nobody has thought of."""
    parameter = inspect.signature(query).parameters.get("purpose")
    return (
        parameter is not None
        and parameter.default is inspect.Parameter.empty
        and get_type_hints(query).get("purpose") is Purpose
    )


def purposeless(found: Iterable[Query]) -> set[str]:
    """Return the queries that tell something personal to whoever asks, without asking why."""
    return {
        name_of(query)
        for query in found
        if PERSONAL & set(told_by(get_type_hints(query).get("return"))) and not takes_a_purpose(query)
    }


def test_every_query_of_identity_or_health_takes_a_purpose() -> None:
    assert sorted(purposeless(queries()) - set(NOBODY_LOOKS)) == []


def shown_by_faces(files: Iterable[SourceFile], unlogged: Collection[str]) -> list[str]:
    """Return the uses of such queries in faces, where somebody would look after all."""
    uses = []
    for file in files:
        if not file.place.startswith("tiemchung/faces/"):
            continue
        rooms_named = {
            alias.asname or alias.name: (node.module or "").split(".")[2]
            for node in ast.walk(file.tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tiemchung.domain.")
            for alias in node.names
        }
        uses += [
            f"{file.place}: {rooms_named[node.value.id]}.{node.attr}"
            for node in ast.walk(file.tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in rooms_named
            if f"{rooms_named[node.value.id]}.{node.attr}" in unlogged
        ]
    return uses


def test_no_face_shows_what_is_read_unlogged() -> None:
    assert shown_by_faces(source_files(), NOBODY_LOOKS) == []


def test_a_face_that_shows_it_is_noticed() -> None:
    text = "from tiemchung.domain.people import queries as people\n\npeople.facts([])\n"
    planted = SourceFile(place="tiemchung/faces/portal/views.py", text=text)
    assert shown_by_faces([planted], NOBODY_LOOKS) == ["tiemchung/faces/portal/views.py: people.facts"]


def test_no_exception_outlives_its_query() -> None:
    assert sorted(set(NOBODY_LOOKS) - purposeless(queries())) == []


@dataclasses.dataclass(frozen=True, kw_only=True)
class Told:
    """Something about somebody."""

    sex: str


class Page(msgspec.Struct):
    """Many of them."""

    rows: list[Told]


def history() -> list[Told]:
    return []


def page() -> Page | None:
    return None


def history_for(*, purpose: Purpose) -> list[Told]:
    del purpose
    return []


def history_by_default(*, purpose: Purpose = Purpose.CARE) -> dict[str, Told]:
    del purpose
    return {}


def days() -> list[int]:
    return []


def test_a_query_without_a_purpose_is_noticed() -> None:
    found = purposeless([history, page, history_for, history_by_default, days])
    assert {name.rpartition(".")[2] for name in found} == {"history", "page", "history_by_default"}
