"""The control: bare tables without row-level security, seals or findings, and a raw client that does no more than write.

It runs the statements of a journal, a fold and a batch row, with packed arrays, prepared, one transaction a batch. No
batch is parsed, no signature checked, no rule asked. What it reaches is what this server and this driver can do.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg

from tests.bench.material import Visit
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import arrays

TABLES = """
create table device (id uuid primary key, last_sequence int not null, head bytea not null);
create table journal (
    id uuid primary key, xid xid8 not null, written_at timestamptz not null, occurred_at timestamptz not null,
    person uuid, device uuid not null, device_sequence int not null, site text not null, kind int2 not null,
    body bytea not null);
create index journal_xid on journal (xid);
create table dose (
    person uuid not null, id uuid not null, visit uuid not null, vaccinator uuid not null,
    occurred_at timestamptz not null, recorded_at timestamptz not null, volume_ml real not null,
    findings int not null, rule_book int not null, dose_number int2 not null, status int2 not null,
    site text not null, product text not null, lot text not null, primary key (person, id));
create table visit (
    person uuid not null, id uuid not null, site text not null, arrived_at timestamptz, screened_at timestamptz,
    dosed_at timestamptz, released_at timestamptz, primary key (person, id));
create table movement (
    device uuid not null, first int not null, lot text not null, site text not null, quantity int not null,
    primary key (device, first, lot));
create table stock (
    site text not null, lot text not null, quantity int not null, primary key (site, lot)) with (fillfactor = 50);
create table batch (
    device uuid not null, first int not null, count int2 not null, head bytea not null, signature bytea not null,
    primary key (device, first));
"""

_LOCK = "select last_sequence, head from device where id = %b for update"
_JOURNAL = """
insert into journal select i, pg_current_xact_id(), now(), a, p, %b, s, %t, k, b
from unnest(%b::uuid[], %b::timestamptz[], %b::uuid[], %b::int4[], %b::int2[], %b::bytea[]) x(i, a, p, s, k, b)
on conflict do nothing
"""
_FOLD = """
with v as (insert into visit select p, v, %(site)t, a, a, a, a
             from unnest(%(persons)b::uuid[], %(visits)b::uuid[], %(ats)b::timestamptz[]) x(p, v, a) where %(whole)b
             on conflict do nothing),
     d as (insert into dose select p, i, v, w, a, now(), m, 0, 1, 1, 0, %(site)t, r, l
             from unnest(%(persons)b::uuid[], %(doses)b::uuid[], %(visits)b::uuid[], %(vaccinators)b::uuid[],
                         %(ats)b::timestamptz[], %(volumes)b::real[], %(products)b::text[], %(lots)b::text[])
                  x(p, i, v, w, a, m, r, l)),
     m as (insert into movement select %(device)b, %(first)b, l, %(site)t, -q
             from unnest(%(kinds)b::text[], %(drawn)b::int4[]) x(l, q)),
     b as (insert into batch values (%(device)b, %(first)b, %(count)b, %(head)b, %(signature)b)),
     u as (update device set last_sequence = %(last)b, head = %(head)b where id = %(device)b),
     s as (insert into stock select %(site)t, l, -q from unnest(%(kinds)b::text[], %(drawn)b::int4[]) x(l, q) order by l
             on conflict (site, lot) do update set quantity = stock.quantity + excluded.quantity
             returning lot, quantity)
select lot, quantity from s where quantity < 0
"""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What the raw client writes at once: visits whole or their doses alone, and their entries' lines."""

    visits: Sequence[Visit]
    lines: Sequence[bytes]
    whole: bool

    @property
    def entries(self) -> list[tuple[UUID, datetime, UUID, int]]:
        """Return id, instant, person and kind of each line."""
        each = len(self.lines) // len(self.visits)
        return [
            (visit.dose if kind == 0 else uuid7(visit.at), visit.at, visit.person, kind)
            for visit in self.visits
            for kind in range(each)
        ]


class BareClient:
    """One connection of the raw client, which writes as one device."""

    def __init__(self, url: str, *, site: str) -> None:
        self._connection = psycopg.connect(url, prepare_threshold=0, options="-c plan_cache_mode=force_generic_plan")
        self._device = uuid7()
        self._site = site
        self._last = 0
        self._connection.execute("insert into device values (%s, 0, '')", [self._device])
        self._connection.commit()

    def write(self, batch: Batch) -> None:
        """Write one batch in one transaction."""
        entries = batch.entries
        first, count = self._last + 1, len(entries)
        drawn = Counter(visit.lot[0] for visit in batch.visits)
        lots = sorted(drawn)
        head, signature = os.urandom(32), os.urandom(64)
        cursor = self._connection.cursor(binary=True)
        cursor.execute(_LOCK, [self._device])
        cursor.execute(
            _JOURNAL,
            [
                self._device,
                self._site,
                arrays.uuids([entry[0] for entry in entries]),
                arrays.instants([entry[1] for entry in entries]),
                arrays.uuids([entry[2] for entry in entries]),
                arrays.integers(range(first, first + count)),
                arrays.smallints([entry[3] for entry in entries]),
                arrays.binaries(batch.lines),
            ],
        )
        cursor.execute(
            _FOLD,
            {
                "site": self._site,
                "whole": batch.whole,
                "device": self._device,
                "first": first,
                "count": count,
                "last": first + count - 1,
                "head": head,
                "signature": signature,
                "persons": arrays.uuids([visit.person for visit in batch.visits]),
                "doses": arrays.uuids([visit.dose for visit in batch.visits]),
                "visits": arrays.uuids([visit.visit for visit in batch.visits]),
                "vaccinators": arrays.uuids([visit.visit for visit in batch.visits]),
                "ats": arrays.instants([visit.at for visit in batch.visits]),
                "volumes": arrays.reals([visit.lot[2] for visit in batch.visits]),
                "products": arrays.texts([visit.lot[1] for visit in batch.visits]),
                "lots": arrays.texts([visit.lot[0] for visit in batch.visits]),
                "kinds": arrays.texts(lots),
                "drawn": arrays.integers([drawn[lot] for lot in lots]),
            },
        )
        cursor.fetchall()
        self._connection.commit()
        self._last += count

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
