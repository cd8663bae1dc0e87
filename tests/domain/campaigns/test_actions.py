from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import msgspec
import psycopg
import pytest

from tests.domain.campaigns.wards import CODE, NOW, NUMBER, OTHER_WARD, WARD, block, citizen, officer, wish
from tiemchung.domain.access.actions import claim
from tiemchung.domain.access.values import Relation
from tiemchung.domain.campaigns import actions, queries
from tiemchung.domain.campaigns.errors import (
    CampaignOver,
    CampaignUnknown,
    RegistrationIncomplete,
    RegistrationUnknown,
)
from tiemchung.domain.campaigns.values import Channel, Standing
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.kernel.actor import Power
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.rowsecurity import reaching

OWN = Purpose.OWN
pytestmark = pytest.mark.usefixtures("campaign")


def counted(owner: psycopg.Connection, table: str) -> int:
    found = owner.execute(f"select count(*) from {table}").fetchone()
    return int(found[0]) if found else 0


def test_a_wish_told_twice_is_one_wish_one_person_and_one_entry(owner_connection: psycopg.Connection) -> None:
    own = citizen()
    once = wish(account=own.id)
    for _ in range(2):
        actions.register([once, once], actor=own, now=NOW)
    assert own.id is not None
    (shown,) = queries.registrations_of(own.id, purpose=OWN)
    assert (shown.id, shown.standing, shown.commune) == (once.id, Standing.REGISTERED, WARD)
    tables = ("campaigns_registration", "people_person", "journal_entry")
    assert [counted(owner_connection, table) for table in tables] == [1, 1, 1]
    assert queries.demand(CODE, [("2021", WARD)])["2021", WARD].registered == 1


def test_nobody_learns_from_a_registration_that_a_number_is_known(owner_connection: psycopg.Connection) -> None:
    first, stranger = citizen(), citizen()
    actions.register([wish(account=first.id)], actor=first, now=NOW)
    # The same person, the same number, from another phone: the same silence.
    actions.register([wish(account=stranger.id)], actor=stranger, now=NOW)
    actions.register([wish(account=stranger.id, person_told=block("Ai đó", number=None))], actor=stranger, now=NOW)
    assert stranger.id is not None
    assert len(queries.registrations_of(stranger.id, purpose=OWN)) == 2
    assert counted(owner_connection, "people_person") == 3


def test_what_a_stranger_told_is_not_shown_to_another_account() -> None:
    own, other = citizen(), citizen()
    actions.register([wish(account=own.id)], actor=own, now=NOW)
    assert other.id is not None
    assert queries.registrations_of(other.id, purpose=OWN) == []


def test_a_citizen_registers_on_no_account_but_their_own() -> None:
    with pytest.raises(NotPermitted):
        actions.register([wish(account=uuid4())], actor=citizen(), now=NOW)
    with pytest.raises(NotPermitted):
        actions.register([wish()], actor=citizen(), now=NOW)


def test_a_citizen_names_a_person_only_from_their_own_list() -> None:
    own = citizen()
    with pytest.raises(NotPermitted):
        actions.register([wish(account=own.id, person=uuid7(NOW))], actor=own, now=NOW)


def test_an_id_taken_by_another_account_leaves_both_as_they_were() -> None:
    own, thief = citizen(), citizen()
    once = wish(account=own.id)
    actions.register([once], actor=own, now=NOW)
    actions.register([msgspec.structs.replace(once, account=thief.id)], actor=thief, now=NOW)
    assert own.id is not None
    assert thief.id is not None
    assert [shown.id for shown in queries.registrations_of(own.id, purpose=OWN)] == [once.id]
    assert queries.registrations_of(thief.id, purpose=OWN) == []


def test_a_wish_is_moved_and_taken_back_by_its_own_account_only() -> None:
    own, other = citizen(), citizen()
    once = wish(account=own.id)
    actions.register([once], actor=own, now=NOW)
    with pytest.raises(RegistrationUnknown):
        actions.withdraw(once.id, actor=other, now=NOW)
    with pytest.raises(RegistrationUnknown):
        actions.move(once.id, preferred_site=None, times=["weekend"], actor=other, now=NOW)
    actions.move(once.id, preferred_site=None, times=["morning", "weekend"], actor=own, now=NOW)
    assert own.id is not None
    assert queries.registrations_of(own.id, purpose=OWN)[0].times == ["morning", "weekend"]
    for _ in range(2):
        actions.withdraw(once.id, actor=own, now=NOW)
    assert queries.registrations_of(own.id, purpose=OWN)[0].standing is Standing.WITHDRAWN
    assert queries.demand(CODE, [("2021", WARD)])["2021", WARD].registered == 0
    with pytest.raises(RegistrationUnknown):
        actions.move(once.id, preferred_site=None, times=[], actor=own, now=NOW)


