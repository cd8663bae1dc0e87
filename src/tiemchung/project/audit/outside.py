"""Asks whether the platform says what happened: the world kept its own account, which no reaction and no page has seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from tiemchung.domain.notices.values import Channel
from tiemchung.domain.notices.values import State as MessageState
from tiemchung.domain.visits.values import CONCLUSIONS
from tiemchung.plumbing import database
from tiemchung.project.audit.values import Check, check_rows


class _Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the world's account. `what` says which of the others it tells."""

    what: str
    id: UUID | None = None
    session: UUID | None = None
    person: UUID | None = None
    site: str | None = None
    ward: str | None = None
    day: date | None = None
    outcome: str | None = None
    rows: int | None = None
    kept: int | None = None


_COLUMNS = _Told.__struct_fields__
_WORLD = """
create temporary table audit_world (what text not null, id uuid, session uuid, person uuid, site text, ward text, day date,
  outcome text, "rows" integer, kept integer)"""


def load(world: Path | None) -> None:
    """Put the world's account into a temporary table of this session; without one, nobody has told anything."""
    database.run("drop table if exists audit_world")
    database.run(_WORLD)
    if world is None:
        return
    with connection.cursor() as cursor, cursor.copy("copy audit_world from stdin") as copy:
        for row in _read(world):
            copy.write_row(row)
    database.run("create index on audit_world (id)")
    database.run("analyze audit_world")


def _read(world: Path) -> Iterator[tuple[Any, ...]]:
    decoder = msgspec.json.Decoder(_Told)
    with world.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                told = decoder.decode(line)
            except msgspec.DecodeError as error:
                raise ValueError(f"{world}, line {number}: {error}") from error
            yield tuple(getattr(told, column) for column in _COLUMNS)


def checks() -> Iterator[Check]:
    """Ask of everything that the world tells whether the platform has it so, and of what the platform has, if it was."""
    if not told():
        return
    yield check_rows("lists-kept", "every list that a ward brought is here, with its rows and those kept", _LISTS_OFF)
    yield check_rows("registrations", "who registered alone is registered once, and nobody else", _REGISTERED_OFF)
    yield check_rows("sessions", "every session that was planned is here, and no other", _SESSIONS_OFF)
    yield check_rows("calls", "who was called is called to that session, and came or was missed as it was", _CALLS_OFF)
    yield check_rows("calls-known", "nobody is invited of whom no tablet knew", _CALLS_UNKNOWN)
    yield check_rows("invitations", "everybody invited was told once, and nobody was told of nothing", _INVITATIONS_OFF)
    yield check_rows("messages-received", "what counts as delivered was received", _NOT_RECEIVED)
    yield check_rows("screenings", "screenings ended as often one way or another as they did", _SCREENINGS_OFF)
    yield check_rows("days-closed", "the days that leads closed are closed, and no other", _DAYS_OFF)
    yield check_rows(
        "certificates-true",
        "nothing is signed for a dose that nobody gave, or of a day that no lead closed",
        _SIGNED_OFF,
    )
    yield check_rows("certificates-seen", "every certificate that somebody was shown is one", _SHOWN_OFF)
    yield check_rows(
        "passages", "as many passed each checkpoint as did, day by day and verdict by verdict", _PASSED_OFF
    )


def told() -> bool:
    """Tell whether the world has told anything."""
    return database.row("select from audit_world limit 1") is not None


_LISTS_OFF = """
select coalesce(w.id, l.id), l.rows, l.kept, 'instead of', w.rows, w.kept
from (select * from audit_world where what = 'list') w full join campaigns_list l using (id)
where w.id is null or l.id is null or (l.rows, l.kept, l.state) is distinct from (w.rows, w.kept, 'kept')"""

# What was registered on a claim goes on, under an id of the platform's, for the person whom a slip proves: it is no further one.
_REGISTERED_OFF = """
with registered as (select id, ward from audit_world where what = 'registered')
select coalesce(w.id, r.id) from registered w
full join (
    select o.id, o.commune, count(*) as times from campaigns_registration o
    where o.channel = 'own' and (o.id in (select id from registered) or not exists (
        select from campaigns_registration b join registered using (id)
        where b.account = o.account and b.campaign = o.campaign and b.withdrawn_at is not null))
    group by 1, 2
) r using (id)
where w.id is null or r.id is null or r.times > 1 or r.commune <> w.ward"""

_SESSIONS_OFF = """
select coalesce(w.id, s.id) from (select id, site, day from audit_world where what = 'session') w
full join scheduling_session s using (id) where w.id is null or (s.site, s.day) is distinct from (w.site, w.day)"""

