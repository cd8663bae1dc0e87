"""SPEED.md's row of the import: `python -m tests.bench.lists [--lists N] [--rows N] [--persons N] [--profile PART] [--json FILE]`.

Wards bring target lists of as many rows as one file may have, as CSV: each is read, matched against the persons on record
and answered row by row by the web, and kept by the worker while the next are read. One row in ten is of somebody whom the
ward has registered before, one in fifty cannot be used. The control copies the rows of the same files, cell by cell, into
a bare table.
"""

from __future__ import annotations

import argparse
import cProfile
import csv
import importlib
import io
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from tests.bench import material
from tests.bench.lab import Lab, laboratory
from tests.bench.measure import Row, Sample, cpu_of_process, machine

HEADER = ("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD/CMND", "Điện thoại", "Nhóm", "Địa chỉ")
KNOWN_SHARE, UNUSABLE_SHARE = 0.1, 0.02
_FAMILIES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Lý",
]
_MIDDLES = [
    "Văn",
    "Thị",
    "Hữu",
    "Đức",
    "Minh",
    "Thanh",
    "Ngọc",
    "Quốc",
    "Kim",
    "Xuân",
    "Thu",
    "Hồng",
    "Anh",
    "Gia",
    "Bảo",
]
_GIVEN = [
    "An",
    "Bình",
    "Châu",
    "Dũng",
    "Đào",
    "Giang",
    "Hằng",
    "Hòa",
    "Khoa",
    "Linh",
    "Mai",
    "Nga",
    "Phúc",
    "Thủy",
    "Yến",
]
KEPT_BY_THE_WORKER = 2_001
"""Rows from which on a list is kept by the worker, and not while the officer waits."""
PAGE = 5_000
"""Rows that are looked at together."""
_KEEP, _EXAMINE = "keep", "examine"

_PERSONS = """
insert into people_person (id, recorded_at, born_from, born_to, sex, commune, target_group, site, name_key, name_tokens, name, entry)
select x.id, now(), x.born, x.born, n %% 2 + 1, '26734', 'unknown', 'ward:26734', x.key, x.key, x.key, x.id
from generate_series(1, %(persons)s) n,
lateral (select gen_random_uuid() id, date '1940-01-01' + n %% 25000 born, substr(sha256(n::text::bytea), 1, 16) key) x
"""
_NUMBERS = """
insert into people_identifier (hash, kind, person_id, site, recorded_at, sealed)
select substr(sha256(p.id::text::bytea), 1, 16), 'personal-number', p.id, p.site, now(), p.name from people_person p
"""
_BARE = "create unlogged table bare_list (list int, cells text[])"


def file_of(rows: int, *, seed: int, known: Sequence[list[str]] = ()) -> tuple[bytes, list[list[str]]]:
    """Return a list as a ward's officer saves it, and its rows."""
    chance = random.Random(seed)
    found = []
    for line in range(1, rows + 1):
        if known and chance.random() < KNOWN_SHARE:
            cells = list(chance.choice(known))
        else:
            year, female = chance.randrange(1935, 2004), chance.random() < 0.5
            words = [chance.choice(_FAMILIES), chance.choice(_MIDDLES), chance.choice(_MIDDLES), chance.choice(_GIVEN)]
            number = f"079{female + (2 if year >= 2000 else 0)}{year % 100:02}{chance.randrange(10**6):06}"
            born = f"{chance.randrange(2, 29):02}/{chance.randrange(1, 13):02}/{year}"
            phone = f"09{chance.choice('013467')}{chance.randrange(10**7):07}"
            cells = [
                "",
                " ".join(words),
                born,
                "Nữ" if female else "Nam",
                number,
                phone,
                str(chance.randrange(1, 17)),
                "Tổ 12",
            ]
        if chance.random() < UNUSABLE_SHARE:
            cells[2] = "31/02/1980"
        cells[0] = str(line)
        found.append(cells)
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([HEADER, *found])
    return text.getvalue().encode(), found


