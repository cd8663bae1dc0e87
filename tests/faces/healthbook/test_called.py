"""An appointment in the book: shown with its code, moved, given back; closed, full or somebody else's meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta
from uuid import UUID

import psycopg
import pytest
from django.test import Client

from tests.domain.access.people_known import desk
from tests.domain.campaigns.wards import CODE, open_campaign
from tests.faces.healthbook.citizens import (
    BOOK,
    MINE,
    THEIRS,
    Phones,
    add,
    browser,
    open_book,
    slip,
    text_of,
    vaccinated,
)
from tests.faces.healthbook.test_registering import register
from tests.faces.station import scenery
from tests.faces.station.called import planned
from tests.faces.station.scenery import MORNING, SITE
from tiemchung.domain.access import actions as access
from tiemchung.domain.access.queries import signing
from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import ward_code
from tiemchung.domain.scheduling import actions, queries
from tiemchung.domain.scheduling.values import Appointment, Wanted
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import reaching

HOME = "27478"
"""The ward that the citizens of these tests live in."""


@pytest.fixture(autouse=True)
def morning(
    committed_db: None, as_worker: Callable[[], AbstractContextManager[None]], set_time: Callable[[datetime], None]
) -> None:
    set_time(MORNING)
    journal.forget_server_device()
    with as_worker():
        scenery.found_sites()
        open_campaign()


def planner() -> Actor:
    """Return who plans for the citizens' ward and for the site."""
    found = places.reach_of([("2021", HOME)])
    reach = Reach(sites=found.sites | {ward_code(HOME), SITE}, communes=found.communes)
    return Actor(id=uuid7(), kind=ActorKind.STAFF, name="Tú", powers=frozenset({Power.PLAN}), reach=reach)


def called(session: UUID) -> list[Appointment]:
    """Fill the session with those who wait and are due, and invite them."""
    by = planner()
    with reaching(by.reach):
        actions.fill(session, site=SITE, communes=[HOME], actor=by, now=MORNING)
        actions.invite(session, site=SITE, actor=by, now=MORNING)
        return queries.appointments_in(session, purpose=Purpose.REGISTRATION)


@pytest.fixture
def hang(phones: Phones) -> tuple[Client, UUID, Appointment]:
    """Somebody who registered on her phone and was called; her browser, her page and the appointment."""
    client = open_book(phones)
    link = add(client)
    register(client, link)
    (appointment,) = called(planned())
    return client, link, appointment


def test_who_registered_sees_when_and_where_with_the_code_for_the_desk(hang: tuple[Client, UUID, Appointment]) -> None:
    client, link, appointment = hang
    page = client.get(f"{BOOK}nguoi/{link}/").content
    text = text_of(page)
    assert "Lịch tiêm · hôm nay" in text
    assert "từ 09:00 đến 09:15" in text
    assert "Trạm Y tế phường Tân Phú" in text
    assert "chờ lịch" not in text
    large = text_of(client.get(f"{BOOK}nguoi/{link}/hen/{appointment.id}/").content)
    assert appointment.reference in large
    assert 'aria-label="Mã QR của lịch hẹn"' in page.decode()


