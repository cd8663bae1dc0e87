"""What certificates tell: where doses stand, a person's certificates, whom we believe, what is revoked, the log."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple
from uuid import UUID

from tiemchung import reference
from tiemchung.domain.certificates import policy
from tiemchung.domain.certificates.engine import cose, log, payload, verifying
from tiemchung.domain.certificates.values import (
    CertificateShown,
    Inclusion,
    Kind,
    LogLine,
    Reason,
    Revoked,
    Signer,
    Standing,
    State,
    Withdrawn,
)
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import queries as people
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, sealing


def standings(persons: Collection[UUID]) -> dict[UUID, Standing]:
    """Return where each dose of these persons stands, as far as the session reaches. No name: nothing is logged."""
    return {
        dose: Standing(State(state), Reason(reason))
        for dose, state, reason in database.rows(
            "select id, state, reason from certificates_preparation where person_id = any(%b::uuid[])",
            [arrays.uuids(list(persons))],
        )
    }


_SHOWN = """
select person_id, id, dose, kind, issued_at, expires_at, withdrawn, withdrawn_at, log, sealed
from certificates_certificate where person_id = any(%b::uuid[])
"""


def of_persons(
    persons: Sequence[UUID], *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> Mapping[UUID, list[CertificateShown]]:
    """Return the certificates and passes of each of these human beings, the newest dose first. The view is logged.

    Withdrawn ones are among them, with their reason and without the text. Refuses whoever serves nobody, and a citizen
    whose book this is not (`not-permitted`); the rows are those of the session's reach.
    """
    if not policy.may_see(actor, persons):
        raise NotPermitted(actor=actor.name)
    linked = people.ids_of_many(persons)
    rows = sorted(set().union(*linked.values())) if linked else []
    journal.log_views(rows, actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    shown: defaultdict[UUID, list[CertificateShown]] = defaultdict(list)
    for row in database.rows(_SHOWN, [arrays.uuids(rows)]):
        shown[row[0]].append(_shown(row))
    return {
        person: sorted(
            (each for one in same for each in shown[one]),
            key=lambda each: (each.given_on, each.issued_at, each.id),
            reverse=True,
        )
        for person, same in linked.items()
    }


def _shown(row: tuple[Any, ...]) -> CertificateShown:
    person, identifier, dose, kind, issued_at, expires_at, withdrawn, withdrawn_at, line, sealed = row
    packed = sealing.unseal(bytes(sealed), person.bytes + identifier.bytes)
    message = cose.take_apart(payload.unpack(packed))
    bearer = verifying.read_bearer(cose.claims(message), Kind(kind))
    assert bearer.given_on is not None  # noqa: S101 - we sign vaccinations only
    return CertificateShown(
        id=identifier,
        person=person,
        dose=dose,
        kind=Kind(kind),
        issued_at=issued_at,
        expires_at=expires_at,
        withdrawn=None if withdrawn is None else Withdrawn(withdrawn),
        withdrawn_at=withdrawn_at,
        identifier=bearer.identifier,
        name=bearer.name,
        name_latin=bearer.name_latin.replace("<", " "),
        born=bearer.born,
        product=bearer.product,
        dose_number=bearer.dose_number,
        series_doses=bearer.series_doses,
        given_on=bearer.given_on,
        text=payload.text_of(Kind(kind), packed) if withdrawn is None else "",
        log=line,
    )


# What signing reads


class Held(NamedTuple):
    """A certificate in force, as signing needs to know it."""

    id: UUID
    kind: Kind
    facts: int
    expires_at: datetime


def due(*, limit: int) -> set[tuple[UUID, UUID]]:
    """Return doses, by person, for which something may have to be signed or revoked; those that wait longest first."""
    return set(
        database.rows("select person_id, id from certificates_preparation where due order by since limit %s", [limit])
    )


def in_force(persons: Collection[UUID]) -> dict[tuple[UUID, UUID], Held]:
    """Return what is in force for each dose of these persons, by person and dose. No name: nothing is logged."""
    found = database.rows(
        "select person_id, dose, id, kind, facts, expires_at from certificates_certificate "
        "where person_id = any(%b::uuid[]) and withdrawn is null",
        [arrays.uuids(list(persons))],
    )
    return {(row[0], row[1]): Held(id=row[2], kind=Kind(row[3]), facts=row[4], expires_at=row[5]) for row in found}


# Whom we believe

_SIGNERS = "select kid, country, kind, name <> '', public_key, valid_from, valid_to, uses, certificate from certificates_signer "


def signers_of(kid: bytes) -> list[Signer]:
    """Return the trusted keys of this id: more than one where two countries came to the same."""
    return [_signer(row) for row in database.rows(f"{_SIGNERS} where kid = %b", [kid])]


def trust_list(*, kinds: Collection[Kind] = (Kind.CERTIFICATE,), now: datetime) -> list[Signer]:
    """Return the keys whose signatures are believed now. Only the certificates' keys are for publishing."""
    found = database.rows(
        f"{_SIGNERS} where kind = any(%b::int2[]) and valid_to > %s order by country, kid",
        [arrays.smallints([int(kind) for kind in kinds]), now],
    )
    return [_signer(row) for row in found]


