"""Columns packed by hand arrive in PostgreSQL as what they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import arrays, database

CASES: list[tuple[str, Callable[[Sequence[Any]], arrays.Packed], list[Any]]] = [
    ("uuid", arrays.uuids, [uuid7(), None, UUID(int=0)]),
    ("text", arrays.texts, ["", "Ẳng 'quoted', {brace}", None, "a\nb"]),
    ("bytea", arrays.binaries, [b"", b"\x00\xff", None]),
    ("int2", arrays.smallints, [-32768, None, 32767]),
    ("int4", arrays.integers, [-(2**31), None, 2**31 - 1]),
    ("int8", arrays.bigints, [-(2**63), None, 2**63 - 1]),
    ("real", arrays.reals, [0.5, None, -1.25]),
    ("bool", arrays.booleans, [True, None, False]),
    ("date", arrays.dates, [date(1900, 1, 1), None, date(2021, 9, 13)]),
    (
        "timestamptz",
        arrays.instants,
        [datetime(1900, 1, 1, tzinfo=UTC), None, datetime(2999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)],
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "pack", "values"), CASES, ids=[case[0] for case in CASES])
def test_a_column_arrives_as_it_was(
    kind: str, pack: Callable[[Sequence[Any]], arrays.Packed], values: list[Any]
) -> None:
    for sent in (values, []):
        found = database.rows(f"select x from unnest(%b::{kind}[]) with ordinality as u(x, n) order by n", [pack(sent)])
        assert [row[0] for row in found] == sent
