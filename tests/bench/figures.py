"""Live figures: reading counters as large as 150 million doses make them, and how fast the reaction counts.

The counters are generated, for no machine of ours has 150 million doses: 19,500 sites over 150 days with two products
and two dose numbers each, and the totals of every unit above them, as the reaction would have summed them.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

import psycopg

from tests.bench.lab import Lab, laboratory
from tests.bench.measure import Row, Sample, cpu_of_tree, interleaved
from tiemchung.kernel import wire

READS: Final = 300
"""Reads of one level in one sample."""
COUNTED_DOSES: Final = 20_000
"""Doses that the reaction counts when its own speed is measured."""
FIRST_DAY, LAST_DAY = date(2021, 7, 1), date(2021, 11, 27)

_GENERATED = {
    "figures_site": """
insert into figures_site (site, era, commune, district, province)
select 'bench-' || s, '2021', u.code, u.district, u.province
from generate_series(0, 19499) s
join (select row_number() over (order by c.code) - 1 as n, count(*) over () as units, c.code, c.parent as district,
             d.parent as province
        from places_unit c join places_unit d on d.era = c.era and d.code = c.parent
       where c.era = '2021' and c.level = 'commune' and d.level = 'district') u on u.n = s % u.units""",
    "figures_site_day": """
insert into figures_site_day (site, day, product, dose_number, doses)
select s.site, date '2021-07-01' + d, p, n, 1 + abs(hashtext(s.site || d)) % 40
from figures_site s, generate_series(0, 149) d, unnest(array['az', 'pfizer']) p, generate_series(1, 2) n
where s.era = '2021'""",
    "figures_entry_day": """
insert into figures_entry_day (site, day, delay, doses)
select site, day, 'same-day', sum(doses) from figures_site_day group by site, day""",
    "figures_unit_total": """
insert into figures_unit_total (era, level, unit, parent, product, dose_number, dated, doses)
select '2021', x.level, x.unit, x.parent, product, dose_number, true, sum(doses)
from (select site, product, dose_number, sum(doses) as doses from figures_site_day group by site, product, dose_number) t
join figures_site s on s.site = t.site and s.era = '2021'
cross join lateral (values ('country', 'VN', ''), ('province', s.province, 'VN'), ('district', s.district, s.province),
                           ('commune', s.commune, s.district), ('site', s.site, s.commune)) x(level, unit, parent)
group by x.level, x.unit, x.parent, product, dose_number""",
    "figures_unit_day": """
insert into figures_unit_day (era, level, unit, day, product, dose_number, doses)
select '2021', x.level, x.unit, day, product, dose_number, sum(doses)
from (select province, district, day, product, dose_number, sum(doses) as doses
        from figures_site_day join figures_site s using (site)
       where s.era = '2021' group by province, district, day, product, dose_number) t
cross join lateral (values ('country', 'VN'), ('province', t.province), ('district', t.district)) x(level, unit)
group by x.level, x.unit, day, product, dose_number""",
    "figures_unit_entry_day": """
insert into figures_unit_entry_day (era, level, unit, day, delay, doses)
select era, level, unit, day, 'same-day', sum(doses) from figures_unit_day group by era, level, unit, day""",
    "figures_residence_total": """
