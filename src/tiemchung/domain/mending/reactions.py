"""What mending does about a fact: it opens a case, so that somebody owns what people ask and has until a day to answer.

It also lets the population register be asked about whoever is new or told otherwise: what is wrong is mended here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import msgspec
from django.conf import settings

from tiemchung.domain.access.events import OwnDataAsked
from tiemchung.domain.access.values import About
from tiemchung.domain.campaigns.events import Registered
from tiemchung.domain.campaigns.values import Channel as ToldBy
from tiemchung.domain.immunization.events import Corrected
from tiemchung.domain.journal.values import Entry
from tiemchung.domain.mending import actions, queries
from tiemchung.domain.mending.events import CaseDecided, CaseDisagreed, CaseProposed
from tiemchung.domain.mending.values import LINK, REPAIRED
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Channel, Message
from tiemchung.domain.people import actions as people
from tiemchung.domain.people import queries as people_queries
from tiemchung.domain.people.events import NumberTold, PersonCorrected, PersonsJoined, PersonsParted
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.events import ChangeSettled
from tiemchung.domain.visits.values import Verdict
from tiemchung.plumbing import jobs

AFTER_A_LIST_S = 60
"""How long after a row of a list linkage runs: a list is kept in many parts. Ours."""
TOLD_WITHIN = timedelta(hours=24)
"""How old a merge may be to be told of: a reaction that reads the journal anew tells nobody of last year's."""
_TO_JOIN = "records-to-join"
_TOLD_OF = {PersonsJoined.kind(): "records-joined", PersonsParted.kind(): "records-parted"}


def queue_doubts(entries: Sequence[Entry], *, now: datetime) -> None:
    """Open a case where a number that somebody was met or registered with belongs to somebody of another name or birth."""
    actions.open_doubts({entry.person: entry.site for entry in entries if entry.person is not None}, now=now)


def queue_linkage(entries: Sequence[Entry], *, now: datetime) -> None:
    """Let whoever is new or told otherwise be compared with everybody: tonight, and soon after a list was kept."""
    del now
    told = [
        (people_queries.Waiting(person=entry.person, entry=entry.id, site=entry.site), entry)
        for entry in entries
        if entry.person is not None
    ]
    otherwise = {PersonCorrected.kind(), NumberTold.kind()}
    people.queue_to_link([one for one, entry in told if entry.kind in otherwise], only_new=False)
    people.queue_to_link([one for one, entry in told if entry.kind not in otherwise], only_new=True)
    lists = [entry for entry in entries if entry.kind == Registered.kind()]
    if any(msgspec.json.decode(entry.body, type=Registered).channel == ToldBy.LIST for entry in lists):
        jobs.soon(LINK, after_s=AFTER_A_LIST_S, queue=jobs.BEHIND)


def open_cases(entries: Sequence[Entry], *, now: datetime) -> None:
    """Open the case of everything that was asked about own data; a dose said to be somebody else's is held up with it."""
    asked = []
    for entry in entries:
        event = msgspec.json.decode(entry.body, type=OwnDataAsked)
        asked.append(
            actions.Asked(
                id=entry.id,
                person=event.person,
                about=About(event.about),
                dose=event.dose,
                site=entry.site,
                asked_at=entry.recorded_at,
            )
        )
    actions.open_requests(asked, now=now)


def ask_after_death(entries: Sequence[Entry], *, now: datetime) -> None:
    """Open a case where a dose is later than a death: of another person, or of one who is alive. Facts are kept meanwhile."""
    actions.open_after_death({entry.person for entry in entries if entry.person is not None}, now=now)


def tie_missing(entries: Sequence[Entry], *, now: datetime) -> None:
    """Tie the cases of missing doses to what came to the record of these persons: a dose told late, or another record of theirs."""
    actions.tie_missing({entry.person for entry in entries if entry.person is not None}, now=now)


def join_decided(entries: Sequence[Entry], *, now: datetime) -> None:
    """Join the two persons of a case that says they are one, and part them when it is open again."""
    told: dict[str, type[CaseDecided | CaseDisagreed]] = {each.kind(): each for each in (CaseDecided, CaseDisagreed)}
    actions.follow_decisions(
        [msgspec.json.decode(entry.body, type=told[entry.kind]).case for entry in entries], now=now
    )