def _signer(row: tuple[Any, ...]) -> Signer:
    kid, country, kind, ours, public_key, valid_from, valid_to, uses, certificate = row
    return Signer(
        kid=bytes(kid),
        country=country,
        kind=Kind(kind),
        ours=ours,
        public_key=bytes(public_key),
        valid_from=valid_from,
        valid_to=valid_to,
        uses=uses,
        certificate=bytes(certificate),
    )


@cache
def product_names() -> Mapping[str, str]:
    """Return what the products of the EU's value set are called, by code."""
    text = (files(reference) / "dcc_value_sets.json").read_text(encoding="utf-8")
    products = json.loads(text)["vaccine-medicinal-product"]["valueSetValues"]
    return {code: told["display"] for code, told in products.items()}


def revocation_of(hashes: Sequence[bytes]) -> Revoked | None:
    """Return the revocation that one of these hashes stands for."""
    found = database.row(
        "select revoked_on, replaced from certificates_revocation where hash = any(%b::bytea[]) order by replaced limit 1",
        [arrays.binaries(list(hashes))],
    )
    return Revoked(*found) if found else None


def revocations(*, now: datetime) -> dict[tuple[date, bool], list[bytes]]:
    """Return the revocation list: hashes by day and whether another certificate replaces them, expired ones left out."""
    found: defaultdict[tuple[date, bool], list[bytes]] = defaultdict(list)
    for hashed, day, replaced in database.rows(
        "select hash, revoked_on, replaced from certificates_revocation where expires_at > %s order by 2, 3, 1", [now]
    ):
        found[day, replaced].append(bytes(hashed))
    return dict(found)


# The log


def log_end() -> tuple[UUID, bytes]:
    """Return the last line's id and link; before the first line, the log's start."""
    found = database.row("select id, head from certificates_logline order by id desc limit 1")
    return (found[0], bytes(found[1])) if found else (UUID(int=0), log.START)


def inclusion_of(certificate: UUID, *, line: UUID) -> Inclusion | None:
    """Return the proof that a certificate stands in a line of the log; None if it does not. No name is in it."""
    found = database.rows("select id, leaf from certificates_leaves(%s)", [line])
    places = {row[0]: place for place, row in enumerate(found)}
    if certificate not in places:
        return None
    leaves, place = [bytes(row[1]) for row in found], places[certificate]
    return Inclusion(leaf=leaves[place], index=place, count=len(leaves), path=log.path(leaves, place))


LOG_PAGE = 500


def log_lines(*, after: UUID | None = None, limit: int = LOG_PAGE) -> list[LogLine]:
    """Return lines of the log by id, which is by time; page by the last one's id."""
    return [
        LogLine(
            id=row[0],
            at=row[1],
            what=row[2],
            leaves=row[3],
            root=bytes(row[4]),
            previous=bytes(row[5]),
            head=bytes(row[6]),
        )
        for row in database.rows(
            "select id, at, what, leaves, root, previous, head from certificates_logline "
            "where %s::uuid is null or id > %s order by id limit %s",
            [after, after, limit],
        )
    ]
