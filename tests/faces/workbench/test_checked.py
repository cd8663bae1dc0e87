"""The ward sees how its people stand with the register, and by name those with whom it must speak."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec import structs
from pytest_django import Settings

from tests.domain.campaigns.files import changed, csv_of
from tests.domain.campaigns.wards import NOW, OTHER_WARD, WARD
from tests.domain.people.conftest import address, service, store
from tests.domain.people.register_at_hand import OURS, THEIRS, Unreliable
from tests.domain.people.test_persons import told
from tests.faces.center.officers import SignIn
from tests.faces.workbench.test_views import BINH, TU, brought
from tiemchung.domain.people import actions
from tiemchung.domain.people.gateways.http import HttpRegister
from tiemchung.domain.people.values import Verification
from tiemchung.faces.workbench.views import checking
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database

__all__ = ["address", "service", "store"]

PAGE = "/cong-tac/doi-chieu/"
Worker = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _on_the_wall(service: Unreliable) -> None:
    service._now = lambda: datetime.now(tz=UTC)


@pytest.fixture
def anybody(as_worker: Worker) -> Callable[..., UUID]:
    """Return a function that writes somebody of a ward down, in a state of the register."""

    def write(name: str, state: Verification, *, commune: str = WARD) -> UUID:
        one = told()
        with as_worker():
            block = structs.replace(one.block, name=name, commune=commune)
            actions.fold_blocks([structs.replace(one, block=block)])
            actions.queue_for_register([one.person], corrected=[], now=NOW)
            database.run("update people_register_state set state = %s where person_id = %s", [state, one.person])
        return one.person

    return write


def test_the_four_states_are_counted_and_those_to_speak_with_are_named(
    sign_in: SignIn, anybody: Callable[..., UUID]
) -> None:
    anybody("Nguyễn Thị Sai", Verification.WRONG)
    anybody("Trần Văn Thiếu", Verification.NO_NUMBER)
    anybody("Lê Thị Chờ", Verification.NOT_YET)
    for _ in range(2):
        anybody("Phạm Văn Đúng", Verification.RIGHT)
    anybody("Võ Thị Khác", Verification.WRONG, commune=OTHER_WARD)
    officer = sign_in("tu", **TU)
    page = officer.get(PAGE).content.decode()
    assert "Nguyễn Thị Sai" in page
    for hidden in ("Trần Văn Thiếu", "Lê Thị Chờ", "Phạm Văn Đúng", "Võ Thị Khác"):
        assert hidden not in page
    assert page.count("1 người") == 3
    assert page.count("2 người") == 1
    other = officer.get(PAGE, {"trang-thai": "khong-so"}).content.decode()
    assert "Trần Văn Thiếu" in other
    assert "Nguyễn Thị Sai" not in other
    for odd in ("dung", "chua", "x"):
        assert officer.get(PAGE, {"trang-thai": odd}).status_code == 404
    assert officer.get(PAGE, {"phuong": OTHER_WARD}).status_code == 404
    assert "Võ Thị Khác" in sign_in("binh", **BINH).get(PAGE).content.decode()


def test_a_long_list_has_pages_and_every_look_is_logged(
    sign_in: SignIn, anybody: Callable[..., UUID], as_worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "SHOWN", 2)
    persons = sorted(anybody(f"Nguyễn Thị {name}", Verification.WRONG) for name in ("Một", "Hai", "Ba"))
    officer = sign_in("tu", **TU)
    first = officer.get(PAGE).content.decode()
    assert first.count("Nguyễn Thị ") == 2
    assert f"sau={persons[1]}" in first
    last = officer.get(PAGE, {"sau": str(persons[1])}).content.decode()
    assert last.count("Nguyễn Thị ") == 1
    assert "Trang sau" not in last
    with as_worker():
        looked = database.rows("select person_id from journal_view where purpose = 'correction'")
    assert {person for (person,) in looked} == set(persons)


def test_a_ward_sends_its_list_mends_what_differs_and_signs_it(
    sign_in: SignIn, as_worker: Worker, settings: Settings, address: str
) -> None:
    settings.TIEMCHUNG_REGISTER_URL = address
    officer = sign_in("tu", **TU)
    hang = changed(name="Nguyễn Thị Hằng", born="03/03/1987", number="079187004417")
    review = brought(officer, csv_of(hang, changed(number="")))
    assert "Ký gửi đối chiếu" not in officer.get(review).content.decode()
    officer.post(f"{review}luu/")
    assert "Ký gửi đối chiếu" in officer.get(review).content.decode()
    for _ in range(2):
        listed = officer.post(f"{review}doi-chieu/")["Location"]
    assert "Còn 2 người đang chờ" in officer.get(listed).content.decode()
    assert "Chưa ký được" in officer.post(f"{listed}ky/").content.decode()
    ask(as_worker, address)
    page = officer.get(listed).content.decode()
    assert "họ tên, ngày sinh" in page
    assert sign_in("binh", **BINH).get(listed).status_code == 404
    person = re.findall(r'name="ai" value="([^"]+)"', page)
    assert len(person) == 1
    case = officer.post(f"{listed}sua/", {"ai": person[0]})["Location"]
    assert officer.post(f"{listed}sua/", {"ai": person[0]})["Location"] == case, "one case, however often"
    assert "Nguyễn Thị Hằng" in officer.get(case).content.decode()
    assert officer.post(f"{case}take/", {"step": str(uuid7())}).status_code == 302
    told = {
        "outcome": "upheld",
        "text": "Đã xem thẻ",
        "born": "1987-03-02",
        "name": "Nguyễn Thị Ánh Hằng",
        "step": str(uuid7()),
    }
    answer = officer.post(f"{case}decide/", told)
    assert answer.status_code == 302, re.findall(r'role="alert"[^>]*>([^<]+)', answer.content.decode())
    with as_worker():
        actions.queue_for_register([], corrected=[UUID(person[0])], now=NOW)
    ask(as_worker, address)
    assert "Không có ai ở tình trạng này" in officer.get(listed).content.decode()
    officer.post(f"{listed}ky/")
    page = officer.get(listed).content.decode()
    assert "ký xác nhận" in page
    assert "Ký xác nhận danh sách" not in page
    assert "Đã ký xác nhận." in officer.get(PAGE).content.decode()


def ask(as_worker: Worker, address: str) -> None:
    """Let the job ask about whoever waits."""
    register = HttpRegister(address, client="tiemchung", key=OURS, register_key=THEIRS.public_key())
    with as_worker():
        actions.Asking(register, now=NOW, sleep=lambda _wait: None).ask_due()


def test_a_register_that_does_not_answer_is_said_and_counts_stand(
    sign_in: SignIn, anybody: Callable[..., UUID], as_worker: Worker
) -> None:
    anybody("Nguyễn Thị Sai", Verification.WRONG)
    officer = sign_in("tu", **TU)
    assert "Hiện chưa hỏi được" not in officer.get(PAGE).content.decode()
    with as_worker():
        database.run(
            "insert into people_register_line (id, failures, pause_s, answered_at, failed_at, reason) "
            "values (1, 1, 0, now(), now(), 'cut')"
        )
    page = officer.get(PAGE).content.decode()
    assert "Hiện chưa hỏi được. Hệ thống tự hỏi lại." in page
    assert "Lần trả lời gần nhất: " in page
    assert "Nguyễn Thị Sai" in page
