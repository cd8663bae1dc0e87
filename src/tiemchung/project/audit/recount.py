"""Asks whether the figures equal a recount at every level: plain SQL over the record, which shares no code with them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures.rules import percentile
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.people.rules import SEXES
from tiemchung.domain.places.values import NEW_UNITS_SINCE
from tiemchung.plumbing import arrays
from tiemchung.project.audit.values import Check, ReactionLag, check, check_rows
from tiemchung.project.reactions import followers

# What every dose that stands is to be counted as, from the record itself.
_DOSES = """
bands as (
    select * from unnest(%b::text[], %b::int4[], %b::int4[]) as b(band, from_years, below_years)
), facts as (
    select d.id, d.site, d.given_on, (d.recorded_at at time zone 'Asia/Ho_Chi_Minh')::date as recorded_on, d.product,
      d.dose_number, coalesce(nullif(d.commune, ''), 'unknown') as commune, d.born_from, d.born_to,
      (%b::text[])[coalesce(d.sex, 0) + 1] as sex, coalesce(nullif(d.target_group, ''), 'unknown') as target_group
    from immunization_dose_facts d where d.status <> 2
), aged as (
    select f.*, case when coalesce(f.given_on, f.recorded_on) >= %s then '2025' else '2021' end as era,
      case when f.given_on >= f.born_to then extract(year from f.given_on) - extract(year from f.born_to)
        - (to_char(f.given_on, 'MMDD') < to_char(f.born_to, 'MMDD'))::int end as youngest,
      case when f.given_on >= f.born_to then extract(year from f.given_on) - extract(year from f.born_from)
        - (to_char(f.given_on, 'MMDD') < to_char(f.born_from, 'MMDD'))::int end as oldest
    from facts f
), dose as (
    select a.*, coalesce(b.band, 'unknown') as age_band,
      coalesce(to_char(a.given_on, 'IYYYIW')::int, 0) as week,
      case when a.given_on is null then 'unknown'
        when a.recorded_on <= a.given_on then 'same-day' when a.recorded_on = a.given_on + 1 then 'next-day'
        when a.recorded_on <= a.given_on + 7 then 'within-a-week' else 'later' end as delay
    from aged a left join bands b
      on b.from_years <= a.youngest and (b.below_years is null or a.oldest < b.below_years)
), place as (
    select n.site, '2021' as era,
      case when s.era = '2021' then s.province_code else 'unknown' end as province,
      case when s.era = '2021' then s.district_code else 'unknown' end as district,
      case when s.era = '2021' then s.commune_code else 'unknown' end as commune
    from (select distinct site from dose) n left join places_site s on s.code = n.site
    union all
    select n.site, '2025', coalesce(case when s.era = '2025' then s.province_code else s.heir_province_code end, 'unknown'),
      null, coalesce(case when s.era = '2025' then s.commune_code else s.heir_commune_code end, 'unknown')
    from (select distinct site from dose) n left join places_site s on s.code = n.site
), site_unit as (
    select p.site, p.era, u.level, u.unit, u.parent from place p cross join lateral (values
      ('country', 'VN', ''), ('province', p.province, 'VN'), ('district', p.district, p.province),
      ('commune', p.commune, coalesce(p.district, p.province)), ('site', p.site, p.commune)
    ) as u(level, unit, parent) where u.unit is not null
), home as (
    select h.era, h.commune, coalesce(c.province, 'unknown') as province,
      case when h.era = '2021' then coalesce(c.parent, 'unknown') end as district
    from (select distinct era, commune from dose) h
    left join places_unit c on c.era = h.era and c.code = h.commune and c.level = 'commune'
), home_unit as (
    select h.era, h.commune, u.level, u.unit, u.parent from home h cross join lateral (values
      ('country', 'VN', ''), ('province', h.province, 'VN'), ('district', h.district, h.province),
      ('commune', h.commune, coalesce(h.district, h.province))
    ) as u(level, unit, parent) where u.unit is not null
)"""

_RECOUNTS = {
    "figures_site_day": ("site, given_on as day, product, dose_number", "dose where given_on is not null"),
    "figures_undated": ("site, product, dose_number", "dose where given_on is null"),
    "figures_residence_week": (
        "era, commune, week, sex, age_band, dose_number as dose_state",
        "dose",
    ),
    "figures_group_day": (
        "p.district, d.given_on as day, d.target_group",
        "dose d join place p on p.site = d.site and p.era = '2021' where d.given_on is not null",
    ),
    "figures_entry_day": ("site, recorded_on as day, delay", "dose"),
    "figures_unit_total": (
        "u.era, u.level, u.unit, u.parent, d.product, d.dose_number, d.given_on is not null as dated",
        "dose d join site_unit u on u.site = d.site",
    ),
    "figures_unit_day": (
        "u.era, u.level, u.unit, d.given_on as day, d.product, d.dose_number",
        (
            "dose d join site_unit u on u.site = d.site "
            "where d.given_on is not null and u.level in ('country', 'province', 'district')"
        ),
    ),
    "figures_unit_entry_day": (
        "u.era, u.level, u.unit, d.recorded_on as day, d.delay",
        "dose d join site_unit u on u.site = d.site where u.level in ('country', 'province', 'district')",
    ),
    "figures_group_total": (
        "u.era, u.level, u.unit, d.target_group",
        "dose d join site_unit u on u.site = d.site",
    ),
    "figures_age_total": (
        "u.era, u.level, u.unit, d.age_band",
        "dose d join site_unit u on u.site = d.site",
    ),
    "figures_residence_total": (
        "u.era, u.level, u.unit, u.parent, d.sex, d.age_band, d.dose_number as dose_state",
        "dose d join home_unit u on u.era = d.era and u.commune = d.commune",
    ),
}
"""For every counter its keys and where they are recounted from."""


def checks() -> Iterator[Check]:
    """Ask of every counter whether each of its rows is what a recount says."""
    yield check("reactions-level", "every reaction has taken all that is settled", _behind())
    yield check_rows("figures-doses", "every dose that stands is counted, and no other", _MISCOUNTED)
    for table in _RECOUNTS:
        name = table.replace("figures_", "figures-").replace("_", "-")
        yield check_rows(name, f"{table} equals a recount", _different(table), _parameters())


_MISCOUNTED = """
select coalesce(c.id, d.id) from figures_dose c
full join (select person_id, id from immunization_dose where status <> 2) d using (person_id, id)
where c.id is null or d.id is null"""


def _behind() -> list[tuple[str, str]]:
    """Return the entries that some reaction has not read or could not take, each with the reaction's name."""
    found = []
    for follower in followers():
        window = journal.settled_after(journal.cursor(follower.name), limit=1_000, kinds=follower.kinds)
        waiting = [entry.id for entry in window.entries] + figures.skipped_entries(follower.name)
        found += [(follower.name, str(entry)) for entry in waiting]
    return found