def part_doubted(entries: Sequence[Entry], *, now: datetime) -> None:
    """Part two records that were joined, of which a site's lead says that they are two persons; a clerk looks at them again."""
    told = [msgspec.json.decode(entry.body, type=ChangeSettled) for entry in entries]
    doubted = [
        actions.Doubted(id=one.id, person=one.person, other=one.other, site=one.site or "", by=one.staff, why=one.why)
        for one in told
        if one.verdict == Verdict.TWO_PERSONS
    ]
    actions.doubt_links(doubted, now=now)


def tell_joined(entries: Sequence[Entry], *, now: datetime) -> None:
    """Tell whoever has a phone that two records became one, or two again: they can say in their book that it is wrong.

    The message says nothing of whom or of doses. Its id is the entry's, so that nobody is told twice. Of what the platform
    joined by itself only who proved at a site who they are is told: whoever registers under a number that they know would
    learn by it that somebody has the number.
    """
    untold = _claimed_alone(entries)
    link = f"{settings.TIEMCHUNG_PUBLIC_URL}/so-suc-khoe/"
    notices.send(
        [
            Message(
                id=entry.id,
                channel=Channel.SMS,
                template=_TOLD_OF[entry.kind],
                values={"link": link},
                to_person=entry.person,
                purpose=_TOLD_OF[entry.kind],
            )
            for entry in entries
            if entry.person is not None and entry.id not in untold and now - entry.recorded_at < TOLD_WITHIN
        ],
        now=now,
    )


def tell_proposed(entries: Sequence[Entry], *, now: datetime) -> None:
    """Tell whoever has a phone that two records are to become one: they can look and object before a second person agrees.

    Of both records, each under an id of its own: whose the other is, is yet to be seen. The message says nothing of either.
    """
    link = f"{settings.TIEMCHUNG_PUBLIC_URL}/so-suc-khoe/"
    fresh = {
        msgspec.json.decode(entry.body, type=CaseProposed).case: entry.id
        for entry in entries
        if now - entry.recorded_at < TOLD_WITHIN
    }
    notices.send(
        [
            Message(
                id=uuid5(fresh[case], str(person)),
                channel=Channel.SMS,
                template=_TO_JOIN,
                values={"link": link},
                to_person=person,
                purpose=_TO_JOIN,
            )
            for case, person in queries.to_be_joined(set(fresh))
        ],
        now=now,
    )


def _claimed_alone(entries: Sequence[Entry]) -> set[UUID]:
    """Return the entries of persons who never proved who they are, and whom no clerk has joined or parted."""
    told: dict[str, type[PersonsJoined | PersonsParted]] = {
        each.kind(): each for each in (PersonsJoined, PersonsParted)
    }
    cases = {entry.id: msgspec.json.decode(entry.body, type=told[entry.kind]).decision for entry in entries}
    by_itself = queries.decided_by_nobody(set(cases.values()))
    persons = {entry.id: entry.person for entry in entries if entry.person is not None and cases[entry.id] in by_itself}
    proved = visits.proved_since(sorted(set(persons.values())))
    return {entry for entry, person in persons.items() if person not in proved}


def tell_repaired(entries: Sequence[Entry], *, now: datetime) -> None:
    """Tell whoever has a phone that a dose in their book was mended with many others: they can say there that it is wrong.

    A dose that is mended alone is mended with its person, or at their word. The id is the entry's: nobody is told twice.
    """
    link = f"{settings.TIEMCHUNG_PUBLIC_URL}/so-suc-khoe/"
    notices.send(
        [
            Message(
                id=entry.id,
                channel=Channel.SMS,
                template="dose-mended",
                values={"link": link},
                to_person=entry.person,
                purpose="dose-mended",
                site=entry.site,
            )
            for entry in entries
            if entry.person is not None
            and now - entry.recorded_at < TOLD_WITHIN
            and msgspec.json.decode(entry.body, type=Corrected).reason == REPAIRED
        ],
        now=now,
    )


def queue_questions(entries: Sequence[Entry], *, now: datetime) -> None:
    """Queue whom the register is to be asked about. Where no register is set nobody waits for it."""
    if not people_queries.register_is_set():
        return
    met = {entry.person for entry in entries if entry.person is not None}
    corrected = {entry.person for entry in entries if entry.person is not None and _is_reworded(entry)}
    people.queue_for_register(met, corrected=corrected, now=now)


def _is_reworded(entry: Entry) -> bool:
    if entry.kind != PersonCorrected.kind():
        return entry.kind == NumberTold.kind()
    fact = msgspec.json.decode(entry.body, type=PersonCorrected)
    return bool(fact.name or fact.born or fact.sex or fact.number)
