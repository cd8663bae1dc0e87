"""Who somebody is, asked of many: `python -m tests.bench.looked_up [--persons N] [--pairs N] [--json FILE]`.

The persons are generated: names as common as the generator of populations has them, three of four with a number, one in
twenty-five under the year alone, in all communes of 2021. A thousand of them are given the keyed hashes of what they would
say, and are looked up one by one as the desk does it, in a transaction, with the view logged. The control reads one row by
its key over the same server. Ten million persons take some 12 GB of disk, which are given back.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import psycopg

from tests.bench.lab import Lab, laboratory
from tests.bench.measure import Row, Sample, cpu_of_tree, interleaved, machine
from tiemchung.kernel.names import name_key, sorted_key
from tiemchung.project.platform import DATABASE
from tiemchung_world import facts
from tiemchung_world.nation.kinship import nation
from tiemchung_world.nation.noise import load_noise

NAMES = 300_000
"""Names in the pool, a common one as often as it is common: a name of one in a thousand has 300 of them."""
ASKED = 1_000
"""Persons who are looked up, and so many more whom nobody knows."""
READS = 500
AT_ONCE = 500
"""Look-ups of one statement, as a list brings them."""
FIRST_DAY, DAYS = date(1935, 1, 1), 29_000
SITE = "79-0001"
TABLES = ("people_person", "people_identifier", "people_contact")

_POOL = """
create unlogged table bench_name (n int primary key, tokens bytea, key bytea);
create unlogged table bench_commune (n int primary key, code text)
"""
_PERSONS = """
insert into people_person (id, recorded_at, born_from, born_to, sex, commune, target_group, site, name_key, name_tokens, name, entry)
select uuidv7(), now(), d.first, d.last, 1 + g.p %% 2, c.code, 'unknown', '79-0001', b.key, b.tokens,
       decode(repeat('5e', 56), 'hex'), gen_random_uuid()
from generate_series(%(first)s::int, %(last)s::int) g(p)
cross join lateral (select date '1935-01-01' + (abs(hashint8extended(g.p, 1)) %% 29000)::int as day) t
cross join lateral (select
    case when g.p %% 25 = 0 then date_trunc('year', t.day)::date else t.day end as first,
    case when g.p %% 25 = 0 then (date_trunc('year', t.day) + interval '1 year - 1 day')::date else t.day end as last) d
join bench_name b on b.n = (abs(hashint8extended(g.p, 2)) %% %(names)s)::int
join bench_commune c on c.n = (abs(hashint8extended(g.p, 3)) %% %(communes)s)::int
"""
_NUMBERS = """
insert into people_identifier (hash, kind, person_id, site, recorded_at, sealed)
select substr(sha256(uuid_send(id)), 1, 16), 'personal-number', id, site, recorded_at, decode(repeat('5e', 44), 'hex')
from people_person where hashtext(id::text) %% 4 <> 0
"""
# Three of a household give one phone.
_PHONES = """
insert into people_contact (hash, person_id, site, recorded_at, sealed)
select substr(sha256(int8send(n / 3)), 1, 16), id, site, recorded_at, decode(repeat('5e', 42), 'hex')
from (select id, site, recorded_at, row_number() over () as n from people_person) p
"""
_KEYS = """
select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
where conrelid = any(%s::regclass[]) and contype = 'p'
"""
_INDEXES = """
select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
where indrelid = any(%s::regclass[]) and not indisprimary
"""


@dataclass(frozen=True, kw_only=True)
class Known:
    """Somebody on record, as they say who they are."""

    person: UUID
    name: str
    born: str
    sex: str
    number: str
    phone: str
    commune: str


def measure(*, persons: int, pairs: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Generate the persons, ask for some of them, and return what it took, as JSON has it."""
    with laboratory(connections=1, workers=1, say=say) as lab:
        os.environ.update(lab.platform.web_environment(), DJANGO_SETTINGS_MODULE="tiemchung.project.settings")
        importlib.import_module("django").setup()
        names = _names()
        with psycopg.connect(lab.platform.cluster.owner_url(DATABASE), autocommit=True) as owner:
            began = time.perf_counter()
            _generate(owner, names, persons=persons, say=say)
            known = _known(owner, names, persons=persons)
            (size,) = owner.execute("select pg_size_pretty(pg_database_size(current_database()))").fetchone() or ("",)
            say(f"{persons:,} persons in {time.perf_counter() - began:,.0f} s, {size}")
        told = _rows(known, names, lab=lab, pairs=pairs)
    return {"machine": machine(), "persons": persons, "size": size, "rows": told}


def _names() -> list[str]:
    made = nation(NAMES, seed=1, province="79", on=date(2021, 7, 1), truth=load_noise().truth)
    return made.people.names(np.arange(NAMES))


