"""Presence: a book's code opens one person's record to the desk where it is shown, a number opens doses and warnings."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.test import Client

from tests.domain.access.people_known import account, claimed
from tests.faces.station import scenery
from tests.faces.station.scenery import LOT, MORNING, OTHER_SITE, SITE
from tests.faces.station.test_desk import CARD, fields, screened
from tiemchung.domain.access import actions as access
from tiemchung.domain.access.actions import presence as acting
from tiemchung.domain.access.rules import presence
from tiemchung.domain.access.values import Link, Relation
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.safety.events import Aefi
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database, keys
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("morning")
NUMBER = "079187004417"
SIGN = "nổi mề đay khắp người"


@pytest.fixture
def nurse(morning: None) -> Client:
    del morning
    scenery.stock()
    scenery.hire("thao", "check-in", "screener", "vaccinator", "observer")
    return scenery.signed_in("thao")


@pytest.fixture
def hang() -> UUID:
    """Somebody who had a dose at the other site, and reacted to it."""
    person = scenery.dosed_elsewhere(NUMBER)
    reaction = Aefi(id=uuid7(), at=MORNING, person=person, onset=MORNING, signs=[SIGN], severity="severe", actions=[])
    scenery.tell(reaction, site=OTHER_SITE)
    return person


@pytest.fixture
def link(hang: UUID) -> Link:
    """Her book, opened by the slip's code."""
    code = access.issue_proof_code(hang, born_year=1987, by=SYSTEM, site=OTHER_SITE, now=MORNING)
    return access.prove_by_code(account(), code, 1987, relation=Relation.SELF, now=MORNING)


def rows(sql: str, site: str = SITE) -> list[tuple[Any, ...]]:
    with reaching(Reach(sites=frozenset({site}))):
        return database.rows(sql)


def shown(desk: Client, code: str) -> Any:
    return desk.post("/station/arrivals/", {"step": "find", "card": code})


def code_of(link: Link, *, at: datetime | None = None) -> str:
    return presence.code_of(link.id, secret=keys.secret(acting.CODE_KEY), at=at or datetime.now(tz=UTC))


def received(desk: Client, address: str) -> UUID:
    form = {"ids": re.findall(r'name="ids" value="([^"]+)"', desk.get(address).content.decode())[0], "how": "2"}
    assert desk.post(address, form).status_code == 302
    ((visit,),) = rows("select id from visits_visit")
    assert isinstance(visit, UUID)
    return visit


def ended(owner: psycopg.Connection) -> None:
    owner.execute("update access_presence set ends_at = now() - interval '1 second'")


def test_a_book_s_code_opens_the_whole_record_where_it_is_shown(nurse: Client, hang: UUID, link: Link) -> None:
    address = shown(nurse, code_of(link))["Location"]
    page = nurse.get(address).content.decode()
    assert "Nguyễn Thị Ánh Hằng" in page
    assert "Mũi 1: AstraZeneca" in page
    visit = received(nurse, address)
    assert rows("select person_id from visits_visit") == [(hang,)], "no second row of the same person"
    page = nurse.get(f"/station/visits/{visit}/screening/").content.decode()
    assert SIGN in page
    assert f"lô {LOT}" in page
    assert "Nhà văn hóa phường Tân Phú" in page
    assert screened(nurse, visit).status_code == 302
    assert "Đã tiêm mũi 2" in nurse.get(f"/station/visits/{visit}/").content.decode()


def test_doses_of_this_very_site_are_named_as_its_own(nurse: Client, hang: UUID, link: Link) -> None:
    scenery.tell(DoseGiven(id=uuid7(), at=MORNING, **scenery.dose_fields(hang, uuid7(), uuid7())))
    page = nurse.get(shown(nurse, code_of(link))["Location"]).content.decode()
    assert "Trạm Y tế phường Tân Phú, 09:00 13/09/2021" in page
    assert "điểm khác, 09:00 13/09/2021" in page, "and the one of the other site as another's"


def test_after_a_quarter_of_an_hour_the_record_is_closed_again(
    nurse: Client, link: Link, owner_connection: psycopg.Connection
) -> None:
    address = shown(nurse, code_of(link))["Location"]
    visit = received(nurse, address)
    (opened,) = owner_connection.execute("select ends_at - opened_at from access_presence").fetchone() or ()
    assert opened == timedelta(minutes=15)
    ended(owner_connection)
    assert nurse.get(address).status_code == 404
    page = nurse.get(f"/station/visits/{visit}/screening/").content.decode()
    assert SIGN not in page
    assert f"lô {LOT}" not in page
    assert "Mũi 1: AstraZeneca" in page, "doses and days are told wherever given"


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_code_of_another_minute_opens_nothing(nurse: Client, link: Link, seconds: int) -> None:
    answer = shown(nurse, code_of(link, at=datetime.now(tz=UTC) + timedelta(seconds=seconds)))
    assert answer.status_code == 422
    assert "Mã này không mở được" in answer.content.decode()
    assert rows("select 1 from access_presence") == []


