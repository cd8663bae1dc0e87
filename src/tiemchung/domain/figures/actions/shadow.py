"""A second set of counters beside the live ones, to count everything anew and compare.

The shadow lies in temporary tables of the session, under the names of the live ones: within `shadow` whatever counts
or reads figures in this session does so there, and a session that is killed leaves nothing behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from django.db import models, transaction

from tiemchung.domain.figures import queries
from tiemchung.domain.figures.engine import Change, Keys, differences
from tiemchung.domain.figures.models import COUNTERS, CountedDose, CountedSite, Standing, columns_of, key_of, table_of
from tiemchung.domain.figures.values import Compared, Counted, DoseKey
from tiemchung.plumbing import arrays, database

_LIVE = "public"
_SHADOW = "pg_temp"
_KEPT: tuple[type[models.Model], ...] = (*COUNTERS, CountedDose, CountedSite)
_TABLES = (*map(table_of, _KEPT), table_of(Standing))


@contextmanager
def shadow() -> Iterator[None]:
    """Count into empty tables of this session for the length of the block; nobody else sees them."""
    for table in _TABLES:
        database.run(f"create temporary table {table} (like {_LIVE}.{table} including all)")
    # Plans that this session has prepared still mean the live tables.
    database.run("discard plans")
    try:
        yield
    finally:
        for table in _TABLES:
            database.run(f"drop table {_SHADOW}.{table}")


def counted_of(persons: Collection[UUID]) -> set[DoseKey]:
    """Return the doses of these persons that are counted on either side."""
    return queries.counted_doses_of(persons, schema=_LIVE) | queries.counted_doses_of(persons, schema=_SHADOW)


def compare_shadow(excluded: Collection[DoseKey]) -> list[Compared]:
    """Compare the live figures with the shadow, table by table, in the caller's transaction.

    The doses `excluded`, whose facts have moved on, are taken out of both sides: each out of the very rows in which
    that side counts it. The caller holds the turn of the reaction that counts.
    """
    live, told = _parts(excluded, _LIVE), _parts(excluded, _SHADOW)
    compared = []
    for counter in COUNTERS:
        table = table_of(counter)
        keys = ", ".join(key_of(counter))
        found: Counter[Keys] = Counter()
        for *row, difference in database.rows(
            f"select {keys}, coalesce(l.doses, 0) - coalesce(s.doses, 0) from {_LIVE}.{table} as l "
            f"full join {_SHADOW}.{table} as s using ({keys}) where l.doses is distinct from s.doses"
        ):
            found[tuple(row)] = difference
        found.subtract(live[table])
        found.update(told[table])
        rows = database.row(f"select count(*) from {_LIVE}.{table}")
        different = {row: by for row, by in found.items() if by}
        compared.append(Compared(table=table, rows=rows[0] if rows else 0, different=different))
    return [*compared, _compared_doses(excluded)]


def _parts(doses: Collection[DoseKey], schema: str) -> Mapping[str, Counter[Keys]]:
    """Return what these doses add to each counter of one side."""
    counted = [dose for _, dose in _counted(doses, schema)]
    return differences(
        [Change(None, dose) for dose in counted],
        sites=queries.counted_places({dose.site for dose in counted}, schema=schema),
        residences=queries.residences({(dose.era, dose.commune) for dose in counted}),
    )


def _counted(doses: Collection[DoseKey], schema: str) -> list[tuple[DoseKey, Counted]]:
    return list(queries.counted(doses, schema=schema).items())


def _compared_doses(excluded: Collection[DoseKey]) -> Compared:
    """Compare dose by dose what each is counted as."""
    table = table_of(CountedDose)
    columns = Counted._fields
    live, told = (", ".join(f"{side}.{column}" for column in columns) for side in "ls")
    persons, doses = ([key[place] for key in excluded] for place in (0, 1))
    found = database.rows(
        f"select person_id, id, (l.site is not null)::int - (s.site is not null)::int from {_LIVE}.{table} as l "
        f"full join {_SHADOW}.{table} as s using (person_id, id) where ({live}) is distinct from ({told}) "
        "and not exists (select from unnest(%b::uuid[], %b::uuid[]) as t(p, d) where t.p = person_id and t.d = id)",
        (arrays.uuids(persons), arrays.uuids(doses)),
    )
    rows = database.row(f"select count(*) from {_LIVE}.{table}")
    different: dict[Keys, int] = {(str(dose),): by for _, dose, by in found}
    return Compared(table=table, rows=rows[0] if rows else 0, different=different)


def adopt_shadow() -> None:
    """Make the live figures what the shadow is, row by row where they differ, in one transaction.

    The caller holds the turn of the reaction that counts; what it has not read yet it counts afterwards.
    """
    with transaction.atomic():
        for model in _KEPT:
            _adopt(table_of(model), key_of(model), list(columns_of(model)))


def _adopt(table: str, key: list[str], columns: list[str]) -> None:
    same = " and ".join(f"live.{column} = told.{column}" for column in key)
    names = ", ".join(columns)
    live, told = (", ".join(f"{side}.{column}" for column in columns) for side in ("live", "told"))
    database.run(
        f"delete from {_LIVE}.{table} as live where not exists (select from {_SHADOW}.{table} as told where {same})"
    )
    database.run(
        f"update {_LIVE}.{table} as live set ({names}) = row({told}) from {_SHADOW}.{table} as told "
        f"where {same} and ({live}) is distinct from ({told})"
    )
    database.run(
        f"insert into {_LIVE}.{table} ({names}) select {told} from {_SHADOW}.{table} as told "
        f"where not exists (select from {_LIVE}.{table} as live where {same})"
    )