def _hash(purpose: str, text: str) -> bytes:
    sealing = importlib.import_module("tiemchung.plumbing.sealing")
    found: bytes = sealing.lookup_hash(purpose, text)
    return found


def _generate(owner: psycopg.Connection, names: Sequence[str], *, persons: int, say: Callable[[str], None]) -> None:
    owner.execute(_POOL)
    communes = [commune.code for code in facts.provinces() for commune in facts.communes_of(code)]
    with owner.cursor() as cursor:
        with cursor.copy("copy bench_name from stdin (format binary)") as copy:
            copy.set_types(["int4", "bytea", "bytea"])
            for place, name in enumerate(names):
                key = name_key(name)
                copy.write_row((place, _hash("tokens", sorted_key(key)), _hash("name", key)))
        with cursor.copy("copy bench_commune from stdin") as copy:
            for place, code in enumerate(communes):
                copy.write_row((place, code))
    owner.execute("analyze bench_name, bench_commune")
    owner.execute("set work_mem = '256MB'; set maintenance_work_mem = '1GB'; set synchronous_commit = off")
    with _without_indexes(owner, say=say):
        for first in range(1, persons + 1, 1_000_000):
            part = {
                "first": first,
                "last": min(first + 999_999, persons),
                "names": len(names),
                "communes": len(communes),
            }
            owner.execute(_PERSONS, part)
        say("persons are written")
        owner.execute(_NUMBERS, {})
        owner.execute(_PHONES)
        say("numbers and phones are written")
    for table in TABLES:
        owner.execute(f"vacuum analyze {table}")


@contextmanager
def _without_indexes(owner: psycopg.Connection, *, say: Callable[[str], None]) -> Iterator[None]:
    """Fill tables without their indexes, unlogged, and make the indexes anew: a tenth of the time and of the log."""
    keys = owner.execute(_KEYS, [list(TABLES)]).fetchall()
    indexes = owner.execute(_INDEXES, [list(TABLES)]).fetchall()
    for table in TABLES:
        owner.execute(f"alter table {table} set unlogged")
    for index, _ in indexes:
        owner.execute(f"drop index {index}")
    for table, name, _ in keys:
        owner.execute(f"alter table {table} drop constraint {name}")
    yield
    for table, name, definition in keys:
        owner.execute(f"alter table {table} add constraint {name} {definition}")
    for index, definition in indexes:
        owner.execute(definition)
        say(f"index {index}")


def _known(owner: psycopg.Connection, names: Sequence[str], *, persons: int) -> list[Known]:
    """Choose persons, give each the hashes of a number and of a phone, and return what they say."""
    chance = random.Random(1)
    by_tokens = {_hash("tokens", sorted_key(name_key(name))): name for name in names}
    share = max(0.1, 300 * ASKED / persons)
    found = owner.execute(
        f"select id, name_tokens, born_from, born_to, sex, commune from people_person tablesample bernoulli ({min(100, share)}) "
        "where born_from = born_to order by random() limit %s",
        [ASKED],
    ).fetchall()
    told = []
    for person, tokens, born, _, sex, commune in found:
        number, phone = f"0{chance.randrange(10**10, 10**11)}", f"09{chance.randrange(10**7, 10**8)}"
        owner.execute("delete from people_identifier where person_id = %s", [person])
        owner.execute(
            "insert into people_identifier (hash, kind, person_id, site, recorded_at, sealed) "
            "values (%s, 'personal-number', %s, %s, now(), '')",
            [_hash("identifier:personal-number", number), person, SITE],
        )
        owner.execute("update people_contact set hash = %s where person_id = %s", [_hash("phone", phone), person])
        words = {1: "female", 2: "male"}
        told.append(
            Known(
                person=person,
                name=by_tokens[bytes(tokens)],
                born=str(born),
                sex=words[sex],
                number=number,
                phone=phone,
                commune=commune,
            )
        )
    return told


