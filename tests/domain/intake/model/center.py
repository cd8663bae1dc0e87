"""The platform as the model meets it: batches in and out, what devices pull, what leads do, what the tables hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction

from tests.domain.intake.chair import LEAD, NOW
from tests.domain.intake.model.protocol import Told
from tiemchung.domain.access import actions as access
from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.immunization.values import codes_of
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake import jobs, queries
from tiemchung.domain.intake.values import Pulled
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.mending import actions as mending
from tiemchung.kernel import wire
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.rowsecurity import reaching

STEP = "model.step"
"""The setting that says in which of its transactions a run would be."""

_STEPWISE = f"""
alter function journal_position() rename to journal_position_of_a_run;
create function journal_position() returns bigint language sql volatile security definer as $$
    select journal_position_of_a_run() + coalesce(nullif(current_setting('{STEP}', true), ''), '0')::bigint
$$
"""
_AS_IT_WAS = "drop function journal_position(); alter function journal_position_of_a_run() rename to journal_position"


@contextmanager
def stepwise(owner: psycopg.Connection) -> Iterator[None]:
    """Let the journal's positions rise with each step of a run, which is one transaction."""
    owner.execute(_STEPWISE)
    try:
        yield
    finally:
        owner.execute(_AS_IT_WAS)


class Center:
    """The platform on its database, within one open transaction: a savepoint is a backup, a savepoint taken back a loss.

    To the journal each batch and each release is a transaction of its own, as it would be: see `stepwise`.
    """

    def __init__(self) -> None:
        self._step = 0

    def enroll(self, key: ec.EllipticCurvePrivateKey, *, site: str) -> UUID:
        """Enroll a tablet with this key, its lead having compared the digits."""
        code = access.open_enrollment(site=site, name="Máy 1", actor=SYSTEM, now=NOW)
        point = wire.dump_public_key(key.public_key())
        receipt = access.enroll(code, public_key=point, name="Máy 1", now=NOW)
        access.confirm(receipt.device, fingerprint=receipt.fingerprint, actor=SYSTEM, now=NOW)
        return receipt.device

    def take(self, batch: bytes) -> Told:
        """Take a batch, and return what its sender hears."""
        self._begin()
        try:
            receipt = intake.receive(batch, now=NOW)
        except Refusal as refusal:
            return Told(
                refusal=refusal.code, last=refusal.facts.get("last_sequence"), head=refusal.facts.get("head", b"")
            )
        outcomes = tuple(f"{one.outcome} {one.reason}" if one.reason else str(one.outcome) for one in receipt.answers)
        return Told(outcomes=outcomes, last=receipt.last_sequence, head=receipt.head)

    def stands(self, device: UUID) -> Told:
        """Return where a device's chain stands, as its heartbeat is told."""
        chain = journal.chain(device)
        return Told(last=chain.last_sequence, head=chain.head) if chain else Told(last=0, head=wire.genesis(device))

    def _begin(self) -> None:
        self._step += 1
        database.rows("select set_config(%s, %s, false)", [STEP, str(self._step)])

    def lose(self, batch: bytes) -> None:
        """Take a batch and fall before it is committed: nobody hears anything, and nothing of it is here."""
        before = transaction.savepoint()
        self.take(batch)
        transaction.savepoint_rollback(before)

    def revoke(self, device: UUID) -> None:
        """Cut a device off."""
        access.revoke(device, reason="mất máy", actor=SYSTEM, now=NOW)

    def release(self, site: str) -> None:
        """Let in what revoked devices of a site had sent."""
        reach = Reach(sites=frozenset({site}))
        lead = Actor(id=LEAD, kind=ActorKind.STAFF, powers=frozenset({Power.ATTEST}), reach=reach)
        self._begin()
        intake.release(site, actor=lead, now=NOW)

    def pull(self, site: str, device: UUID, *, after: str | None) -> Pulled:
        """Return the next stretch of what a site's devices wrote, for one of them."""
        reach = Reach(sites=frozenset({site}))
        actor = Actor(id=device, kind=ActorKind.DEVICE, reach=reach)
        with reaching(reach):
            return queries.told_by_others(
                site, device=device, after=after, purpose=Purpose.CARE, actor=actor, viewed_at=NOW
            )

    # What follows a batch

    def fold_again(self) -> None:
        """Fold what waited for an entry that has come."""
        after = None
        while True:
            _, after = jobs.refold(now=NOW, after=after)
            if after is None:
                return

    def judge_again(self, met: dict[UUID, str]) -> None:
        """Judge the doses of these persons (by id, with the site that met them) as the reactions do, and open doubts."""
        immunization.rejudge(sorted(met), now=NOW)
        self.open_doubts(met)

    def open_doubts(self, met: dict[UUID, str]) -> None:
        """Look for other persons with the number of one of these."""
        mending.open_doubts(met, now=NOW)

    # What the tables hold

    def record(self, devices: Collection[UUID]) -> Counter[tuple[UUID, int, bytes]]:
        """Return device, sequence and digest of every entry of these devices in the journal."""
        found = database.rows(
            "select device, device_sequence, digest from journal_entry where device = any(%b::uuid[])",
            [arrays.uuids(sorted(devices))],
        )
        return Counter((device, seq, bytes(digest)) for device, seq, digest in found)

    def aside(self, devices: Collection[UUID]) -> Counter[tuple[UUID, int, str, bytes]]:
        """Return device, sequence, reason and digest of everything of these devices that is set aside and waits."""
        found = database.rows(
            "select device, device_sequence, reason, digest from journal_set_aside "
            "where device = any(%b::uuid[]) and released_at is null",
            [arrays.uuids(sorted(devices))],
        )
        return Counter((device, seq, reason, bytes(digest)) for device, seq, reason, digest in found)

    def doses(self) -> dict[UUID, tuple[UUID, int, set[str]]]:
        """Return person, status and findings of every dose, by its id; two rows under one id fail."""
        found = database.rows("select id, person_id, status, findings from immunization_dose")
        assert len({row[0] for row in found}) == len(found), "a dose is in the record once"
        return {dose: (person, status, set(codes_of(mask))) for dose, person, status, mask in found}

    def awaiting(self) -> set[UUID]:
        """Return the entries that still wait for another."""
        return {entry for (entry,) in database.rows("select entry from journal_unfolded")}

    def doubted(self) -> set[UUID]:
        """Return everybody who is named in a doubt."""
        found = database.rows("select person, other from mending_case where other is not null")
        return {person for pair in found for person in pair}
