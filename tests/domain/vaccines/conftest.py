from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

import pytest

from tiemchung.domain.vaccines import engine
from tiemchung.domain.vaccines.values import RuleBook
from tiemchung.plumbing.rows import SourceRow, read_csv

REFERENCE = files("tiemchung.reference")
PROVINCES = ("01", "48", "79")
SHORTENED = {
    "province": "79",
    "dose_kind": "primary",
    "previous_product": "az",
    "next_product": "az",
    "condition": "province decision",
    "min_days": "42",
    "effective_from": "2021-09-25",
    "effective_to": "2021-12-31",
    "decision": "an invented decision",
    "source": "test",
    "verified": "found",
}
MIXED = {
    **SHORTENED,
    "next_product": "pfizer",
    "condition": "supply-limited + recipient consent",
    "min_days": "",
    "effective_to": "",
    "verified": "from-general-knowledge",
}
Files = dict[str, list[SourceRow]]
Decided = Callable[..., RuleBook]


@pytest.fixture(scope="session")
def book_files() -> Files:
    return {
        name: read_csv(name, (REFERENCE / name).read_bytes(), columns=columns)
        for name, columns in engine.COLUMNS.items()
    }


@pytest.fixture(scope="session")
def book(book_files: Files) -> RuleBook:
    """The real rule book, without any decision of a province."""
    return engine.read_book(1, book_files, PROVINCES)


@pytest.fixture(scope="session")
def decided(book_files: Files) -> Decided:
    """Gives the real rule book with one invented decision, whose cells may be told."""

    def read(**cells: str) -> RuleBook:
        return engine.read_book(1, {**book_files, engine.DECISIONS: decisions({**SHORTENED, **cells})}, PROVINCES)

    return read


@pytest.fixture(scope="session")
def decided_book(book_files: Files) -> RuleBook:
    """The real rule book with two invented decisions: 79 shortens AstraZeneca to 42 days and lets Pfizer follow."""
    return engine.read_book(1, {**book_files, engine.DECISIONS: decisions(SHORTENED, MIXED)}, PROVINCES)


def decisions(*cells: dict[str, str]) -> list[SourceRow]:
    return [SourceRow(file=engine.DECISIONS, line=line, cells=told) for line, told in enumerate(cells, start=2)]