class Office:
    """The platform in this process, as the web or as the worker, and an officer for every ward."""

    def __init__(self) -> None:
        importlib.import_module("django").setup()
        self._actions: Any = importlib.import_module("tiemchung.domain.campaigns.actions")
        self._queries: Any = importlib.import_module("tiemchung.domain.campaigns.queries")
        self._purpose: Any = importlib.import_module("tiemchung.kernel.purpose").Purpose
        self._officers: dict[str, Any] = {}
        self._connections: Any = importlib.import_module("django.db").connections
        self._broken: type[Exception] = importlib.import_module("django.db").DatabaseError
        self._actor: Any = importlib.import_module("tiemchung.kernel.actor")
        self._ids: Any = importlib.import_module("tiemchung.kernel.ids")
        self._security: Any = importlib.import_module("tiemchung.plumbing.rowsecurity")
        self._places: Any = importlib.import_module("tiemchung.domain.places.values")
        self.database: Any = importlib.import_module("tiemchung.plumbing.database")
        self.sessions: dict[int, float] = {}
        """What each session of this process has cost PostgreSQL, as far as was seen: one that was ended tells no more."""
        importlib.import_module("tiemchung.plumbing.reference").remember_all()
        importlib.import_module("tiemchung.plumbing.memory").collect_rarely()

    def officer(self, ward: str) -> Any:
        """Return the one who plans for this ward."""
        if ward not in self._officers:
            reach = self._actor.Reach(communes=frozenset({ward}), sites=frozenset({self._places.ward_code(ward)}))
            kind, powers = self._actor.ActorKind.STAFF, frozenset({self._actor.Power.PLAN})
            self._officers[ward] = self._actor.Actor(
                id=self._ids.uuid7(material.NOON), kind=kind, powers=powers, reach=reach
            )
        return self._officers[ward]

    def bring(self, content: bytes, *, ward: str) -> Any:
        """Bring a file and decide at once to keep what is certain; return how the list stands."""
        return self.read(self.upload(content, ward=ward), ward=ward)

    def upload(self, content: bytes, *, ward: str) -> UUID:
        """Bring a file, as the web does; return its list."""
        officer = self.officer(ward)
        with self._security.reaching(officer.reach):
            shown = self._actions.examine_list(
                self._ids.uuid7(material.NOON),
                name="danh sach.csv",
                content=content,
                campaign="bench",
                commune=ward,
                actor=officer,
                now=material.NOON,
            )
        identifier: UUID = shown.id
        return identifier

    def read(self, identifier: UUID, *, ward: str) -> Any:
        """Read what waits of a list, as a worker does, and decide at once to keep what is certain; return how it stands."""
        officer = self.officer(ward)
        while self._again(partial(self._actions.read_list, identifier, commune=ward), instead=True):
            pass
        with self._security.reaching(officer.reach):
            return self._actions.keep_list(identifier, actor=officer, now=material.NOON)

    def rows(self, identifier: UUID, *, ward: str) -> Iterator[Any]:
        """Yield the rows of a list with their answers, a page at a time."""
        officer, last = self.officer(ward), 0
        while True:
            with self._security.reaching(officer.reach):
                page = self._queries.list_rows(
                    identifier, actor=officer, purpose=self._purpose.REGISTRATION, after=last, limit=PAGE
                )
            if not page:
                return
            yield from page
            last = page[-1].line

    def keep(self, lists: int) -> None:
        """Keep every list that was decided, as they come, until so many were kept."""
        while lists > 0:
            lists -= self._again(partial(self._actions.keep_waiting, now=material.NOON), instead=0)
            time.sleep(0.02)

    def _again(self, turn: Callable[[], Any], *, instead: Any) -> Any:
        """Return what a turn of a job returned; one that ran out of its time has to be taken again."""
        try:
            done = turn()
        except self._broken:
            # The machine had no time for the least that a turn takes either. The timetable would begin again, and so do we.
            self._connections.close_all()
            return instead
        self.asked_of_postgres()
        return done

    def asked_of_postgres(self) -> float:
        """Return the processor seconds that the sessions of this process have cost PostgreSQL so far."""
        held = self._connections["default"].connection
        if held is not None and not held.closed:
            with suppress(FileNotFoundError):  # ended by the database, and nobody has asked it for anything since
                self.sessions[held.pgconn.backend_pid] = cpu_of_process(held.pgconn.backend_pid)
        return sum(self.sessions.values())


def keep_here(lists: int, *, profiled: bool) -> None:
    """Be the worker: say that it stands, keep so many lists, and print what it took as JSON."""
    office = Office()
    print("ready", flush=True)
    print(json.dumps(_spent(office, partial(office.keep, lists), profiled=profiled)))