def _different(table: str) -> str:
    keys, source = _RECOUNTS[table]
    names = [key.split()[-1].rpartition(".")[2] for key in keys.split(", ")]
    using = ", ".join(names)
    places = ", ".join(str(number) for number, _ in enumerate(names, 1))
    return (
        f"with {_DOSES}, recounted as (select {keys}, count(*) as doses from {source} group by {places}) "
        f"select {using}, coalesce(kept.doses, 0) as kept, 'instead of', coalesce(recounted.doses, 0) as told "
        f"from {table} as kept full join recounted using ({using}) where kept.doses is distinct from recounted.doses"
    )


def _parameters() -> tuple[object, ...]:
    bands = figures.age_bands()
    return (
        arrays.texts([band.code for band in bands]),
        arrays.integers([band.from_years for band in bands]),
        arrays.integers([band.below_years for band in bands]),
        arrays.texts(SEXES),
        NEW_UNITS_SINCE,
    )


def await_level(*, within_s: float) -> None:
    """Give the reactions so many seconds to take what is settled; `checks` says whether they have."""
    give_up_at = time.monotonic() + within_s
    while _behind() and time.monotonic() < give_up_at:
        time.sleep(0.2)


def reactions() -> list[ReactionLag]:
    """Return how long entries waited for each reaction, over the last day."""
    waits = figures.lag_steps()
    return [
        ReactionLag(
            name=state.name,
            entries=state.entries,
            p50_lag_s=_seconds(percentile(waits.get(state.name, {}), figures.HALF)),
            p99_lag_s=_seconds(percentile(waits.get(state.name, {}), figures.NEARLY_ALL)),
            last_lag_s=state.last_lag.total_seconds(),
            worst_lag_s=state.worst_lag.total_seconds(),
            set_aside=state.set_aside,
        )
        for state in figures.reaction_states()
    ]


def _seconds(lag: timedelta | None) -> float | None:
    return None if lag is None else round(lag.total_seconds(), 3)
