"""What an officer does for many who wait at once: shown before, done once, answered; and nothing for another ward's people."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.test import Client

from tests.domain.campaigns.files import changed
from tests.domain.campaigns.wards import NOW, OTHER_WARD, WARD, officer
from tests.domain.scheduling.conftest import SITE
from tests.faces.center.officers import SignIn
from tests.faces.workbench.test_views import BINH, TU, hidden, kept, opened
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns.values import TakeOffReason
from tiemchung.faces.workbench.views import bulk, people
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.rowsecurity import reaching

NAMES = ("An", "Ba", "Chi", "Dung", "Em")
ALL = {"phuong": WARD, "vac-xin": "az", "tat-ca": "1"}


@pytest.fixture
def tu(sign_in: SignIn) -> Client:
    return sign_in("tu", **TU)


@pytest.fixture
def invited(tu: Client) -> dict[str, str]:
    """Five who wait, all called and invited; Em's place was cancelled since, and Ba has no phone. Returns their appointments."""
    rows = [
        changed(name=f"Lê Văn {name}", number="", phone="" if name == "Ba" else f"090211834{n}")
        for n, name in enumerate(NAMES)
    ]
    kept(tu, *rows)
    session = opened(tu, cho="9")
    tu.post(f"{session}viec/", {"viec": "xep"})
    tu.post(f"{session}viec/", {"viec": "moi"})
    shown = tu.get(session).content.decode()
    found = dict(re.findall(r"Lê Văn (\w+)</th>.*?hen/([0-9a-f-]{36})/", shown, re.DOTALL))
    tu.post(f"{session}hen/{found['Em']}/", {"viec": "huy"})
    return found


def registrations(client: Client, asked: str = "") -> dict[str, str]:
    """Return the registration of each who stands on the list's page, by name."""
    page = client.get(f"/cong-tac/?vac-xin=az{asked}").content.decode()
    return {name: told for told, name in re.findall(r'name="nguoi" value="([^"]+)">Lê Văn (\w+)<', page)}


def called(owner: psycopg.Connection) -> dict[str, list[tuple[str, str]]]:
    """Return the invitations of each person, by the person's id: channel and state, in the order of their sending."""
    found = dict[str, list[tuple[str, str]]]()
    for person, channel, state in owner.execute(
        "select person::text, channel, state from notices_delivery where template = 'invitation' order by queued_at, id"
    ):
        found.setdefault(person, []).append((channel, state))
    return found


def test_who_is_called_again_keeps_the_place_and_hears_of_it_once_and_the_others_are_named_with_the_reason(
    tu: Client, invited: dict[str, str], owner_connection: psycopg.Connection
) -> None:
    stands = "select person_id, id, starts_at, state from scheduling_appointment order by id"
    placed = owner_connection.execute(stands).fetchall()
    for name, change in (
        (
            "An",
            "update notices_delivery set state = 'delivered', queued_at = queued_at - interval '2 days' where id = %s",
        ),
        ("Chi", "update notices_delivery set state = 'refused', reason = 'busy' where id = %s"),
        ("Dung", "update scheduling_appointment set confirmed_at = now() where id = %s"),
    ):
        owner_connection.execute(change, [invited[name]])
    before = called(owner_connection)
    page = tu.post("/cong-tac/chon/", {**ALL, "viec": "moi-lai"}).content.decode()
    assert "5 người khớp bộ lọc" in page
    assert "2 người sẽ được mời lại và giữ nguyên chỗ: 1 tin nhắn, 1 giấy mời cần in" in page
    assert "1 người chưa có chỗ" in page
    assert "1 người đã báo sẽ đến" in page
    assert "1 giấy mời còn ở đây, chưa phát" in page
    assert called(owner_connection) == before, "a look sends nothing"
    form = {**ALL, "viec": "moi-lai", "lan": hidden(page, "lan")}
    for _press in range(2):
        assert tu.post("/cong-tac/chon/lam/", form).status_code == 302
        answer = tu.get("/cong-tac/").content.decode()
        assert "Đã mời lại 2 người: 1 tin nhắn, 1 giấy mời cần in" in answer
    # The browser's way back after something else was done meanwhile: the session remembers another press by now.
    session = tu.session
    session[bulk.DONE] = ["", ""]
    session.save()
    tu.post("/cong-tac/chon/lam/", form)
    assert "Đã mời lại 2 người" in tu.get("/cong-tac/").content.decode()
    after = called(owner_connection)
    assert sum(len(told) for told in after.values()) == sum(len(told) for told in before.values()) + 2
    assert owner_connection.execute(stands).fetchall() == placed
    again = tu.post("/cong-tac/chon/", {**ALL, "viec": "moi-lai"}).content.decode()
    assert "0 người sẽ được mời lại" in again, "whoever was told just now is left alone"
    assert "tin nhắn còn đang gửi" in again
    assert 'action="/cong-tac/chon/lam/"' in again
    assert '<button class="govuk-button">Mời lại' not in again


