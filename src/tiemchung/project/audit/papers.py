"""Asks whether what people were given to show or told holds: certificates dose by dose, messages one by one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from tiemchung.domain.certificates.values import Kind, Reason, State
from tiemchung.domain.immunization.values import HOLDS_UP, DoseStatus, mask_of
from tiemchung.domain.notices.values import Kind as MessageKind
from tiemchung.domain.notices.values import State as MessageState
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits.values import How
from tiemchung.plumbing import arrays, database
from tiemchung.project.audit.values import Check, check_rows

_WITHHELD_FOR = tuple(
    (mask_of(findings), reason) for findings, reason in ((["backdated"], Reason.BACKDATED), (["late"], Reason.LATE))
)


def _stands(state: State, reason: Reason) -> str:
    return f"'{int(state)}:{int(reason)}'"


# Where each dose must stand, told once more in SQL and by the record alone. An attester has stood for the findings of that
# time; one that came later holds the dose up again. Whoever is linked to a proved person is
# the same human being, and so is whoever is linked to a named one.
_EXPECTED = f"""
recursive pair(person_id, row_id) as (
    select person, other from people_same_as where valid_to is null
    union all
    select other, person from people_same_as where valid_to is null
), linked(person_id, row_id) as (
    -- Only those who are linked at all: few, while persons are many.
    select person_id, row_id from pair
    union
    select l.person_id, p.row_id from linked l join pair p on p.person_id = l.row_id
), proof as (
    select person_id from visits_visit where identified_how <= {int(How.KNOWN_TO_OFFICER)}
    union
    select person_id from access_proof where withdrawn_at is null
), proved as (
    select person_id from proof union select l.person_id from linked l join proof p on p.person_id = l.row_id
), named as (
    select id as person_id from people_person union select l.person_id from linked l join people_person p on p.id = l.row_id
), human as (
    select d.person_id, p.person_id is not null as proved, n.person_id is not null as named
    from (select distinct person_id from immunization_dose) d
    left join proved p using (person_id) left join named n using (person_id)
), expected as (
    select d.person_id, d.id, case
        when d.status = {int(DoseStatus.VOIDED)} then {_stands(State.WITHHELD, Reason.VOIDED)}
        when d.findings & {mask_of(["time-implausible"])} <> 0 then {_stands(State.WITHHELD, Reason.DATE_UNKNOWN)}
        when d.status = {int(DoseStatus.ATTESTED)} and d.findings & ~d.attested_findings & {HOLDS_UP} = 0 then case
            when d.product <> all(%b::text[]) then {_stands(State.WITHHELD, Reason.PRODUCT_UNKNOWN)}
            when not h.named then {_stands(State.WITHHELD, Reason.NAME_UNKNOWN)}
            when h.proved then {_stands(State.READY, Reason.NONE)}
            else {_stands(State.WAITING, Reason.PERSON_NOT_PROVED)} end
        {" ".join(f"when d.findings & {mask} <> 0 then {_stands(State.WITHHELD, why)}" for mask, why in _WITHHELD_FOR)}
        when d.findings & {HOLDS_UP} <> 0 then {_stands(State.WITHHELD, Reason.FLAGGED)}
        else {_stands(State.WAITING, Reason.NOT_ATTESTED)} end as stands
    from immunization_dose d join human h using (person_id)
), papers as (
    select e.person_id, e.id, e.stands, p.state || ':' || p.reason as prepared, p.due, p.facts, c.kind, c.facts as signed_facts,
        case e.stands when {_stands(State.READY, Reason.NONE)} then {int(Kind.CERTIFICATE)}
            when {_stands(State.WAITING, Reason.PERSON_NOT_PROVED)} then {int(Kind.PASS)} end as wanted
    from expected e
    left join certificates_preparation p on p.person_id = e.person_id and p.id = e.id
    left join certificates_certificate c on c.person_id = e.person_id and c.dose = e.id and c.withdrawn is null
)"""

_UNPREPARED = (
    f"with {_EXPECTED} select id, prepared, 'instead of', stands from papers where prepared is distinct from stands"
)

_WRONGLY_SIGNED = f"""
with {_EXPECTED}
select id, kind, 'instead of', wanted from papers
where not due and (kind is distinct from wanted or signed_facts <> facts)"""

_NO_DOSE = """
select c.id from certificates_certificate c left join immunization_dose d on d.person_id = c.person_id and d.id = c.dose
where d.id is null"""

_UNPUBLISHED = """
select c.id from certificates_certificate c left join certificates_revocation r using (hash)
where (c.withdrawn is null) <> (r.hash is null)"""

_LOG_BROKEN = """
with line as (
    select id, what, leaves, previous, lag(head, 1, ''::bytea) over (order by id) as before, row_number() over (order by id) as nth
    from certificates_logline
), signed as (select log, count(*) as leaves from certificates_certificate group by log)
select coalesce(line.id, signed.log) from line full join signed on signed.log = line.id
where line.id is null or (line.nth > 1 and line.previous <> line.before)
  or (line.what = 'signed' and line.leaves is distinct from signed.leaves) or (line.what <> 'signed' and signed.log is not null)"""

_MISFILED_MESSAGES = f"""
select id, state from notices_delivery
where state <> all(%b::text[]) or (state = '{MessageState.QUEUED}') <> (settled_at is null)
  or (state in ('{MessageState.NO_CONTACT}', '{MessageState.REFUSED}') and reason = '')
  or (kind = '{MessageKind.CODE}' and state <> '{MessageState.QUEUED}' and told is not null)"""

_UNASKED = f"""
select o.id from notices_outbox o left join notices_delivery d on d.id = o.id and d.channel = o.channel
where d.id is null or d.state in ('{MessageState.NO_CONTACT}', '{MessageState.REFUSED}')"""


def checks() -> Iterator[Check]:
    """Ask of every dose whether what was signed for it may be, and of every message whether it is in one class."""
    known = _products()
    yield check_rows("certificates-classes", "every dose stands where the record puts it", _UNPREPARED, known)
    yield check_rows(
        "certificates-signed",
        "signed is what the record allows, all of it but what is still due, and nothing else",
        _WRONGLY_SIGNED,
        known,
    )
    yield check_rows("certificates-doses", "nothing is signed for a dose that is not in the record", _NO_DOSE)
    yield check_rows("certificates-revoked", "what was withdrawn is on the published list, and no more", _UNPUBLISHED)
    yield check_rows("certificates-log", "every signature is under a line of the log, which is one chain", _LOG_BROKEN)
    states = [arrays.texts([state.value for state in MessageState])]
    yield check_rows(
        "messages-classes", "every message is in one class, and a code is forgotten", _MISFILED_MESSAGES, states
    )
    yield check_rows("messages-asked", "nothing went out that nobody had asked for", _UNASKED)


def classes() -> dict[str, dict[str, int]]:
    """Return how many doses are in each class of certificates, how many messages in each of theirs; also those at 0."""
    found = dict(
        database.rows(
            f"with {_EXPECTED} select case when kind = {int(Kind.CERTIFICATE)} then 'signed' "
            f"when kind = {int(Kind.PASS)} then 'domestic' when wanted is not null then 'to be signed' else stands end, "
            "count(*) from papers group by 1",
            _products(),
        )
    )
    certificates = {name: found.get(name, 0) for name in ("signed", "domestic", "to be signed")}
    certificates["waiting"] = found.get(_stands(State.WAITING, Reason.NOT_ATTESTED).strip("'"), 0)
    for reason in Reason:
        if reason not in (Reason.NONE, Reason.NOT_ATTESTED, Reason.PERSON_NOT_PROVED):
            said = f"withheld: {reason.name.lower().replace('_', ' ')}"
            certificates[said] = found.get(_stands(State.WITHHELD, reason).strip("'"), 0)
    states = dict(database.rows("select state, count(*) from notices_delivery group by 1"))
    messages = {state.value.replace("-", " "): states.get(state, 0) for state in MessageState}
    return {"certificates": certificates, "messages": messages}


def await_signatures(*, within_s: float) -> None:
    """Give the worker so many seconds to sign what is due; what it has not signed by then is a class of its own."""
    give_up_at = time.monotonic() + within_s
    while time.monotonic() < give_up_at and database.row("select 1 from certificates_preparation where due limit 1"):
        time.sleep(0.5)


def _products() -> Sequence[object]:
    return [arrays.texts([code for code, product in vaccines.products().items() if product.dcc_mp])]
