"""Finding pairs: rows are spread into DuckDB, Splink weighs what stands in one block, and what is certain is picked out."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from tiemchung.domain.people.engine.linkage import model
from tiemchung.domain.people.engine.linkage.values import Pair, Row
from tiemchung.kernel.names import display_name, search_key, sorted_key

LIKELY: Final = 0.0
"""Bits from which a pair is shown to a clerk: as likely as not. See docs/operations/matching.md for what others would cost."""
LIKELIEST: Final = -7.0
"""Bits from which it is shown where no other pair of one of its rows is likelier. Ours: measured with a harsh noise file."""
BESIDE_CERTAIN: Final = 6.0
"""Bits from which it is shown where one of its rows is certainly another one already. Ours."""
MOST_CASES: Final = 5
"""Pairs of one row that a clerk is shown, the likeliest first. Ours."""
MOST_OF_ONE: Final = 20
"""Rows that may share a phone. One on more of them is a hamlet head's or a registrar's and says nothing. Ours."""
FEWEST: Final = 10_000
"""Rows of whom one is taken to be the same as another; of a short list two are no likelier to be one. Ours."""
_NEW_YEAR: Final = (1, 1)
_SCHEMA: Final = pa.schema(
    {
        "place": pa.int64(),
        "fresh": pa.bool_(),
        "tokens": pa.string(),
        "marked": pa.string(),
        "family": pa.string(),
        "given": pa.string(),
        "stem": pa.string(),
        "born": pa.date32(),
        "day": pa.string(),
        "swapped": pa.date32(),
        "within_year": pa.int32(),
        "year": pa.int32(),
        "sex": pa.string(),
        "commune": pa.string(),
        "personal": pa.list_(pa.int64()),
        "numbers": pa.list_(pa.int64()),
        "phones": pa.list_(pa.int64()),
    }
)
# A row that would become one with two persons of different personal numbers is for a human.
_WEIGHED: Final = """
create temp table weighed as
select place_l, place_r, match_weight,
       {certain} as agrees
from {pairs} join told l on l.place = place_l join told r on r.place = place_r
where not coalesce({strangers}, false)
"""
_TORN: Final = """
create temp table torn as
with edge as (
    select place_l as place, place_r as other from weighed where agrees
    union all select place_r, place_l from weighed where agrees
), held as (
    select place, unnest(personal) as number from edge join told using (place)
    union select edge.place, unnest(told.personal) from edge join told on told.place = edge.other
)
select place from held group by place having count(distinct number) > 1
"""
_JUDGED: Final = """
create temp table judged as
select place_l, place_r, match_weight, agrees and place_l not in (from torn) and place_r not in (from torn) as certain
from weighed
"""
_ANSWER: Final = """
with settled as (
    select place_l as place from judged where certain union select place_r from judged where certain
), doubtful as (
    select *, place_l in (from settled) or place_r in (from settled) as beside from judged where not certain
), ranked as (
    select *, row_number() over (partition by place_l, beside order by match_weight desc, place_r) as of_left,
              row_number() over (partition by place_r, beside order by match_weight desc, place_l) as of_right
    from doubtful
)
select place_l, place_r, match_weight, certain from judged where certain
union all
select place_l, place_r, match_weight, false from ranked
where least(of_left, of_right) <= $most
and match_weight >= case when beside then $beside when least(of_left, of_right) = 1 then $likeliest else $likely end
order by place_l, place_r
"""


def link(rows: Sequence[Row], *, threads: int | None = None) -> list[Pair]:
    """Return the pairs of these rows that may be one human being, certain ones and those for a clerk, by their places.

    A pair of two rows that are not fresh is none. Nothing is written to disk.
    """
    if len(rows) < 2:  # noqa: PLR2004 - a pair
        return []
    with duckdb.connect(":memory:", config={"threads": threads} if threads else {}) as memory:
        memory.execute("set enable_progress_bar = false; set temp_directory = ''; set preserve_insertion_order = false")
        memory.register("given_rows", _spread(rows))
        memory.execute("create table told as from given_rows")
        splink = logging.getLogger("splink")
        splink.setLevel(logging.ERROR)
        api = DuckDBAPI(memory)
        linker = Linker(
            api.register("told", dataset_display_name="told"),
            dict(model.settings(chance=1 / max(len(rows), FEWEST))),
            log_level=None,
        )
        found = linker.inference.predict(threshold_match_weight=LIKELIEST, warning_mode="never")
        memory.execute(_WEIGHED.format(certain=model.CERTAIN, strangers=model.STRANGERS, pairs=found.physical_name))
        memory.execute(_TORN)
        memory.execute(_JUDGED)
        bounds = {"most": MOST_CASES, "beside": BESIDE_CERTAIN, "likeliest": LIKELIEST, "likely": LIKELY}
        answered = memory.execute(_ANSWER, bounds).fetchall()
    return [Pair(one=one, other=other, weight=weight, certain=certain) for one, other, weight, certain in answered]


def _spread(rows: Sequence[Row]) -> pa.Table:
    phones = Counter(phone for row in rows for phone in row.phones)
    usual = {phone for phone, times in phones.items() if times <= MOST_OF_ONE}
    columns: dict[str, list[Any]] = {name: [] for name in _SCHEMA.names}
    for place, row in enumerate(rows):
        told = {**_of_name(row.name), **_of_birth(row.born_from, row.born_to)}
        told |= {
            "place": place,
            "fresh": row.fresh,
            "sex": row.sex if row.sex in {"female", "male"} else None,
            "commune": row.commune or None,
            "personal": row.personal,
            "numbers": row.numbers,
            "phones": _kept(row.phones, usual),
        }
        for column, values in columns.items():
            values.append(told.get(column))
    return pa.table(columns, schema=_SCHEMA)


def _kept(tokens: Iterable[int], usual: set[int]) -> tuple[int, ...]:
    return tuple(token for token in tokens if token in usual)


def _of_name(name: str) -> dict[str, str]:
    shown = display_name(name)
    key = search_key(shown)
    words = key.split()
    if not words:
        return {}
    told = {"tokens": sorted_key(key), "family": words[0], "given": words[-1]}
    if len(words) > 1:
        told["stem"] = " ".join(words[:-1])
    if not shown.isascii():
        told["marked"] = " ".join(sorted(shown.casefold().split()))
    return told


def _of_birth(first: date | None, last: date | None) -> dict[str, Any]:
    """Return what a birth date tells; the first of January may stand for a year of which nobody knew more."""
    if first is None or last is None or first.year != last.year:
        return {}
    if first != last or (first.month, first.day) == _NEW_YEAR:
        return {"year": first.year}
    told: dict[str, Any] = {"year": first.year, "born": first, "day": first.strftime("%d%m%Y")}
    told["within_year"] = first.month * 100 + first.day
    if first.day <= 12:  # noqa: PLR2004 - the months of a year
        told["swapped"] = date(first.year, first.day, first.month)
    return told
