"""What people ask about their own data: correct it, restrict it, "this was not me". Each is a task that a human answers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings

from tiemchung.domain.access.errors import LinkUnknown, RequestEmpty, RequestUnknown
from tiemchung.domain.access.events import OwnDataAsked
from tiemchung.domain.access.queries import citizens, signing
from tiemchung.domain.access.values import About, RequestState
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Channel, Message
from tiemchung.kernel.actor import Actor, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import reaching

LONGEST = 2_000


def ask_about_own(
    account: UUID,
    person: UUID,
    about: About,
    story: str,
    *,
    request: UUID,
    dose: UUID | None = None,
    site: str = "",
    commune: str = "",
    now: datetime,
) -> None:
    """Queue what an account asks about a person whose book it opens. `request` is the key: sent twice, it is one.

    It goes to the site of the dose, or to the commune where the person lives. Refuses a person who is not in the book.
    """
    words = story.replace("\r\n", "\n").strip()[:LONGEST]
    if not words and about is not About.NOT_ME:
        raise RequestEmpty
    if person not in citizens.citizen_actor(account, now=now).reach.books:
        raise LinkUnknown
    with reaching(Reach(account=account)):
        asked = database.run(
            "insert into access_ownrequest (id, account, person, about, dose, site, commune, told, state, asked_at) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            [
                request,
                account,
                person,
                about,
                dose,
                site,
                commune,
                sealing.seal("health", now.date(), words.encode(), request.bytes),
                RequestState.OPEN,
                now,
            ],
        )
    if asked:
        told = OwnDataAsked(id=request, at=now, person=person, about=about, dose=dose)
        with reaching(Reach(sites=frozenset({site} - {""}))):
            journal.append(
                [told], actor=citizens.citizen_of(account), recorded_at=now, site=site, persons={request: person}
            )


def answer_request(request: UUID, words: str, *, by: Actor, reference: str, now: datetime) -> None:
    """Answer somebody's request, whose case was decided by who reaches it; the answer is read in the book and stays.

    A message tells the account's phone that there is one, by the case's number, and nothing of it.
    """
    if not by.can(Power.MEND):
        raise NotPermitted
    if not words.strip():
        raise RequestEmpty
    answered = database.row(
        "update access_ownrequest set state = %s, taken_by = %s, closed_at = %s, answer = %s "
        "where id = %s and state = %s returning account",
        [
            RequestState.ANSWERED,
            by.id,
            now,
            sealing.seal("health", now.date(), words.strip()[:LONGEST].encode(), request.bytes),
            request,
            RequestState.OPEN,
        ],
    )
    if answered is None:
        raise RequestUnknown
    phone = signing.phone_of(answered[0])
    if phone:
        link = f"{settings.TIEMCHUNG_PUBLIC_URL}/so-suc-khoe/"
        message = Message(
            id=uuid7(now),
            channel=Channel.SMS,
            template="request-answered",
            values={"reference": reference, "link": link},
            to_contact=phone,
            purpose="request-answered",
        )
        notices.send([message], now=now)
