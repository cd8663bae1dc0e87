"""Signing, in sets: what is due is read and signed before the writing transaction begins.

A signature costs more than everything else together, and whoever signs while holding a transaction's id holds back
every follower of the journal. Inside the transaction only that is written whose dose still stands as it was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tiemchung.domain.certificates import queries
from tiemchung.domain.certificates.actions import preparing
from tiemchung.domain.certificates.actions.signers import current_signer
from tiemchung.domain.certificates.engine import cose, log, payload
from tiemchung.domain.certificates.engine.verifying import revocation_hash
from tiemchung.domain.certificates.events import CertificatesRevoked, CertificatesSigned
from tiemchung.domain.certificates.rules import wanted, withdrawal
from tiemchung.domain.certificates.values import Kind, Signable, Withdrawn
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonNamed
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import arrays, database, sealing

SET = 500
"""Doses that one round signs: half a second of work, so that each writing transaction is short."""

TERMS = {Kind.CERTIFICATE: timedelta(days=365), Kind.PASS: timedelta(days=30)}
"""How long a signature holds. A month for the pass is PROTOCOL's; a year for the certificate is ours."""

# `due` is compared as no index has it: by the index of what is due, each dose would be sought among all that wait.
CLAIM = """
update certificates_preparation p set due = false
from unnest(%b::uuid[], %b::uuid[], %b::int2[], %b::int2[], %b::int8[]) as t(person, dose, state, reason, facts)
where p.person_id = t.person and p.id = t.dose and p.due::int = 1
  and (p.state, p.reason, p.facts) = (t.state, t.reason, t.facts)
returning p.person_id, p.id
"""
_WITHDRAW = """
update certificates_certificate c set withdrawn = t.why, withdrawn_at = %s
from unnest(%b::uuid[], %b::uuid[], %b::int2[]) as t(person, id, why)
where c.person_id = t.person and c.id = t.id and c.withdrawn is null
returning c.person_id, c.id, c.hash, c.expires_at, c.withdrawn
"""
_PUBLISH = """
insert into certificates_revocation (hash, revoked_on, expires_at, replaced)
select x.h, %s, x.e, x.r from unnest(%b::bytea[], %b::timestamptz[], %b::bool[]) as x(h, e, r) on conflict do nothing
"""
_KEEP = """
insert into certificates_certificate (log, issued_at, person_id, id, dose, kind, site, facts, expires_at, hash, leaf, sealed)
select %s, %s, t.* from unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::int2[], %b::text[], %b::int8[], %b::timestamptz[],
                               %b::bytea[], %b::bytea[], %b::bytea[]) as t
"""
_LOG = """
insert into certificates_logline (id, at, what, leaves, root, previous, head) values (%s, %s, %s, %s, %s, %s, %s)
"""


class _Signed(NamedTuple):
    found: preparing.Found
    id: UUID
    kind: Kind
    expires_at: datetime
    hash: bytes
    leaf: bytes
    sealed: bytes


class _Revoked(NamedTuple):
    found: preparing.Found
    id: UUID
    why: Withdrawn


class Issued(NamedTuple):
    """What a round did: how many it looked at, signed and revoked."""

    looked: int
    signed: int
    revoked: int


def issue(*, now: datetime, limit: int = SET) -> Issued:
    """Sign what is due and revoke what no longer holds, for at most so many doses; all 0 when nothing is due."""
    due = queries.due(limit=limit)
    if not due:
        return Issued(0, 0, 0)
    found = [each for each in preparing.look({person for person, _ in due}) if (each.person, each.dose) in due]
    held = queries.in_force([each.person for each in found])
    signing, revoking = [], []
    for each in found:
        wants, has = wanted(each.stands), held.get((each.person, each.dose))
        stays = has and has.kind is wants and has.facts == each.facts and _lasts(has, now)
        if has and not stays:
            revoking.append(_Revoked(each, has.id, withdrawal(each.stands, held=has.kind, wanted=wants)))
        if wants and not stays:
            signing.append((each, wants))
    signed = _sign(signing, now=now)
    return _write(found, signed, revoking, now=now)


def _lasts(held: queries.Held, now: datetime) -> bool:
    return held.kind is not Kind.PASS or held.expires_at - now > preparing.RENEWED_BEFORE


def _sign(wants: Sequence[tuple[preparing.Found, Kind]], *, now: datetime) -> list[_Signed]:
    names = people.names_to_sign({each.named_by for each, _ in wants})
    signers = {kind: current_signer(kind, now=now) for kind in {kind for _, kind in wants}}
    signed = []
    for each, kind in wants:
        named = names.get(each.named_by)
        if named is None:
            continue
        signer = signers[kind]
        identifier, expires_at = payload.new_identifier(), now + TERMS[kind]
        words = payload.words_of(_signable(each, named), identifier=identifier, issuer=settings.TIEMCHUNG_ISSUER)
        claims = payload.claims_of(kind, words, issued_at=now, expires_at=expires_at)
        message = cose.sign(claims, protected=signer.protected, key=signer.key)
        certificate = uuid7(now)
        sealed = sealing.seal("health", business_day(now), payload.pack(message), each.person.bytes + certificate.bytes)
        signed.append(
            _Signed(each, certificate, kind, expires_at, revocation_hash(identifier), log.leaf(message), sealed)
        )
    return signed


