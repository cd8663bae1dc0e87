"""A hall is filled from a whole city: `python -m tests.bench.calling [--people N] [--places N] [--json FILE]`.

The people are generated: as many in each ward of the city, three of four brought by one list of their ward in one instant, the
others by themselves one after the other, four of five with a phone. A planner of the whole city fills one session, then one
of the next day, makes the first known, and calls it off. Each step is told with its seconds, the processor time of Python and
of PostgreSQL, and the longest of its transactions, of which the database ends any after five seconds.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from datetime import time as hour
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from tests.bench.lab import Lab, laboratory
from tests.bench.measure import machine
from tiemchung.project.platform import DATABASE

CITY = "79"
SLOTS = 60

_PEOPLE = """
insert into people_person (id, recorded_at, born_from, born_to, sex, commune, target_group, site, name_key, name_tokens, name, entry)
select uuidv7(), now(), date '1950-01-01' + (g.p %% 15000), date '1950-01-01' + (g.p %% 15000), 1 + g.p %% 2, %(ward)s, 'unknown', '',
       decode(md5(g.p::text), 'hex'), decode(md5(g.p::text), 'hex'), decode(repeat('5e', 56), 'hex'), gen_random_uuid()
from generate_series(1, %(people)s::int) g(p)
"""
_PHONES = """
insert into people_contact (hash, person_id, site, recorded_at, sealed)
select substr(sha256(uuid_send(id)), 1, 16), id, site, recorded_at, decode(repeat('5e', 42), 'hex')
from people_person where hashtext(id::text) % 5 <> 0
"""
_LINE = """
insert into campaigns_registration (person_id, id, registered_at, campaign, commune, target_group, channel, times)
select id, uuidv7(), %(at)s + case when hashtext(id::text) %% 4 = 0 then (abs(hashtext(id::text)) %% 80000) * interval '1 second'
       else abs(hashtext(commune)) %% 80000 * interval '1 second' end,
       %(campaign)s, commune, (array['01', '05', '12', '16'])[1 + abs(hashtext(id::text || 'g')) %% 4], 'list', '{}'
from people_person
"""


def measure(*, people: int, places: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Generate who waits, plan for them, and return what each step took, as JSON has it."""
    with laboratory(connections=1, workers=1, say=say) as lab:
        os.environ.update(lab.platform.web_environment(), DJANGO_SETTINGS_MODULE="tiemchung.project.settings")
        importlib.import_module("django").setup()
        steps = _planned(lab, people=people, places=places, say=say)
    return {"machine": machine(), "people": people, "places": places, "steps": steps}


