"""The ward sees whom the register told to be dead or to have moved, and settles it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID, uuid4

import pytest
from msgspec import structs

from tests.domain.campaigns.wards import NOW, OTHER_WARD, WARD
from tests.domain.people.test_persons import told
from tests.faces.center.officers import SignIn
from tests.faces.workbench.test_views import TU
from tiemchung.domain.people import actions, queries
from tiemchung.plumbing import database

PAGE = "/cong-tac/doi-chieu/thay-doi/"
Worker = Callable[[], AbstractContextManager[None]]
Write = Callable[..., UUID]


@pytest.fixture
def anybody(as_worker: Worker) -> Write:
    """Return a function that writes somebody of a ward down, of whom the register told something."""

    def write(name: str, what: str, *, commune: str = WARD, becomes: str = "") -> UUID:
        one = told(site="79-0001" if commune == WARD else "79-0999")
        with as_worker():
            actions.fold_blocks([structs.replace(one, block=structs.replace(one.block, name=name, commune=commune))])
            database.run(
                "insert into people_register_news "
                "(person_id, sequence, exchange, told_at, day, what, new_commune, taken, site, commune) "
                "select id, 1, gen_random_uuid(), %s, '2021-09-10', %s, %s, %s, site, commune "
                "from people_person where id = %s",
                [NOW, what, becomes, what == "died", one.person],
            )
        return one.person

    return write


def test_a_ward_reads_of_its_own_and_of_nobody_else(sign_in: SignIn, anybody: Write) -> None:
    anybody("Nguyễn Văn Khuất", "died")
    anybody("Trần Thị Dời", "moved", becomes=OTHER_WARD)
    anybody("Lê Văn Xa", "died", commune=OTHER_WARD)
    page = sign_in("tu", **TU).get(PAGE).content.decode()
    assert re.search(r"Nguyễn Văn Khuất.*10/09/2021.*Còn sống", page, re.DOTALL)
    assert re.search(rf"Trần Thị Dời.*\({OTHER_WARD}\).*Chuyển.*Giữ", page, re.DOTALL)
    assert "Lê Văn Xa" not in page


def test_whoever_is_found_alive_is_called_again(sign_in: SignIn, anybody: Write, as_worker: Worker) -> None:
    person, far = anybody("Nguyễn Văn Khuất", "died"), anybody("Lê Văn Xa", "died", commune=OTHER_WARD)
    officer = sign_in("tu", **TU)
    for one in (person, far):
        answer = officer.post(f"{PAGE}ghi/", {"ai": str(one), "so": "1", "viec": "con-song"}, follow=True)
        assert answer.status_code == 200
    with as_worker():
        assert set(queries.dead([person, far])) == {far}, "of another ward nothing is settled here"


def test_a_move_is_taken_over_once(sign_in: SignIn, anybody: Write, as_worker: Worker) -> None:
    person = anybody("Trần Thị Dời", "moved", becomes=OTHER_WARD)
    officer = sign_in("tu", **TU)
    form = {"ai": str(person), "so": "1", "viec": "chuyen"}
    assert "Đã chuyển nơi ở" in officer.post(f"{PAGE}ghi/", form, follow=True).content.decode()
    with as_worker():
        assert queries.facts([person])[person].commune == OTHER_WARD
    again = officer.post(f"{PAGE}ghi/", form)
    assert again.status_code == 422
    assert "đã có người xử lý" in again.content.decode()


@pytest.mark.parametrize("odd", [{"viec": "x"}, {"ai": "x"}, {"so": "-1"}, {"so": "9" * 30}, {"so": "²"}])
def test_a_form_that_nobody_wrote_is_not_there(sign_in: SignIn, odd: dict[str, str]) -> None:
    form = {"ai": str(uuid4()), "so": "1", "viec": "giu", **odd}
    assert sign_in("tu", **TU).post(f"{PAGE}ghi/", form).status_code == 404