def test_who_withdrew_may_register_again() -> None:
    own = citizen()
    link = claim(own.id, block(), relation=Relation.SELF, link=uuid7(NOW), now=NOW)  # type: ignore[arg-type]  # a citizen has an id
    first = wish(account=own.id, person=link.person)
    actions.register([first], actor=own, now=NOW)
    actions.withdraw(first.id, actor=own, now=NOW)
    actions.register([wish(account=own.id, person=link.person)], actor=own, now=NOW + timedelta(hours=1))
    assert own.id is not None
    standings = [shown.standing for shown in queries.registrations_of(own.id, purpose=OWN)]
    assert standings == [Standing.REGISTERED, Standing.WITHDRAWN]


def test_one_person_waits_once_in_a_campaign() -> None:
    tu = officer()
    person = uuid7(NOW)
    for _ in range(2):
        actions.register([wish(person=person)], actor=tu, now=NOW, channel=Channel.DESK)
    assert queries.demand(CODE, [("2021", WARD)])["2021", WARD].by_channel == {"desk": 1}


def test_a_ward_officer_sees_her_ward_and_no_other() -> None:
    here, there = officer(), officer(OTHER_WARD)
    actions.register([wish()], actor=here, now=NOW, channel=Channel.DESK)
    for who, seen in ((here, 1), (there, 0)):
        with reaching(who.reach):
            found = queries.registered(CODE, [WARD, OTHER_WARD], purpose=Purpose.REGISTRATION)
        assert len(found) == seen
    with pytest.raises(NotPermitted):
        actions.register([wish(ward=OTHER_WARD)], actor=here, now=NOW)
    with pytest.raises(NotPermitted):
        actions.register([wish()], actor=officer(WARD, Power.SEE_BOARD), now=NOW)


def test_lists_page_by_key_and_serve_the_first_group_first() -> None:
    tu = officer()
    told = [wish(target_group=group, person_told=block(number=None)) for group in ("16", "09", "01")]
    actions.register(told, actor=tu, now=NOW, channel=Channel.DESK)
    asked = {"purpose": Purpose.REGISTRATION, "limit": 2}
    with reaching(tu.reach):
        first = queries.registered(CODE, [WARD], **asked)  # type: ignore[arg-type]  # the same for both
        last = queries.Place(
            target_group=first[-1].target_group,
            registered_at=first[-1].registered_at,
            registration=first[-1].registration,
        )
        rest = queries.registered(CODE, [WARD], after=last, **asked)  # type: ignore[arg-type]  # same
    assert [one.target_group for one in [*first, *rest]] == ["01", "09", "16"]


def test_demand_is_counted_in_the_units_of_both_eras() -> None:
    actions.register([wish()], actor=officer(), now=NOW, channel=Channel.DESK)
    heir = places.gazetteer().main_heir(WARD)
    assert heir is not None
    units: list[tuple[Era | str, str]] = [
        ("2021", WARD),
        ("2021", "760"),
        ("2021", "79"),
        ("2025", heir),
        ("2025", "79"),
    ]
    found = queries.demand(CODE, [*units, ("2021", OTHER_WARD)])
    assert [demand.registered for demand in found.values()] == [1, 1, 1, 1, 1, 0]


def test_what_cannot_be_taken_leaves_the_whole_set_untaken(owner_connection: psycopg.Connection) -> None:
    own = citizen()
    with pytest.raises(RegistrationIncomplete) as refused:
        actions.register([wish(account=own.id), wish(account=own.id, preferred_site="79-9999")], actor=own, now=NOW)
    assert refused.value.facts["field"] == "preferred_site"
    assert counted(owner_connection, "campaigns_registration") == 0


def test_a_campaign_that_is_over_or_unknown_takes_nobody() -> None:
    own = citizen()
    with pytest.raises(CampaignOver):
        actions.register([wish(account=own.id)], actor=own, now=NOW.replace(year=2023))
    with pytest.raises(CampaignUnknown):
        actions.register([wish(account=own.id, campaign="measles-2026")], actor=own, now=NOW)
    assert queries.open_campaigns(date(2022, 5, 1)) == []


def test_name_and_number_lie_sealed(owner_connection: psycopg.Connection) -> None:
    own = citizen()
    actions.register([wish(account=own.id)], actor=own, now=NOW)
    for table in ("people_person", "people_identifier", "journal_entry", "campaigns_registration"):
        dumped = str(owner_connection.execute(f"select t::text from {table} t").fetchall())
        assert "Hằng" not in dumped
        assert NUMBER not in dumped