# Who was not found by their card came as somebody else, or not at all; whom the platform knew all the same has come.
# A day to which nobody came is nobody's to close: its appointments stand for three days more.
_CALLS_OFF = """
with never_closed as (
    select s.id from audit_world s where s.what = 'session' and not exists (
        select from audit_world c where c.what = 'closed' and c.site = s.site and c.day = s.day)
)
select w.id, coalesce(a.state, 'unknown'), 'instead of', w.outcome
from audit_world w left join scheduling_appointment a using (id)
where w.what = 'called' and ((a.session, a.person_id, a.site) is distinct from (w.session, w.person, w.site)
  or not (a.state = any(case w.outcome when 'came' then array['fulfilled'] when 'not-found' then array['missed', 'fulfilled']
    else array['missed'] end)
    or a.state = 'booked' and w.outcome <> 'came' and w.session in (select id from never_closed)))"""

_CALLS_UNKNOWN = """
select a.id from scheduling_appointment a
where a.invited_at is not null and not exists (select from audit_world w where w.what = 'called' and w.id = a.id)"""

_INVITATIONS_OFF = """
select coalesce(a.id, d.id) from (select id, person_id from scheduling_appointment where invited_at is not null) a
full join (select id, person from notices_delivery where template = 'invitation') d using (id)
where a.id is null or d.id is null or d.person is distinct from a.person_id"""

_NOT_RECEIVED = f"""
select d.id from notices_delivery d
where d.state = '{MessageState.DELIVERED}' and d.channel in ('{Channel.SMS}', '{Channel.VOICE}')
  and not exists (select from notices_outbox o where o.id = d.id and o.channel = d.channel)"""

_CONCLUSION = f"(array[{', '.join(repr(one) for one in CONCLUSIONS)}])[v.conclusion]"
_SCREENINGS_OFF = f"""
select coalesce(w.outcome, v.outcome), coalesce(v.visits, 0), 'instead of', coalesce(w.rows, 0)
from (select outcome, sum("rows") as "rows" from audit_world where what = 'screened' group by 1) w
full join (select {_CONCLUSION} as outcome, count(*) as visits from visits_visit v where conclusion is not null group by 1) v
  using (outcome)
where coalesce(v.visits, 0) <> coalesce(w.rows, 0)"""

_DAYS_OFF = """
select coalesce(w.site, d.site), coalesce(w.day, d.day) from (select site, day from audit_world where what = 'closed') w
full join visits_siteday d using (site, day) where w.site is null or d.site is null"""

_SIGNED_OFF = """
select c.id from certificates_certificate c
left join immunization_dose d on d.person_id = c.person_id and d.id = c.dose
where c.withdrawn is null and (
  not exists (select from audit_sent s where s.id = c.dose and s.kind = 'dose-given' and s.truth is not null)
  or not exists (select from audit_world w where w.what = 'closed' and w.site = d.site and w.day = d.given_on))"""

_SHOWN_OFF = """
select w.id from audit_world w
where w.what = 'certificate' and not exists (select from certificates_certificate c where c.id = w.id)"""

_PASSED_OFF = """
select site, day, outcome, coalesce(p.passages, 0), 'instead of', coalesce(w.passages, 0)
from (select site, day, outcome, count(*) as passages from audit_world where what = 'passage' group by 1, 2, 3) w
full join (
    select checkpoint as site, day, verdict as outcome, count(*) as passages from movement_passage group by 1, 2, 3
) p using (site, day, outcome)
where coalesce(p.passages, 0) <> coalesce(w.passages, 0)"""


def classes() -> dict[str, dict[str, int]]:
    """Return how many there are of each class: who was called, how people registered, came and were screened, and passed."""
    if not told():
        return {}
    return {
        "called": _counted("select outcome, count(*) from audit_world where what = 'called' group by 1 order by 1"),
        "registrations": _counted(
            "select channel, count(*) from campaigns_registration where withdrawn_at is null group by 1 order by 1"
        ),
        "visits": _counted(
            "select case when appointment is null then 'uncalled' else 'called' end, count(*) from visits_visit group by 1 "
            "order by 1"
        ),
        "screenings": _counted(
            f"select {_CONCLUSION}, count(*) from visits_visit v where conclusion is not null group by 1 order by 1"
        ),
        "passages": _counted("select verdict, count(*) from movement_passage group by 1 order by 1"),
    }


def _counted(query: str) -> dict[str, int]:
    return dict(database.rows(query))