def _planned(lab: Lab, *, people: int, places: int, say: Callable[[str], None]) -> dict[str, Any]:
    actors, ids, clocks = (importlib.import_module(f"tiemchung.kernel.{name}") for name in ("actor", "ids", "clock"))
    where, campaigns, scheduling, visits = (
        importlib.import_module(f"tiemchung.domain.{name}.queries")
        for name in ("places", "campaigns", "scheduling", "visits")
    )
    actions = importlib.import_module("tiemchung.domain.scheduling.actions")
    told = importlib.import_module("tiemchung.domain.scheduling.values").SessionTold
    security = importlib.import_module("tiemchung.plumbing.rowsecurity")
    now = importlib.import_module("tiemchung.plumbing.time").clock().now()
    campaign = campaigns.campaigns()[0].code
    site = f"{CITY}-0001"
    reach = where.reach_of([("2021", CITY)])
    reach = actors.Reach(sites=reach.sites | {site}, communes=reach.communes)
    planner = actors.Actor(id=uuid4(), kind=actors.ActorKind.STAFF, powers=frozenset({actors.Power.PLAN}), reach=reach)
    wards = sorted(code for code in reach.communes if where.commune_era(code, on=date(2021, 7, 1)) == "2021")
    with psycopg.connect(lab.platform.cluster.owner_url(DATABASE), autocommit=True) as owner:
        owner.execute("set synchronous_commit = off")
        for ward in wards:
            owner.execute(_PEOPLE, {"ward": ward, "people": people // len(wards)})
        owner.execute(_PHONES)
        owner.execute(_LINE, {"at": now - timedelta(days=2), "campaign": campaign})
        for table in ("people_person", "people_contact", "campaigns_registration"):
            owner.execute(f"vacuum analyze {table}")
    say(f"{people:,} people wait in {len(wards)} wards")
    by: dict[str, Any] = {"site": site, "actor": planner, "now": now}
    days = [clocks.business_day(now) + timedelta(days=ahead) for ahead in (1, 2)]
    sessions = [ids.uuid7(now) for _ in days]
    for session, day in zip(sessions, days, strict=True):
        with security.reaching(reach):
            actions.open_session(
                told(
                    id=session,
                    campaign=campaign,
                    site=site,
                    day=day,
                    product="az",
                    starts=hour(6),
                    ends=hour(21),
                    capacity=-(-places // SLOTS),
                ),
                actor=planner,
                now=now,
            )

    def filled(session: Any, day: date) -> str:
        but = partial(visits.not_to_be_called, today=clocks.business_day(now), on=day)
        found = actions.fill(session, communes=wards, but=but, **by)
        return f"{found.placed:,} places, {'the line goes on' if found.after else 'full, or the end of the line'}"

    def within(step: Callable[[], object]) -> str:
        with security.reaching(reach):
            return str(step())

    def seen() -> str:
        # Names and phones are not generated: who stands on the list is asked, not what they are called.
        line = importlib.import_module("tiemchung.domain.scheduling.queries.standby")
        with security.reaching(reach):
            session = scheduling.campaign_session(sessions[1], sites=[site])
            found, whole = line._first(
                session, line._wards(session), but=lambda _persons: (), of=planner, limit=line.STANDBY
            )
        return f"{len(found)} listed, {'as many as asked for or the whole line' if whole else 'not the whole line'}"

    steps: dict[str, Callable[[], str]] = {
        "filled": partial(filled, sessions[0], days[0]),
        "filled, the next day": partial(filled, sessions[1], days[1]),
        "who may be called in": seen,
        "made known": lambda: within(partial(actions.invite, sessions[0], **by)),
        "called off": lambda: within(partial(actions.call_off, sessions[0], reason="mưa bão", **by)),
    }
    return {name: _timed(name, step, lab=lab, say=say) for name, step in steps.items()}


def _timed(name: str, step: Callable[[], str], *, lab: Lab, say: Callable[[str], None]) -> dict[str, Any]:
    with _longest() as longest:
        before, started, python = lab.cpu()["postgres"], time.perf_counter(), time.process_time()
        outcome = step()
        seconds, used = time.perf_counter() - started, time.process_time() - python
        database = lab.cpu()["postgres"] - before
    told = {
        "outcome": outcome,
        "seconds": round(seconds, 2),
        "python_s": round(used, 2),
        "postgres_s": round(database, 2),
        "longest_transaction_s": round(max(longest, default=0.0), 2),
        "transactions": len(longest),
    }
    say(f"{name}: {told}")
    return told


@contextmanager
def _longest() -> Iterator[list[float]]:
    """Collect how long each outermost transaction lasted."""
    transaction = importlib.import_module("django.db.transaction")
    enter, leave = transaction.Atomic.__enter__, transaction.Atomic.__exit__
    lasted, open_ = list[float](), list[float]()

    def entered(self: Any) -> None:
        open_.append(time.perf_counter())
        enter(self)

    def left(self: Any, *told: Any) -> None:
        began = open_.pop()
        leave(self, *told)
        if not open_:
            lasted.append(time.perf_counter() - began)

    transaction.Atomic.__enter__, transaction.Atomic.__exit__ = entered, left
    try:
        yield lasted
    finally:
        transaction.Atomic.__enter__, transaction.Atomic.__exit__ = enter, leave


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=936_000)
    parser.add_argument("--places", type=int, default=9_000)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = measure(people=asked.people, places=asked.places, say=partial(print, flush=True))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2), encoding="utf-8")
