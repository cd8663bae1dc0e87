"""A dose that a book lacks: routed to its site, entered there from paper by whoever types, and by nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID, uuid4

from django.test import Client

from tests.chair import follow
from tests.domain.access.people_known import NOW, SITE
from tests.faces.center.officers import sign_in_as
from tests.faces.healthbook.citizens import BOOK, Phones, open_book, slip, text_of, vaccinated
from tests.faces.healthbook.conftest import phones
from tests.faces.workbench.test_complaints import OTHER_SITE, QUEUE, number_in, photo, two_sites
from tiemchung.domain.access import queries as access
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database

__all__ = ["phones", "two_sites"]
Worker = Callable[[], AbstractContextManager[None]]
MISSING = "/station/missing/"
THE_DAY = f"{NOW - timedelta(days=63):%d/%m/%Y}"
PAPER = {"day": THE_DAY, "at": "8h05", "how": "3", "lot": "ABX6412", "product": "az", "arm": "left"}


def missed(phones: Phones, **told: str) -> tuple[UUID, Client, str]:
    """Return the case of a dose that a book lacks, who filed it, and their book."""
    citizen = open_book(phones)
    book = citizen.post(f"{BOOK}mo/", {"code": slip(vaccinated()), "year": "1987"})["Location"]
    case = uuid4()
    form = {
        "id": str(case),
        "kind": "missing-dose",
        "story": "Tiêm sáng thứ Hai.",
        "day": THE_DAY,
        "site": SITE,
        **told,
    }
    number_in(citizen.post(f"{book}phan-anh/", {**form, "slip": photo()}).content)
    return case, citizen, book


def vaccinator() -> str:
    sign_in_as("gave", role="vaccinator", site=SITE)
    found = access.staff_of_login("gave")
    return str(found)


def test_the_form_finds_a_site_by_its_name_and_keeps_what_was_written(phones: Phones) -> None:
    citizen = open_book(phones)
    book = citizen.post(f"{BOOK}mo/", {"code": slip(vaccinated()), "year": "1987"})["Location"]
    told = {"kind": "missing-dose", "story": "Tiêm sáng thứ Hai.", "day": THE_DAY, "find": "1"}
    page = citizen.post(f"{book}phan-anh/", {**told, "place": f"tram {OTHER_SITE}, phường nào đó"}).content.decode()
    assert re.findall(r'name="site" value="([^"]+)"', page) == [OTHER_SITE]
    assert "Tiêm sáng thứ Hai." in page
    assert THE_DAY in page
    nowhere = text_of(citizen.post(f"{book}phan-anh/", {**told, "place": "Hội trường Thống Nhất"}).content)
    assert "Không tìm thấy điểm nào tên như vậy" in nowhere
    offered = citizen.get(f"{book}phan-anh/").content.decode()
    assert re.findall(r'name="site" value="([^"]+)"', offered) == [SITE], "where they had a dose before"


def test_whoever_types_for_the_site_enters_it_once_and_its_case_is_tied(phones: Phones, as_worker: Worker) -> None:
    case, _, _ = missed(phones)
    recorder = sign_in_as("typed", role="recorder", site=SITE)
    assert "Nguyễn Thị Ánh Hằng" in text_of(recorder.get(MISSING).content)
    page = recorder.get(f"{MISSING}{case}/").content.decode()
    assert "02/03/1987 · 34 tuổi" in text_of(page.encode())
    found = re.search(rf"{MISSING}{case}/photos/[0-9a-f-]+/", page)
    assert found
    assert recorder.get(found[0])["Content-Type"] == "image/jpeg"
    form = {**PAPER, "vaccinator": vaccinator()}
    wrongs = [{"at": "25:00"}, {"day": "31/02/2021"}, {"day": f"{NOW + timedelta(days=2):%d/%m/%Y}"}, {"lot": ""}]
    wrongs += [{"product": "milk"}, {"arm": "leg"}, {"how": "x"}, {"vaccinator": str(uuid4())}]
    for wrong in wrongs:
        assert recorder.post(f"{MISSING}{case}/", {**form, "entry": str(uuid7()), **wrong}).status_code == 422, wrong
    told = recorder.post(f"{MISSING}{case}/", {**form, "entry": str(uuid7()), "day": f"{NOW:%d/%m/%Y}", "at": "8:00"})
    assert "Sổ đã có một mũi trong ngày này." in text_of(told.content)
    assert recorder.post(f"{MISSING}{case}/", {**form, "entry": str(uuid4())}).status_code == 404, "no id of ours"
    entry = str(uuid7())
    for _click in range(2):
        assert recorder.post(f"{MISSING}{case}/", {**form, "entry": entry}).status_code == 302
    with as_worker():
        follow()
        ((dose, late, recorded_by),) = database.rows(
            "select id, findings & 2, recorder is not null from immunization_dose where given_on = %s",
            [(NOW - timedelta(days=63)).date()],
        )
        assert (late, recorded_by) == (2, True)
        assert database.row("select dose from mending_case where id = %s", [case]) == (dose,)
    assert recorder.get(f"{MISSING}{case}/").status_code == 404, "it is missing no more"
    assert "Không có mũi nào đang thiếu." in text_of(recorder.get(MISSING).content)
    lead = sign_in_as("lead", role="lead", site=SITE)
    assert "Mũi này đang có trong sổ." in text_of(lead.get(f"{QUEUE}{case}/").content)


def test_nobody_else_reads_what_is_missing(phones: Phones) -> None:
    case, *_ = missed(phones)
    found = re.search(
        rf"{MISSING}{case}/photos/[0-9a-f-]+/",
        sign_in_as("typed", role="recorder", site=SITE).get(f"{MISSING}{case}/").content.decode(),
    )
    assert found
    for login, role, site in [("vac", "vaccinator", SITE), ("lead", "lead", SITE), ("far", "recorder", OTHER_SITE)]:
        stranger = sign_in_as(login, role=role, site=site)
        for address in (f"{MISSING}{case}/", found[0]):
            assert stranger.get(address).status_code in (302, 403, 404), (role, address)
        assert "Ánh Hằng" not in text_of(stranger.get(MISSING).content)