def _spent(office: Office, run: Any, *, profiled: bool) -> dict[str, float]:
    office.database.row("select")
    ended, postgres = len(office.sessions), office.asked_of_postgres()
    python, started = time.process_time(), time.perf_counter()
    if profiled:
        with cProfile.Profile() as profile:
            run()
        _print_profile(profile)
    else:
        run()
    return {
        "seconds": time.perf_counter() - started,
        "python": time.process_time() - python,
        "postgres": office.asked_of_postgres() - postgres,
        "ended": len(office.sessions) - max(ended, 1),
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _print_profile(profile: cProfile.Profile) -> None:
    profile.create_stats()
    stdout, sys.stdout = sys.stdout, sys.stderr
    try:
        profile.print_stats("tottime")
    finally:
        sys.stdout = stdout


def measure(*, lists: int, rows: int, persons: int, profiled: str = "") -> dict[str, Any]:
    """Have wards bring and keep so many lists, against so many persons on record."""
    with laboratory(connections=1) as lab:
        with psycopg.connect(lab.platform.cluster.owner_url("tiemchung"), autocommit=True) as owner:
            owner.execute(_PERSONS, {"persons": persons})
            owner.execute(_NUMBERS)
            owner.execute("vacuum analyze people_person, people_identifier")
        os.environ.update(lab.platform.web_environment(), DJANGO_SETTINGS_MODULE="tiemchung.project.settings")
        office = Office()
        wards = material.communes()[:lists]
        before = [file_of(max(rows // 5, KEPT_BY_THE_WORKER), seed=number) for number in range(lists)]
        with _worker(lab, lists, profiled=False) as kept:
            for ward, (content, _) in zip(wards, before, strict=True):
                office.bring(content, ward=ward)
        files = [file_of(rows, seed=lists + number, known=before[number][1]) for number in range(lists)]
        answered: list[Any] = []

        def bring() -> None:
            answered.extend(office.bring(content, ward=ward) for ward, (content, _) in zip(wards, files, strict=True))

        with _worker(lab, lists, profiled=profiled in {_KEEP, "both"}) as kept:
            started = time.perf_counter()
            examined = _spent(office, bring, profiled=profiled in {_EXAMINE, "both"})
        seconds = time.perf_counter() - started
        count = lists * rows
        if sum(shown.rows for shown in answered) != count:
            raise RuntimeError("not every row was answered")
        with psycopg.connect(lab.platform.cluster.owner_url("tiemchung"), autocommit=True) as owner:
            (registered,) = owner.execute("select sum(kept)::int8 from campaigns_list").fetchone() or (0,)
            control = _copied(owner, [found for _, found in files], count)
    row = Row(
        name="import of target lists",
        unit="rows",
        subject=[
            Sample(
                records=count,
                seconds=seconds,
                cpu_s={part: examined[part] + kept[part] for part in ("python", "postgres")},
            )
        ],
        control=[control],
        notes={
            "answered_per_s": round(count / examined["seconds"], 1),
            "cpu_us_to_answer": round(1e6 * (examined["python"] + examined["postgres"]) / count, 1),
            "cpu_us_to_keep": round(1e6 * (kept["python"] + kept["postgres"]) / count, 1),
            "mb": round(max(examined["mb"], kept["mb"])),
            "sessions_ended": int(examined["ended"] + kept["ended"]),
            "counts": {result.value: sum(shown.counts[result] for shown in answered) for result in answered[0].counts},
            "kept_in_all": registered,
        },
    )
    print(row.line(), row.notes, flush=True)
    return {"machine": machine(), "rows": [row.told()]}


@contextmanager
def _worker(lab: Lab, lists: int, *, profiled: bool) -> Iterator[dict[str, float]]:
    """Have a process keep so many lists during the block; yields what it took, known after the block."""
    words = [sys.executable, "-m", "tests.bench.lists", "--keep-here", str(lists)]
    environment = {**os.environ, **lab.platform.worker_environment()}
    process = subprocess.Popen(
        [*words, *(["--profile", _KEEP] if profiled else [])], env=environment, stdout=subprocess.PIPE, text=True
    )
    told: dict[str, float] = {}
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        yield told
        told |= json.loads(process.stdout.readline())


def _copied(owner: psycopg.Connection[Any], lists: Sequence[Sequence[list[str]]], count: int) -> Sample:
    owner.execute(_BARE)
    started = time.perf_counter()
    with owner.cursor().copy("copy bare_list from stdin") as copy:
        for number, rows in enumerate(lists):
            for cells in rows:
                copy.write_row((number, cells))
    return Sample(records=count, seconds=time.perf_counter() - started)


def main() -> None:
    """Measure, print, and write as JSON where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lists", description=__doc__)
    parser.add_argument("--lists", type=int, default=5, help="files, each of a ward of its own (5)")
    parser.add_argument("--rows", type=int, default=20_000, help="rows of each file (20000)")
    parser.add_argument("--persons", type=int, default=200_000, help="persons on record before (200000)")
    parser.add_argument(
        "--profile", default="", choices=["", _EXAMINE, _KEEP, "both"], help="a part whose Python is profiled"
    )
    parser.add_argument("--keep-here", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if arguments.keep_here:
        keep_here(arguments.keep_here, profiled=bool(arguments.profile))
        return
    found = measure(lists=arguments.lists, rows=arguments.rows, persons=arguments.persons, profiled=arguments.profile)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