def test_a_copy_of_the_book_holds_what_was_asked_for_called_to_and_allowed(
    hang: tuple[Client, UUID, Appointment], as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    client, link, appointment = hang
    account = signing.account_of_phone(sealing.lookup_hash("phone", MINE))
    assert account is not None
    code = access.show_at_desk(account, link)
    access.prove_at_desk(code, person=None, by=desk(SITE), site=SITE, now=MORNING)
    with as_worker():
        database.run(
            "insert into access_consent (id, account, person, client, scopes, code_hash, code_ends_at, challenge, address, "
            "given_at, ends_at) values (%s, %s, %s, 'benh-vien', '{patient/Immunization.rs}', %s, %s, '', '', %s, %s)",
            [uuid7(), account, appointment.person, b"code", MORNING, MORNING, MORNING + timedelta(days=1)],
        )
    copy = client.post(f"{BOOK}nguoi/{link}/tai-ve.json").json()
    assert [(each["campaign"], each["standing"]) for each in copy["registrations"]] == [(CODE, "registered")]
    assert [each["reference"] for each in copy["appointments"]] == [appointment.reference]
    assert [each["client"] for each in copy["consents"]] == ["benh-vien"]
    printed = text_of(client.get(f"{BOOK}nguoi/{link}/ban-in/").content)
    for told in ("đang chờ", appointment.reference, "Trạm Y tế phường Tân Phú", "benh-vien"):
        assert told in printed, told


def test_an_appointment_moves_to_a_free_time_and_a_second_click_changes_nothing(
    hang: tuple[Client, UUID, Appointment], phones: Phones
) -> None:
    client, link, appointment = hang
    address = f"{BOOK}nguoi/{link}/hen/{appointment.id}/doi/"
    times = re.findall(r'name="luc" value="([^"]+)"', client.get(address).content.decode())
    assert len(times) == 4
    for _click in range(2):
        assert client.post(address, {"luc": times[2]})["Location"] == f"{BOOK}nguoi/{link}/hen/{appointment.id}/"
    assert "từ 09:30 đến 09:45" in text_of(client.get(f"{BOOK}nguoi/{link}/").content)
    moved = [message for message in phones.messages if message.template == "appointment-moved"]
    assert [message.values["time"] for message in moved] == ["09:30"]
    assert [slot.taken for slot in queries.slots_of(appointment.session, site=SITE)] == [0, 0, 1, 0]
    assert client.post(address, {"luc": "bữa khác"}).status_code == 422


def test_who_says_on_her_phone_that_she_comes_is_thanked_once_and_stands_so_before_the_ward(
    hang: tuple[Client, UUID, Appointment], phones: Phones
) -> None:
    client, link, appointment = hang
    address = f"{BOOK}nguoi/{link}/hen/{appointment.id}/"
    shown = client.get(f"{BOOK}nguoi/{link}/").content.decode()
    (luc,) = set(re.findall(r'name="luc" value="([^"]+)"', shown))
    assert client.get(f"{address}den/").status_code == 405
    assert client.post(f"{address}den/", {"luc": "bữa khác"}).status_code == 404
    other = (appointment.starts_at + timedelta(minutes=15)).isoformat()
    stale = client.post(f"{address}den/", {"luc": other})
    assert (stale.status_code, "vừa đổi giờ" in text_of(stale.content)) == (409, True)
    for _click in range(2):
        assert client.post(f"{address}den/", {"luc": luc})["Location"] == address
    assert "Bạn đã báo sẽ đến" in text_of(client.get(address).content)
    assert "Tôi sẽ đến" not in text_of(client.get(f"{BOOK}nguoi/{link}/").content)
    with reaching(planner().reach):
        assert queries.counts_of([appointment.session])[appointment.session].coming == 1
    stranger = open_book(phones, phone=THEIRS)
    assert stranger.post(f"{address}den/", {"luc": luc}).status_code == 404


def test_a_time_that_was_taken_meanwhile_is_said_and_the_others_are_offered(
    hang: tuple[Client, UUID, Appointment], phones: Phones
) -> None:
    client, link, appointment = hang
    address = f"{BOOK}nguoi/{link}/hen/{appointment.id}/doi/"
    times = re.findall(r'name="luc" value="([^"]+)"', client.get(address).content.decode())
    other = open_book(phones, THEIRS, browser("198.51.100.9"))
    register(other, add(other))
    called(appointment.session)
    answer = client.post(address, {"luc": times[1]})
    assert answer.status_code == 422
    assert times[1] not in answer.content.decode()
    assert times[2] in answer.content.decode()


def test_a_place_is_given_back_once_and_the_registration_stands(
    hang: tuple[Client, UUID, Appointment], phones: Phones
) -> None:
    client, link, appointment = hang
    address = f"{BOOK}nguoi/{link}/hen/{appointment.id}/huy/"
    assert "Hủy lịch" in text_of(client.get(address).content)
    for _click in range(2):
        assert client.post(address)["Location"] == f"{BOOK}nguoi/{link}/"
    text = text_of(client.get(f"{BOOK}nguoi/{link}/").content)
    assert "Lịch tiêm" not in text
    assert "Đã đăng ký · chờ lịch" in text
    assert "đã hủy hoặc đã qua" in text_of(client.get(address).content)
    assert len([message for message in phones.messages if message.template == "appointment-cancelled"]) == 1
    assert [slot.taken for slot in queries.slots_of(appointment.session, site=SITE)] == [0, 0, 0, 0]


def test_a_session_called_off_meanwhile_is_said_and_nothing_moves(hang: tuple[Client, UUID, Appointment]) -> None:
    client, link, appointment = hang
    address = f"{BOOK}nguoi/{link}/hen/{appointment.id}/doi/"
    times = re.findall(r'name="luc" value="([^"]+)"', client.get(address).content.decode())
    by = planner()
    with reaching(by.reach):
        actions.call_off(appointment.session, site=SITE, reason="mất điện", actor=by, now=MORNING)
    answer = client.post(address, {"luc": times[1]})
    assert answer.status_code == 422
    assert "không đổi được nữa" in text_of(answer.content)
    assert "Đã đăng ký · chờ lịch" in text_of(client.get(f"{BOOK}nguoi/{link}/").content)


@pytest.mark.parametrize("what", ["", "doi/", "huy/"])
def test_somebody_else_s_appointment_is_not_found_on_any_page(
    hang: tuple[Client, UUID, Appointment], phones: Phones, what: str
) -> None:
    _client, link, appointment = hang
    thief = open_book(phones, THEIRS, browser("198.51.100.9"))
    mine = add(thief)
    for page in (link, mine):
        address = f"{BOOK}nguoi/{page}/hen/{appointment.id}/{what}"
        assert thief.get(address).status_code == 404
        assert thief.post(address, {"luc": appointment.starts_at.isoformat()}).status_code in {404, 405}
    assert queries.slots_of(appointment.session, site=SITE)[0].taken == 1
    assert "Lịch tiêm" not in text_of(thief.get(f"{BOOK}nguoi/{mine}/").content)


def test_a_stranger_with_the_reference_is_asked_to_sign_in(hang: tuple[Client, UUID, Appointment]) -> None:
    _client, link, appointment = hang
    for address in (f"{BOOK}nguoi/{link}/hen/{appointment.id}/", f"/station/expected/{appointment.id}/"):
        answer = browser().get(address)
        assert answer.status_code == 302
        assert appointment.reference not in answer["Location"]


def test_only_an_open_book_has_a_code_for_the_desk_and_only_its_own_account_draws_it(phones: Phones) -> None:
    person = vaccinated()
    client, thief = open_book(phones), open_book(phones, THEIRS, browser("198.51.100.9"))
    claimed = add(client)
    assert client.get(f"{BOOK}nguoi/{claimed}/ma/")["Location"] == f"{BOOK}nguoi/{claimed}/mo/"
    book = client.post(f"{BOOK}mo/", {"code": slip(person), "year": "1987"})["Location"]
    page = client.get(f"{book}ma/").content.decode()
    assert 'aria-label="Mã đưa ở bàn đón"' in page
    assert "data-turning" in page
    drawn = client.post(f"{book}ma/hinh/")
    assert 'aria-label="Mã đưa ở bàn đón"' in drawn.content.decode()
    assert "no-store" in drawn["Cache-Control"]
    assert thief.get(f"{book}ma/").status_code == 404
    assert thief.post(f"{book}ma/hinh/").status_code == 404


def test_the_hours_of_a_session_are_those_of_viet_nam(hang: tuple[Client, UUID, Appointment]) -> None:
    _client, _link, appointment = hang
    assert appointment.starts_at.time() == time(2), "nine o'clock there"


def test_an_appointment_goes_to_another_day_and_another_place(
    hang: tuple[Client, UUID, Appointment], phones: Phones, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    client, link, appointment = hang
    with as_worker():
        other = planned(site=scenery.OTHER_SITE, starts=time(14), ends=time(14, 30))
    address = f"{BOOK}nguoi/{link}/hen/{appointment.id}/doi/"
    page = client.get(address).content.decode()
    assert "Ngày khác hoặc nơi khác" in page
    assert f"?buoi={other}" in page
    shown = client.get(f"{address}?buoi={other}").content.decode()
    assert "Nhà văn hóa phường Tân Phú" in text_of(shown.encode())
    times = re.findall(r'name="luc" value="([^"]+)"', shown)
    for _click in range(2):
        answer = client.post(address, {"buoi": str(other), "luc": times[1]})
        assert answer.status_code == 302
    text = text_of(client.get(f"{BOOK}nguoi/{link}/").content)
    assert "từ 14:15 đến 14:30" in text
    assert "Nhà văn hóa phường Tân Phú" in text
    assert [slot.taken for slot in queries.slots_of(other, site=scenery.OTHER_SITE)] == [0, 1]
    assert [slot.taken for slot in queries.slots_of(appointment.session, site=SITE)] == [0, 0, 0, 0]
    (moved,) = [message for message in phones.messages if message.template == "appointment-moved"]
    assert moved.values["place"] == "Nhà văn hóa phường Tân Phú"


def test_a_time_without_its_offset_is_no_time_and_nothing_moves(hang: tuple[Client, UUID, Appointment]) -> None:
    client, link, appointment = hang
    other = planned(starts=time(14), ends=time(14, 30))
    book = f"{BOOK}nguoi/{link}/hen/{appointment.id}/"
    for told in ("2021-08-20T14:00:00", "14:00", ""):
        answer = client.post(f"{book}doi/", {"buoi": str(other), "luc": told})
        assert (answer.status_code, "Chọn một giờ." in text_of(answer.content)) == (422, True)
        assert client.post(f"{book}den/", {"luc": told}).status_code == 404
    assert [slot.taken for slot in queries.slots_of(appointment.session, site=SITE)] == [1, 0, 0, 0]


def test_a_session_that_is_none_is_said_and_nothing_moves(hang: tuple[Client, UUID, Appointment]) -> None:
    client, link, appointment = hang
    address = f"{BOOK}nguoi/{link}/hen/{appointment.id}/doi/"
    answer = client.post(address, {"buoi": str(uuid7()), "luc": appointment.starts_at.isoformat()})
    assert answer.status_code == 422
    assert "Chọn buổi khác" in text_of(answer.content)
    assert [slot.taken for slot in queries.slots_of(appointment.session, site=SITE)] == [1, 0, 0, 0]


def proved_by_slip(client: Client, link: UUID, person: UUID) -> str:
    answer = client.post(f"{BOOK}mo/", {"code": slip(person), "year": "1987", "claimed": str(link)})
    assert answer.status_code == 302, text_of(answer.content)
    return str(answer["Location"])


def test_what_a_claim_registered_and_was_called_to_goes_on_in_the_book_that_a_slip_opens(
    hang: tuple[Client, UUID, Appointment],
) -> None:
    client, link, appointment = hang
    person = vaccinated()
    page = text_of(client.get(proved_by_slip(client, link, person)).content)
    assert "Các mũi đã tiêm" in page
    assert "từ 09:00 đến 09:15" in page, "the place she was called to"
    by = planner()
    with reaching(by.reach):
        (standing,) = queries.appointments_in(appointment.session, purpose=Purpose.REGISTRATION)
        assert (standing.person, standing.reference) == (person, appointment.reference)
        assert standing.message == appointment.message, "by which it is seen that she was told"
        assert [slot.taken for slot in queries.slots_of(appointment.session, site=SITE)] == [1, 0, 0, 0]
        assert campaigns.demand(CODE, [("2021", HOME)])["2021", HOME].registered == 1
        assert actions.fill(appointment.session, site=SITE, communes=[HOME], actor=by, now=MORNING).placed == 0
    new = client.get(f"{BOOK}").headers["Location"]
    moved = client.post(f"{new}hen/{standing.id}/huy/")
    assert moved.status_code == 302
    assert [slot.taken for slot in queries.slots_of(appointment.session, site=SITE)] == [0, 0, 0, 0]


def test_a_place_that_ends_because_she_has_another_one_was_not_declined(
    hang: tuple[Client, UUID, Appointment], owner_connection: psycopg.Connection
) -> None:
    client, link, appointment = hang
    person, other, by = vaccinated(), planned(starts=time(14), ends=time(14, 30)), planner()
    with reaching(by.reach):
        actions.book(other, [Wanted(id=uuid7(), person=person, commune=HOME)], site=SITE, actor=by, now=MORNING)
    proved_by_slip(client, link, person)
    found = owner_connection.execute(
        "select state, declined_at from scheduling_appointment where id = %s", [appointment.id]
    )
    assert found.fetchall() == [("cancelled", None)]
    assert [slot.taken for slot in queries.slots_of(appointment.session, site=SITE)] == [0, 0, 0, 0]


def test_it_goes_on_in_the_book_that_the_phone_opens_and_she_stands_in_it_once(
    hang: tuple[Client, UUID, Appointment],
) -> None:
    client, link, appointment = hang
    person = vaccinated()
    access.confirm_phone(person, MINE, born_year=1987, by=SYSTEM, site=SITE, now=MORNING)
    opened = client.post(f"{BOOK}mo/dien-thoai/", {"year": "1987"})
    assert "từ 09:00 đến 09:15" in text_of(client.get(opened["Location"]).content)
    with reaching(planner().reach):
        (standing,) = queries.appointments_in(appointment.session, purpose=Purpose.REGISTRATION)
    assert (standing.person, standing.reference) == (person, appointment.reference)
    assert len(set(re.findall(r"/nguoi/[-0-9a-f]{36}/", client.get(f"{BOOK}gia-dinh/").content.decode()))) == 1
    assert client.get(f"{BOOK}nguoi/{link}/").status_code == 404
    client.post(f"{BOOK}them/")
    again = client.post(f"{BOOK}them/quan-he/", {"relation": "self"})
    assert (again.status_code, "Sổ này đã có bạn." in text_of(again.content)) == (422, True)


def test_a_slip_of_somebody_of_another_name_takes_nothing_over(hang: tuple[Client, UUID, Appointment]) -> None:
    client, link, appointment = hang
    other = vaccinated(name="Trần Thị Bưởi")
    assert "từ 09:00" not in text_of(client.get(proved_by_slip(client, link, other)).content)
    with reaching(planner().reach):
        (standing,) = queries.appointments_in(appointment.session, purpose=Purpose.REGISTRATION)
    assert (standing.id, standing.person) == (appointment.id, appointment.person)
    assert "từ 09:00 đến 09:15" in text_of(client.get(f"{BOOK}nguoi/{link}/").content)