def _rows(known: Sequence[Known], names: Sequence[str], *, lab: Lab, pairs: int) -> list[dict[str, Any]]:
    actors, values = (importlib.import_module(f"tiemchung.{name}") for name in ("kernel.actor", "domain.people.values"))
    queries, security = (
        importlib.import_module(f"tiemchung.{name}") for name in ("domain.people.queries", "plumbing.rowsecurity")
    )
    purpose = importlib.import_module("tiemchung.kernel.purpose").Purpose.CARE
    nurse = actors.Actor(id=known[0].person, kind=actors.ActorKind.STAFF, reach=actors.Reach(sites=frozenset({SITE})))
    chance, now = random.Random(2), datetime.now(tz=UTC)
    commonest = Counter(names).most_common(1)[0][0]

    def block(one: Known, **told: Any) -> Any:
        usual = {"name": one.name, "born": one.born, "sex": one.sex}
        return values.PersonBlock(**(usual | told))

    def number(one: Known) -> list[Any]:
        return [values.IdentifierTold(kind="personal-number", value=one.number)]

    def stranger(one: Known) -> Any:
        day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        numbers = [values.IdentifierTold(kind="personal-number", value=f"0{chance.randrange(10**10, 10**11)}")]
        phone = f"08{chance.randrange(10**7, 10**8)}"
        return block(
            one, name=chance.choice(names), born=str(day), identifiers=numbers, phone=phone, commune=one.commune
        )

    ways: dict[str, Callable[[Known], Any]] = {
        "by the number": lambda one: block(one, identifiers=number(one), phone=one.phone, commune=one.commune),
        "by the phone": lambda one: block(one, phone=one.phone),
        "by the commune": lambda one: block(one, commune=one.commune),
        "somebody new": stranger,
        "the commonest name, the year alone": lambda one: block(
            one, name=commonest, born=one.born[:4], phone=one.phone, commune=one.commune
        ),
    }
    found = {"by the number", "by the phone", "by the commune"}
    told = []

    def look_up(blocks: Sequence[Any]) -> list[Any]:
        with security.reaching(nurse.reach):
            answers: list[Any] = queries.look_up(blocks, purpose=purpose, actor=nurse, viewed_at=now, site=SITE)
        return answers

    with psycopg.connect(lab.platform.cluster.app_url(DATABASE), autocommit=True) as raw:
        key = (_hash("identifier:personal-number", known[0].number), "personal-number")

        def one_row(_pair: int) -> Sample:
            asked = "select count(*) from people_holders(array[%s])"
            return _timed(lambda _place: raw.execute(asked, key[:1], prepare=True).fetchone(), lab)

        for name, way in ways.items():
            blocks = [way(one) for one in known]
            answers = look_up(blocks)
            hits = sum(answer.person == one.person for answer, one in zip(answers, known, strict=True))
            doubts = sum(bool(answer.alike) for answer in answers)

            def ask(place: int, blocks: Sequence[Any] = blocks) -> object:
                return look_up([blocks[place % len(blocks)]])

            subject, control = interleaved(partial(_asked, ask, lab), one_row, pairs=pairs)
            row = Row(name=name, unit="look-ups", subject=subject, control=control).told()
            waits = row["subject"]["wait_ms"]
            print(
                f"{name}: {hits} found and {doubts} in doubt of {len(known)}; p50 {waits['p50']:.2f} ms, p99 {waits['p99']:.2f} ms, "
                f"worst {waits['worst']:.2f} ms; control p50 {row['control']['wait_ms']['p50']:.2f} ms, "
                f"p99 {row['control']['wait_ms']['p99']:.2f} ms; CPU us {row['subject']['cpu_us']}, "
                f"control {row['control']['cpu_us']}",
                flush=True,
            )
            if name in found and hits < 0.95 * len(known):
                raise RuntimeError(f"{name}: only {hits} of {len(known)} were found")
            told.append(row | {"found": hits, "doubts": doubts})
        blocks = [ways["by the number"](one) for one in known]
        batches = [blocks[start : start + AT_ONCE] for start in range(0, len(blocks), AT_ONCE)]
        look_up(batches[0])
        began = time.perf_counter()
        for batch in batches:
            look_up(batch)
        each = 1e6 * (time.perf_counter() - began) / len(blocks)
        print(f"{AT_ONCE} at once, by the number: {each:.0f} us each", flush=True)
        told.append({"name": f"{AT_ONCE} at once", "us_each": round(each, 1)})
    return told


def _asked(ask: Callable[[int], object], lab: Lab, turn: int) -> Sample:
    return _timed(lambda place: ask(turn * READS + place), lab)


def _timed(read: Callable[[int], object], lab: Lab) -> Sample:
    for place in range(5):
        read(place)
    waits, server = [], cpu_of_tree(lab.platform.cluster.pid)
    cpu, started = time.process_time(), time.perf_counter()
    for place in range(READS):
        before = time.perf_counter()
        read(place)
        waits.append(1000 * (time.perf_counter() - before))
    took = time.perf_counter() - started
    spent = {"client": time.process_time() - cpu, "postgres": cpu_of_tree(lab.platform.cluster.pid) - server}
    return Sample(records=READS, seconds=took, cpu_s=spent, waits_ms=waits)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=500_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = measure(persons=asked.persons, pairs=asked.pairs, say=partial(print, flush=True))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
