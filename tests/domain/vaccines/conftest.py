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
Decided = Callable[..., RuleBook]


def source_rows(file: str, columns: tuple[str, ...]) -> list[SourceRow]:
    return read_csv(file, (REFERENCE / file).read_bytes(), columns=columns)


@pytest.fixture(scope="session")
def product_rows() -> list[SourceRow]:
    return source_rows("vaccine_products.csv", engine.PRODUCT_COLUMNS)


@pytest.fixture(scope="session")
def rule_rows() -> list[SourceRow]:
    return source_rows("dose_rules.csv", engine.RULE_COLUMNS)


@pytest.fixture(scope="session")
def book(product_rows: list[SourceRow], rule_rows: list[SourceRow]) -> RuleBook:
    """The real rule book, without any decision of a province."""
    return engine.read_book(1, product_rows, rule_rows, [], PROVINCES)


@pytest.fixture(scope="session")
def decided(product_rows: list[SourceRow], rule_rows: list[SourceRow]) -> Decided:
    """Gives the real rule book with one invented decision, whose cells may be told."""

    def read(**cells: str) -> RuleBook:
        row = SourceRow(file="province_decisions.csv", line=2, cells={**SHORTENED, **cells})
        return engine.read_book(1, product_rows, rule_rows, [row], PROVINCES)

    return read


@pytest.fixture(scope="session")
def decided_book(product_rows: list[SourceRow], rule_rows: list[SourceRow]) -> RuleBook:
    """The real rule book with two invented decisions: 79 shortens AstraZeneca to 42 days and lets Pfizer follow."""
    rows = [
        SourceRow(file="province_decisions.csv", line=line, cells=cells)
        for line, cells in enumerate((SHORTENED, MIXED), start=2)
    ]
    return engine.read_book(1, product_rows, rule_rows, rows, PROVINCES)
