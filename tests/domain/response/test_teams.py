"""Support teams: who is in one, what is given to it, and who then has it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.domain.response.officers import NOW, OTHER_SITE, SITE, hired, seen
from tiemchung.domain.response import actions, queries
from tiemchung.domain.response.errors import CannotOwn, IncidentTakenAlready, TeamNameless, TeamUnknown
from tiemchung.domain.response.values import Weight
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def yen() -> Actor:
    return hired("Yến")


def formed(yen: Actor, *members: Actor, name: str = "Đội Quận 1") -> UUID:
    """Return a team with these members, each told twice as a double click does."""
    team = uuid7()
    for _click in range(2):
        actions.form(team, name=name, actor=yen, now=NOW)
        for member in members:
            assert member.id is not None
            actions.join(team, member=member.id, actor=yen, now=NOW)
    return team


def given(incident: UUID, team: UUID, yen: Actor, *, before: UUID | None = None) -> None:
    actions.give_to_team(incident, step=uuid7(), team=team, before=before, actor=yen, now=NOW)


def test_a_team_s_incident_is_taken_by_one_of_it_and_says_both(yen: Actor) -> None:
    nghia = hired("Nghĩa", site=SITE)
    team, incident = formed(yen, nghia), seen(yen)
    given(incident, team, yen)
    listed = queries.incident(incident, actor=yen)
    assert (listed.owner, listed.team_name) == (None, "Đội Quận 1")
    actions.take(incident, step=uuid7(), actor=nghia, now=NOW)
    listed = queries.incident(incident, actor=yen)
    assert (listed.owner_name, listed.team_name) == ("Nghĩa", "Đội Quận 1")
    assert [step.to_name for step in queries.steps(incident, actor=yen)] == ["", "Đội Quận 1", ""]
    with pytest.raises(IncidentTakenAlready):
        given(incident, team, yen)


def test_a_team_without_anybody_for_the_place_is_given_nothing(ward: None, yen: Actor) -> None:
    incident = seen(yen)
    for team in (formed(yen, name="Trống"), formed(yen, hired("Xa", site=OTHER_SITE), name="Xa"), uuid7()):
        with pytest.raises(TeamUnknown):
            given(incident, team, yen)


def test_a_team_has_a_name_of_its_own_and_people_who_respond(yen: Actor) -> None:
    team = formed(yen)
    for name in ("Đội  Quận 1", "  "):
        with pytest.raises(TeamNameless):
            actions.form(uuid7(), name=name, actor=yen, now=NOW)
    nurse = hired("Thảo", "vaccinator", site=SITE)
    assert nurse.id is not None
    with pytest.raises(CannotOwn):
        actions.join(team, member=nurse.id, actor=yen, now=NOW)


def test_what_a_team_had_waits_again_when_it_is_disbanded(yen: Actor) -> None:
    nghia = hired("Nghĩa")
    team, incident = formed(yen, nghia), seen(yen)
    given(incident, team, yen)
    actions.disband(team, actor=yen, now=NOW)
    assert queries.incident(incident, actor=yen).team is None
    assert queries.teams() == []
    with pytest.raises(TeamUnknown):
        given(incident, team, yen)
    assert queries.team(formed(yen)).members == {}


def test_who_leaves_is_out_of_it(yen: Actor) -> None:
    nghia = hired("Nghĩa")
    assert nghia.id is not None
    team = formed(yen, nghia)
    assert list(queries.team(team).members.values()) == ["Nghĩa"]
    for _click in range(2):
        actions.leave(team, member=nghia.id, actor=yen, now=NOW)
    assert queries.team(team).members == {}


def test_only_who_responds_for_the_country_forms_teams(ward: None, yen: Actor) -> None:
    team, near = formed(yen), hired("Gần", site=SITE)
    assert near.id is not None
    who: dict[str, Any] = {"actor": near, "now": NOW}
    with pytest.raises(NotPermitted):
        actions.form(uuid7(), name="Của tôi", **who)
    with pytest.raises(NotPermitted):
        actions.join(team, member=near.id, **who)
    with pytest.raises(NotPermitted):
        actions.leave(team, member=near.id, **who)
    with pytest.raises(NotPermitted):
        actions.disband(team, **who)


def test_a_heavy_incident_is_due_sooner(yen: Actor) -> None:
    heavy = actions.open_incident(uuid7(), site=SITE, subject="x", weight=Weight.STOP, actor=yen, now=NOW)
    light = seen(yen)
    due = [queries.incident(each, actor=yen).due_at - NOW for each in (heavy, light)]
    assert due == [queries.deadlines()[Weight.STOP], queries.deadlines()[Weight.LOOK]]
    assert due[0] < due[1]
    assert due[1] <= timedelta(hours=8)