def test_a_code_is_spent_by_its_first_scan_and_a_second_here_is_the_same_presence(nurse: Client, link: Link) -> None:
    code = code_of(link)
    first = shown(nurse, code)["Location"]
    assert shown(nurse, code.lower())["Location"] == first
    assert len(rows("select 1 from access_presence")) == 1
    scenery.hire("lan", "check-in", site=OTHER_SITE)
    neighbor = scenery.signed_in("lan")
    answer = shown(neighbor, code)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "vừa được quét ở một điểm tiêm khác" in page
    assert "Ánh Hằng" not in page
    assert rows("select 1 from access_presence", OTHER_SITE) == []
    later = code_of(link, at=datetime.now(tz=UTC) + timedelta(seconds=presence.TURNS_EVERY_S))
    assert shown(neighbor, later).status_code == 302, "the next code, from the phone itself, is good"
    assert shown(nurse, later).status_code == 422


def test_a_code_that_somebody_made_or_changed_opens_nothing(nurse: Client, link: Link) -> None:
    good = code_of(link)
    other = presence.code_of(link.id, secret=b"x" * 32, at=datetime.now(tz=UTC))
    for bad in (other, good[:-1], f"{good[:20]}{'A' if good[20] != 'A' else 'B'}{good[21:]}", "TCS1:", "TCS1:!!!!"):
        assert shown(nurse, bad).status_code == 422, bad


def test_a_book_that_was_shut_and_a_claim_open_nothing(nurse: Client, link: Link) -> None:
    access.end_link(link.account, link.id, why="removed", now=MORNING)
    assert shown(nurse, code_of(link)).status_code == 422
    assert shown(nurse, code_of(claimed(account("0912000111")))).status_code == 422


def test_another_site_neither_sees_the_presence_nor_reads_by_it(nurse: Client, hang: UUID, link: Link) -> None:
    del hang
    address = shown(nurse, code_of(link))["Location"]
    received(nurse, address)
    scenery.hire("lan", "check-in", "screener", "vaccinator", site=OTHER_SITE)
    neighbor = scenery.signed_in("lan")
    assert neighbor.get(address).status_code == 404
    assert rows("select 1 from access_presence", OTHER_SITE) == []


def test_who_serves_nobody_opens_nobody(link: Link) -> None:
    scenery.hire("khoa", "lead")
    lead = scenery.signed_in("khoa")
    answer = lead.post("/station/arrivals/", {"card": code_of(link)}, headers={"accept": "text/html"})
    assert answer.status_code == 403
    assert shown(Client(), code_of(link)).status_code == 302
    assert rows("select 1 from access_presence") == []


def test_the_person_is_told_who_looked_and_that_they_opened_it(nurse: Client, hang: UUID, link: Link) -> None:
    code = code_of(link)
    shown(nurse, code)
    with reaching(Reach(account=link.account, books=frozenset({hang}))):
        assert database.rows("select site, how from access_presence") == [(SITE, "code")]
    nurse.get(shown(nurse, code)["Location"])
    assert (hang, "care", SITE) in rows("select person_id, purpose, site from journal_view")
    kinds = [kind for (kind,) in rows("select kind from journal_entry where site = '79-0012'")]
    assert kinds.count("presence-opened") == 1, "scanned twice, opened once"