insert into figures_residence_total (era, level, unit, parent, sex, age_band, dose_state, doses)
select '2021', level, unit, parent, x, b, n, 5 + abs(hashtext(unit || x || b || n)) % 4000
from (select distinct level, unit, parent from figures_unit_total where level <> 'site') u,
     unnest(array['female', 'male']) x, unnest(array['0-4', '5-11', '12-17', '18-49', '50-64', '65+']) b,
     generate_series(1, 2) n""",
}
"""How each counter is filled, in this order."""


def measure(*, pairs: int) -> dict[str, Any]:
    """Measure the reads of every level and the speed of the reaction; return both as JSON has them."""
    with laboratory(connections=1) as lab:
        told: dict[str, Any] = {"reaction": _reaction(lab, pairs=pairs)}
        told["rows"] = _generate(lab)
        told["reads"] = _reads(lab, pairs=pairs)
    return told


def _reaction(lab: Lab, *, pairs: int) -> list[dict[str, Any]]:
    """Have doses wait in the journal, then start the worker and see how long it takes to count them."""
    pen = lab.pens[0]
    samples = []
    for _pair in range(pairs):
        visits = lab.visits(COUNTED_DOSES)
        for visit in visits:
            pen.arrival(visit)
        pen.visits(visits, whole=False)
        lab.send([pen.signed(wire.MAX_ENTRIES)], records=COUNTED_DOSES)
        samples.append(_catch_up(lab, lab.persons))
    told = {
        "doses_per_s": [round(sample.rate, 1) for sample in samples],
        "cpu_us_a_dose": [{part: round(us, 1) for part, us in sample.cpu_us.items()} for sample in samples],
    }
    print(f"reaction: {told['doses_per_s']} doses/s, start of the worker included", flush=True)
    return [told]


def _catch_up(lab: Lab, doses: int) -> Sample:
    postgres = cpu_of_tree(lab.platform.cluster.pid)
    started = time.perf_counter()
    with (
        psycopg.connect(lab.platform.cluster.owner_url("tiemchung"), autocommit=True) as connection,
        lab.platform.worker() as worker,
    ):
        counted = "select coalesce(sum(doses), 0) from figures_unit_total where level = 'country' and era = '2021'"
        while (found := connection.execute(counted).fetchone()) is None or found[0] < doses:
            if time.perf_counter() - started > 300:
                raise RuntimeError(f"the reaction counted {found} of {doses} doses in 300 s")
            time.sleep(0.05)
        seconds = time.perf_counter() - started
        cpu = {"worker": cpu_of_tree(worker), "postgres": cpu_of_tree(lab.platform.cluster.pid) - postgres}
    return Sample(records=COUNTED_DOSES, seconds=seconds, cpu_s=cpu)


def _generate(lab: Lab) -> dict[str, int]:
    """Fill the counters as the nation would, and return how many rows each has."""
    rows = {}
    with psycopg.connect(lab.platform.cluster.owner_url("tiemchung"), autocommit=True) as connection:
        connection.execute("set work_mem = '256MB'")
        for table in reversed(_GENERATED):
            connection.execute(f"truncate {table}")
        for table, statement in _GENERATED.items():
            rows[table] = connection.execute(statement).rowcount
        for table in _GENERATED:
            connection.execute(f"vacuum analyze {table}")
    print(f"counters generated: {rows}", flush=True)
    return rows


def _reads(lab: Lab, *, pairs: int) -> list[dict[str, Any]]:
    """Time every level's read as a page's process makes it, against one row read by its key."""
    os.environ.update(lab.platform.web_environment(), DJANGO_SETTINGS_MODULE="tiemchung.project.settings")
    importlib.import_module("django").setup()
    told = []
    with psycopg.connect(lab.platform.cluster.app_url("tiemchung"), autocommit=True) as raw:

        def one_row() -> object:
            return raw.execute("select as_of from figures_standing where id = 1", prepare=True).fetchone()

        for name, read in _levels(lab).items():
            subject, control = interleaved(partial(_timed, read), partial(_timed, one_row), pairs=pairs)
            row = Row(name=name, unit="reads", subject=subject, control=control).told()
            waits = row["subject"]["wait_ms"]
            print(f"{name}: p50 {waits['p50']:.2f} ms, p99 {waits['p99']:.2f} ms, ratio {row['ratio']:.3f}", flush=True)
            told.append(row)
    return told


def _levels(lab: Lab) -> Mapping[str, Callable[[], object]]:
    queries = importlib.import_module("tiemchung.domain.figures.queries")
    values = importlib.import_module("tiemchung.domain.figures.values")
    level, clock, unit = values.Level, values.Clock, values.Unit
    with psycopg.connect(lab.platform.cluster.owner_url("tiemchung")) as connection:
        found = connection.execute(
            "select province, district, commune, site from figures_site order by site limit 1"
        ).fetchone()
    if found is None:
        raise RuntimeError("no site was generated")
    province, district, commune, site = found
    days = {"first": FIRST_DAY, "last": LAST_DAY}
    places = {
        "country": queries.NATION,
        "province": unit("2021", level.PROVINCE, province),
        "district": unit("2021", level.DISTRICT, district),
        "commune": unit("2021", level.COMMUNE, commune),
        "site": unit("2021", level.SITE, site),
    }
    reads: dict[str, Callable[[], object]] = {
        "provinces of the country": lambda: queries.doses_by_unit(level.PROVINCE),
        "districts of a province": lambda: queries.doses_by_unit(level.DISTRICT, parent=province),
        "communes of a district": lambda: queries.doses_by_unit(level.COMMUNE, parent=district),
        "sites of a commune": lambda: queries.doses_by_unit(level.SITE, parent=commune),
        "residents by province": lambda: queries.persons_by_residence(level.PROVINCE),
        "residents by age": queries.persons_by_age_band,
    }
    for name, place in places.items():
        reads[f"total of the {name}"] = partial(queries.totals, place)
        for each in clock:
            reads[f"days of the {name}, by {each.value}"] = partial(queries.doses_by_day, place, clock=each, **days)
    return reads


def _timed(read: Callable[[], object], _pair: int) -> Sample:
    read()
    waits = []
    cpu = time.process_time()
    started = time.perf_counter()
    for _ in range(READS):
        before = time.perf_counter()
        read()
        waits.append(1000 * (time.perf_counter() - before))
    return Sample(
        records=READS,
        seconds=time.perf_counter() - started,
        cpu_s={"client": time.process_time() - cpu},
        waits_ms=waits,
    )
