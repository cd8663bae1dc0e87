"""Count doses as what they are now.

Counting is convergent: what a dose is to be counted as is read afresh and compared with what it is counted as, and
only the difference is written. In whatever order and however often it is asked, the counters end up the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import transaction

from tiemchung.domain.figures import queries
from tiemchung.domain.figures.engine import Change, Keys, differences
from tiemchung.domain.figures.models import COUNTERS, Counter, columns_of, table_of
from tiemchung.domain.figures.values import Counted, DoseKey, Placed
from tiemchung.plumbing import arrays, database

_PACKED: dict[str, tuple[str, Callable[[Sequence[Any]], arrays.Packed]]] = {
    "TextField": ("text", arrays.texts),
    "DateField": ("date", arrays.dates),
    "SmallIntegerField": ("int2", arrays.smallints),
    "IntegerField": ("int4", arrays.integers),
    "BooleanField": ("bool", arrays.booleans),
}


def count_as(wanted: Mapping[DoseKey, Counted | None]) -> None:
    """Count each dose as what is wanted of it now, in one transaction; None counts as nothing.

    The caller sees to it that nobody else counts at the same time (the turn of the reaction).
    """
    if not wanted:
        return
    with transaction.atomic(savepoint=False):
        counted = queries.counted(wanted)
        changes = {dose: Change(counted.get(dose), now) for dose, now in wanted.items() if counted.get(dose) != now}
        if not changes:
            return
        present = [each for change in changes.values() for each in change if each is not None]
        found = differences(
            changes.values(),
            sites=_places_of({dose.site for dose in present}),
            residences=queries.residences({(dose.era, dose.commune) for dose in present}),
        )
        for counter in COUNTERS:
            _add(counter, found[table_of(counter)])
        _keep({dose: change.wanted for dose, change in changes.items()})


def _places_of(sites: Collection[str]) -> dict[str, list[Placed]]:
    """Return where each site is counted; a site seen for the first time is put where it lies now."""
    known = queries.counted_places(sites)
    strangers = sites - known.keys()
    if not strangers:
        return known
    found = queries.places(strangers)
    placed = [(site, *place) for site, places in sorted(found.items()) for place in places]
    database.run(_PLACE_SITES, [arrays.texts(column) for column in zip(*placed, strict=True)])
    return known | found


_PLACE_SITES = """
insert into figures_site (site, era, province, district, commune)
select * from unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[])"""


def _add(counter: type[Counter], found: Mapping[Keys, int]) -> None:
    """Add differences to one counter in the order of its keys; a row that comes to zero goes."""
    if not found:
        return
    ordered = sorted(found)
    columns = [*zip(*ordered, strict=True), [found[keys] for keys in ordered]]
    packers = [_PACKED[kind][1] for kind in columns_of(counter).values()]
    database.run(_merge_sql(counter), [pack(column) for pack, column in zip(packers, columns, strict=True)])


@cache
def _merge_sql(counter: type[Counter]) -> str:
    # `on conflict` would try the bare difference first, and the constraint refuses what is not above zero.
    *keys, doses = columns_of(counter)
    arguments = ", ".join(f"%b::{_PACKED[kind][0]}[]" for kind in columns_of(counter).values())
    names = ", ".join([*keys, doses])
    return f"""
merge into {table_of(counter)} as kept
using (select * from unnest({arguments}) as t({names})) as more
on {" and ".join(f"kept.{key} = more.{key}" for key in keys)}
when matched and kept.doses + more.doses = 0 then delete
when matched then update set doses = kept.doses + more.doses
when not matched then insert ({names}) values ({", ".join(f"more.{key}" for key in [*keys, doses])})"""


def _keep(wanted: Mapping[DoseKey, Counted | None]) -> None:
    """Keep what each dose is counted as from now on."""
    gone = [dose for dose, now in wanted.items() if now is None]
    kept = sorted(((dose, now) for dose, now in wanted.items() if now is not None), key=lambda each: each[0].person.int)
    if gone:
        persons, doses = zip(*gone, strict=True)
        database.run(_FORGET_DOSES, [arrays.uuids(persons), arrays.uuids(doses)])
    if kept:
        facts = [now for _, now in kept]
        columns = [
            arrays.uuids([dose.person for dose, _ in kept]),
            arrays.uuids([dose.dose for dose, _ in kept]),
            arrays.texts([now.site for now in facts]),
            arrays.dates([now.given_on for now in facts]),
            arrays.dates([now.recorded_on for now in facts]),
            arrays.texts([now.product for now in facts]),
            arrays.smallints([now.dose_number for now in facts]),
            arrays.texts([now.commune for now in facts]),
            arrays.texts([now.era for now in facts]),
            arrays.texts([now.sex for now in facts]),
            arrays.texts([now.age_band for now in facts]),
            arrays.texts([now.target_group for now in facts]),
            arrays.texts([now.delay for now in facts]),
        ]
        database.run(_KEEP_DOSES, columns)


_FORGET_DOSES = """
delete from figures_dose as d using unnest(%b::uuid[], %b::uuid[]) as t(person_id, id)
where d.person_id = t.person_id and d.id = t.id"""

_KEEP_DOSES = """
insert into figures_dose (person_id, id, site, given_on, recorded_on, product, dose_number, commune, era, sex, age_band,
  target_group, delay)
select * from unnest(%b::uuid[], %b::uuid[], %b::text[], %b::date[], %b::date[], %b::text[], %b::int2[], %b::text[],
  %b::text[], %b::text[], %b::text[], %b::text[], %b::text[])
on conflict (person_id, id) do update set (site, given_on, recorded_on, product, dose_number, commune, era, sex,
  age_band, target_group, delay) = row(excluded.site, excluded.given_on, excluded.recorded_on, excluded.product,
  excluded.dose_number, excluded.commune, excluded.era, excluded.sex, excluded.age_band, excluded.target_group,
  excluded.delay)"""


def stand_at(instant: datetime) -> None:
    """Say that the figures hold what the center had taken by this instant; it never moves back."""
    database.run(_STAND, (instant,))


_STAND = """
insert into figures_standing as s (id, as_of) values (1, %s)
on conflict (id) do update set as_of = greatest(s.as_of, excluded.as_of)"""