class TestNumber:
    def looked_up(self, desk: Client, card: str = NUMBER) -> str:
        form = {"step": "find", "card": card, "reason": "at-the-desk"}
        return str(desk.post("/station/arrivals/", form).content.decode())

    @pytest.mark.parametrize("card", [NUMBER, CARD])
    def test_it_tells_doses_days_and_warnings_and_nothing_else(self, nurse: Client, hang: UUID, card: str) -> None:
        del hang
        page = self.looked_up(nurse, card)
        assert "Phản ứng nặng sau tiêm" in page
        assert "Mũi 1: AstraZeneca" in page
        for hidden in (SIGN, LOT, OTHER_SITE, "Nhà văn hóa"):
            assert hidden not in page, hidden
        assert ("Ánh Hằng" in page) is (card == CARD), "the name is what the card itself says"

    @pytest.mark.parametrize(("how", "is_found"), [("1", True), ("4", False)])
    def test_the_desks_after_reception_are_warned_for_a_quarter_of_an_hour(
        self, nurse: Client, hang: UUID, owner_connection: psycopg.Connection, how: str, *, is_found: bool
    ) -> None:
        """Whoever is made sure of is the person of that number; whoever only says so is somebody new."""
        form = {**fields(self.looked_up(nurse, CARD)), "how": how}
        assert nurse.post("/station/arrivals/", form).status_code == 302
        ((visit, person),) = rows("select id, person_id from visits_visit")
        assert (person == hang) is is_found
        address = f"/station/visits/{visit}/screening/"
        page = nurse.get(address).content.decode()
        assert "Phản ứng nặng sau tiêm" in page
        assert SIGN not in page
        ended(owner_connection)
        assert "Phản ứng nặng sau tiêm" not in nurse.get(address).content.decode()

    def test_its_holder_is_told_by_message_once_a_day_without_health(
        self, nurse: Client, hang: UUID, as_worker: Callable[[], AbstractContextManager[None]]
    ) -> None:
        for _look in range(2):
            self.looked_up(nurse)
        with as_worker():
            told = database.rows("select person, template, site from notices_delivery")
        assert told == [(hang, "number-shown", SITE)]

    def test_a_day_has_so_many_look_ups_and_no_more(
        self, nurse: Client, hang: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        del hang
        monkeypatch.setattr(acting, "LOOK_UPS_A_DAY", 2)
        for _look in range(2):
            assert "Mũi 1" in self.looked_up(nurse)
        form = {"step": "find", "card": NUMBER, "reason": "at-the-desk"}
        answer = nurse.post("/station/arrivals/", form, headers={"accept": "text/html"})
        assert answer.status_code == 409
        assert "tra đủ 2 số" in answer.content.decode()

    def test_a_chip_card_finds_what_was_recorded_under_the_earlier_card_too(self, nurse: Client) -> None:
        scenery.dosed_elsewhere("271234567", kind="old-identity-card")
        text = f"{NUMBER}|271234567|Nguyễn Thị Ánh Hằng|02031987|Nữ|12 Lê Lợi|01012021"
        page = nurse.post("/station/arrivals/", {"step": "find", "card": text, "reason": "at-the-desk"})
        assert "Mũi 1: AstraZeneca" in page.content.decode()

    def test_who_is_known_here_by_the_earlier_card_can_be_chosen_by_the_chip_card(self, nurse: Client) -> None:
        person = scenery.dosed_elsewhere("271234567", kind="old-identity-card", site=SITE)
        text = f"{NUMBER}|271234567|Nguyễn Thị Ánh Hằng|02031987|Nữ|12 Lê Lợi|01012021"
        found = nurse.post("/station/arrivals/", {"step": "find", "card": text, "reason": "at-the-desk"})
        form = {**fields(found.content.decode()), "known": str(person), "step": "arrive"}
        assert nurse.post("/station/arrivals/", form).status_code == 302
        assert rows("select count(*) from people_person") == [(1,)]

    def test_who_is_received_by_a_chip_card_is_known_by_both_numbers_from_then_on(self, nurse: Client) -> None:
        text = f"{NUMBER}|271234567|Nguyễn Thị Ánh Hằng|02031987|Nữ|12 Lê Lợi|01012021"
        found = nurse.post("/station/arrivals/", {"step": "find", "card": text, "reason": "at-the-desk"})
        form = {**fields(found.content.decode()), "step": "arrive", "commune": "26734"}
        assert nurse.post("/station/arrivals/", form).status_code == 302
        kinds = rows("select kind, valid_to is null from people_identifier order by 1")
        assert kinds == [("old-identity-card", False), ("personal-number", True)]

    @pytest.mark.parametrize(("earlier", "looks"), [("271234567", 1), ("271234568", 2)])
    def test_a_card_with_two_numbers_is_one_look_up_unless_the_second_finds_somebody_else(
        self, nurse: Client, hang: UUID, monkeypatch: pytest.MonkeyPatch, earlier: str, looks: int
    ) -> None:
        del hang
        scenery.dosed_elsewhere("271234568", kind="old-identity-card")
        monkeypatch.setattr(acting, "LOOK_UPS_A_DAY", 2)
        text = f"{NUMBER}|{earlier}|Nguyễn Thị Ánh Hằng|02031987|Nữ|12 Lê Lợi|01012021"
        form = {"step": "find", "card": text, "reason": "at-the-desk"}
        assert nurse.post("/station/arrivals/", form).status_code == 200
        last = nurse.post("/station/arrivals/", form, headers={"accept": "text/html"})
        assert last.status_code == (200 if looks == 1 else 409)