def test_the_whole_filter_is_chosen_and_not_the_page_and_ticks_are_those_ticked(
    tu: Client, invited: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "AT_ONCE", 2)
    told = registrations(tu)
    assert "5 người khớp bộ lọc" in tu.post("/cong-tac/chon/", {**ALL, "viec": "moi-lai"}).content.decode()
    ticked = {"phuong": WARD, "vac-xin": "az", "viec": "moi-lai", "nguoi": [told["An"], told["Ba"]]}
    assert "2 người được đánh dấu" in tu.post("/cong-tac/chon/", ticked).content.decode()
    nobody = {"phuong": WARD, "vac-xin": "az", "viec": "moi-lai"}
    assert tu.post("/cong-tac/chon/", nobody).status_code == 302
    assert "Chưa chọn ai" in tu.get("/cong-tac/").content.decode()
    monkeypatch.setattr(bulk, "MOST", 3)
    assert tu.post("/cong-tac/chon/", {**ALL, "viec": "moi-lai"}).status_code == 302
    assert "hơn 3 người" in tu.get("/cong-tac/").content.decode()
    assert tu.get("/cong-tac/chon/").status_code == 302
    assert tu.post("/cong-tac/chon/", {**ALL, "viec": "xoa-het"}).status_code == 404


def test_who_has_no_place_leaves_the_list_by_a_reason_once_and_whoever_has_one_stays(
    tu: Client, invited: dict[str, str], owner_connection: psycopg.Connection
) -> None:
    page = tu.post("/cong-tac/chon/", {**ALL, "viec": "bo-ra"}).content.decode()
    assert "1 người sẽ ra khỏi danh sách" in page
    assert "4 người còn chỗ hẹn" in page
    form = {**ALL, "viec": "bo-ra", "lan": hidden(page, "lan")}
    for reason in ("", "vi-toi-thich"):
        assert tu.post("/cong-tac/chon/lam/", {**form, "ly-do": reason}).status_code == 422
    assert len(registrations(tu)) == 5
    for _press in range(2):
        tu.post("/cong-tac/chon/lam/", {**form, "ly-do": "moved"})
        answer = tu.get("/cong-tac/").content.decode()
        assert "1 người đã ra khỏi danh sách. 4 người còn chỗ hẹn nên vẫn ở lại" in answer
    assert len(registrations(tu)) == 4
    assert "4 người đang chờ" in answer, "the ward's count follows"
    kept_facts = owner_connection.execute("select count(*) from journal_entry where kind = 'registration-withdrawn'")
    assert kept_facts.fetchone() == (1,)


def test_letters_of_those_chosen_are_printed_and_noted_and_messages_are_no_letters(
    tu: Client, invited: dict[str, str], owner_connection: psycopg.Connection
) -> None:
    del invited
    page = tu.post("/cong-tac/chon/", {**ALL, "viec": "giay"}).content.decode()
    assert re.findall(r'tc-invite__name">Lê Văn (\w+)<', page) == ["Ba"]
    assert "4 người đã chọn không có giấy mời" in page
    form = {
        "phuong": WARD,
        "vac-xin": "az",
        "nguoi": re.findall(r'name="nguoi" value="([^"]+)"', page),
        "den": hidden(page, "den"),
    }
    assert form["nguoi"] == [registrations(tu)["Ba"]], (
        "what is noted is what was printed, whoever fits the filter by then"
    )
    assert tu.post("/cong-tac/chon/giay-da-phat/", {**form, "den": "hôm qua"}).status_code == 404
    for den, count in (("2021-01-01T00:00:00+00:00", 0), (form["den"], 1), (form["den"], 0)):
        tu.post("/cong-tac/chon/giay-da-phat/", {**form, "den": den})
        assert f"{count} giấy mời đã phát" in tu.get("/cong-tac/").content.decode()


def test_another_ward_s_people_are_neither_called_nor_taken_off_nor_printed(
    tu: Client, invited: dict[str, str], sign_in: SignIn, owner_connection: psycopg.Connection
) -> None:
    theirs = registrations(tu)
    binh = sign_in("binh", **BINH)
    before = called(owner_connection)
    for viec in ("moi-lai", "bo-ra", "giay"):
        told = {"phuong": OTHER_WARD, "vac-xin": "az", "viec": viec, "nguoi": list(theirs.values())}
        assert binh.post("/cong-tac/chon/", told).status_code == 302
        assert "Chưa chọn ai" in binh.get("/cong-tac/").content.decode()
        assert binh.post("/cong-tac/chon/", {**told, "phuong": WARD}).status_code == 404
        if viec != "giay":
            binh.post("/cong-tac/chon/lam/", {**told, "lan": str(UUID(int=7)), "ly-do": "moved"})
    binh.post("/cong-tac/chon/giay-da-phat/", {**told, "den": (NOW + timedelta(days=9)).isoformat()})
    assert called(owner_connection) == before
    assert registrations(tu) == theirs
    stranger, some = officer(OTHER_WARD), [UUID(one) for one in theirs.values()]
    with reaching(stranger.reach):
        with pytest.raises(NotPermitted):
            campaigns.take_off(some, communes=[WARD], reason=TakeOffReason.MOVED, actor=stranger, now=NOW)
        there = [OTHER_WARD]
        assert campaigns.take_off(some, communes=there, reason=TakeOffReason.MOVED, actor=stranger, now=NOW) == 0


def test_a_nurse_does_nothing_for_many(sign_in: SignIn) -> None:
    nurse = sign_in("thao", role="vaccinator", site=SITE)
    for address in ("", "lam/", "giay-da-phat/"):
        assert nurse.post(f"/cong-tac/chon/{address}", {**ALL, "viec": "moi-lai"}).status_code == 403