def _signable(found: preparing.Found, named: PersonNamed) -> Signable:
    product = vaccines.products()[found.product]
    assert found.given_on is not None  # noqa: S101 - a dose without a day is withheld
    return Signable(
        name=named.name,
        born=named.born,
        product=product.dcc_mp,
        prophylaxis=product.dcc_vp,
        holder=product.dcc_ma,
        dose_number=found.dose_number,
        # A dose beyond the primary series is the last of as many as were given (EU guidelines: 3/3 for a booster).
        series_doses=max(product.doses_primary, found.dose_number),
        given_on=found.given_on,
    )


@transaction.atomic
def _write(
    found: Sequence[preparing.Found], signed: Sequence[_Signed], revoking: Sequence[_Revoked], *, now: datetime
) -> Issued:
    claimed = set(
        database.rows(
            CLAIM,
            [
                arrays.uuids([each.person for each in found]),
                arrays.uuids([each.dose for each in found]),
                arrays.smallints([each.stands.state for each in found]),
                arrays.smallints([each.stands.reason for each in found]),
                arrays.bigints([each.facts for each in found]),
            ],
        )
    )
    revoked = _withdraw([each for each in revoking if _place(each.found) in claimed], now=now)
    # What moved on since it was prepared is prepared again, and signed in the next round.
    preparing.prepare({each.person for each in found if _place(each) not in claimed}, now=now)
    kept = sorted((each for each in signed if _place(each.found) in claimed), key=lambda each: each.id)
    if kept:
        line = _log("signed", [each.leaf for each in kept], now=now)
        _keep(kept, line.id, now=now)
        event = CertificatesSigned(
            id=uuid7(now),
            at=now,
            certificates=[each.id for each in kept],
            persons=sorted({each.found.person for each in kept}),
            head=line.head.hex(),
        )
        _tell(event, now=now)
    return Issued(looked=len(claimed), signed=len(kept), revoked=revoked)


def _place(found: preparing.Found) -> tuple[UUID, UUID]:
    return found.person, found.dose


def _withdraw(revoking: Sequence[_Revoked], *, now: datetime) -> int:
    if not revoking:
        return 0
    gone = database.rows(
        _WITHDRAW,
        [
            now,
            arrays.uuids([each.found.person for each in revoking]),
            arrays.uuids([each.id for each in revoking]),
            arrays.smallints([each.why for each in revoking]),
        ],
    )
    if not gone:
        return 0
    hashes = [bytes(row[2]) for row in gone]
    database.run(
        _PUBLISH,
        [
            business_day(now),
            arrays.binaries(hashes),
            arrays.instants([row[3] for row in gone]),
            arrays.booleans([row[4] == Withdrawn.REPLACED for row in gone]),
        ],
    )
    line = _log("revoked", [log.leaf(each) for each in hashes], now=now)
    event = CertificatesRevoked(
        id=uuid7(now),
        at=now,
        certificates=[row[1] for row in gone],
        persons=sorted({row[0] for row in gone}),
        head=line.head.hex(),
    )
    _tell(event, now=now)
    return len(gone)


def _keep(kept: Sequence[_Signed], line: UUID, *, now: datetime) -> None:
    database.run(
        _KEEP,
        [
            line,
            now,
            arrays.uuids([each.found.person for each in kept]),
            arrays.uuids([each.id for each in kept]),
            arrays.uuids([each.found.dose for each in kept]),
            arrays.smallints([each.kind for each in kept]),
            arrays.texts([each.found.site for each in kept]),
            arrays.bigints([each.found.facts for each in kept]),
            arrays.instants([each.expires_at for each in kept]),
            arrays.binaries([each.hash for each in kept]),
            arrays.binaries([each.leaf for each in kept]),
            arrays.binaries([each.sealed for each in kept]),
        ],
    )


class _Line(NamedTuple):
    id: UUID
    head: bytes


def _log(what: str, leaves: Sequence[bytes], *, now: datetime) -> _Line:
    """Append a line to the log. Two writers would give one line two successors, which the table does not take."""
    last, previous = queries.log_end()
    root = log.root(leaves)
    # Lines stand in the order of their ids, whatever the clock said.
    line = _Line(id=max(uuid7(now), UUID(int=last.int + 1)), head=log.head(previous, root))
    database.run(_LOG, [line.id, now, what, len(leaves), root, previous, line.head])
    return line


def _tell(event: Event, *, now: datetime) -> None:
    # The journal covers the log's head, and its hourly anchors cover the journal.
    journal.append([event], actor=SYSTEM, recorded_at=now)
