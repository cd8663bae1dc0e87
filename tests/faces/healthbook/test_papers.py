"""From the dose to the code in the hand: the slip proves a person, the pass becomes a certificate, the book shows it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from django.test import Client

from tests.domain.certificates.climbing import leads_to
from tests.domain.certificates.scenery import attest, give, identify
from tests.domain.certificates.test_signing import follow
from tests.domain.intake.chair import NOW, SITE, TestTablet
from tests.domain.intake.conftest import new_tablet, tablet, ward
from tests.domain.visits.conftest import lead
from tests.faces.healthbook.citizens import BOOK, THEIRS, Phones, browser, open_book, text_of
from tiemchung.domain.access import actions as access
from tiemchung.domain.certificates import queries as certificates
from tiemchung.domain.journal import actions as journal
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.wire import from_base64url
from tiemchung_world.passkey import Passkey

__all__ = ["lead", "new_tablet", "tablet", "ward"]
AsWorker = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def morning(committed_db: None, set_time: Callable[[datetime], None]) -> None:
    journal.forget_server_device()
    set_time(NOW)


def then_a_stranger_finds_it_in_the_public_log(page: str) -> None:
    stranger = Client()
    address = page.split('href="/kiem-tra/nhat-ky/')[1].split('"', maxsplit=1)[0]
    proof = stranger.get(f"/kiem-tra/nhat-ky/{address}").json()
    published = json.loads(from_base64url(stranger.get("/kiem-tra/nhat-ky.json").json()["payload"]))
    (root,) = [line["root"] for line in published["lines"] if line["id"] == proof["line"]]
    path = [bytes.fromhex(neighbor) for neighbor in proof["path"]]
    assert leads_to(
        bytes.fromhex(proof["leaf"]), path, index=proof["index"], count=proof["count"], root=bytes.fromhex(root)
    )
    elsewhere = address.replace(proof["line"], str(uuid7()))
    assert stranger.get(f"/kiem-tra/nhat-ky/{elsewhere}").status_code == 404


def test_the_slip_turns_the_pass_into_a_certificate_that_only_its_own_book_shows(
    phones: Phones,
    tablet: TestTablet,
    lead: Passkey,
    as_worker: AsWorker,
) -> None:
    person = uuid7()
    give(tablet, person)
    identify(tablet, person, how="told")
    attest(tablet, lead)
    follow(as_worker)
    code = access.issue_proof_code(person, born_year=1984, by=SYSTEM, site=SITE, now=NOW)
    citizen = open_book(phones)
    book = citizen.post(f"{BOOK}mo/", {"code": code, "year": "1984"})["Location"]
    assert "Tạm thời" in text_of(citizen.get(book).content)
    follow(as_worker)
    page = citizen.get(book).content.decode()
    assert "Đã ký" in text_of(page.encode())
    paper = page.split("chung-nhan/")[1].split("/")[0]
    shown = citizen.get(f"{book}chung-nhan/{paper}/")
    assert "NGUYỄN THỊ HÒA" in text_of(shown.content)
    assert 'class="tc-qr"' in shown.content.decode()
    assert citizen.get(f"{book}chung-nhan/{paper}/ban-in.pdf").content.startswith(b"%PDF-")
    copy = citizen.post(f"{book}tai-ve.json").json()
    assert [each["id"] for each in copy["certificates"]] == [paper]
    assert copy["certificates"][0]["identifier"] in text_of(citizen.get(f"{book}ban-in/").content)
    then_a_stranger_finds_it_in_the_public_log(shown.content.decode())
    live = citizen.get(f"{book}chung-nhan/{paper}/ma-song/")
    held_by_screen = live.content.decode().split('data-text="')[1].split('"')[0]
    turned = citizen.post(f"{BOOK}ma-song/", {"text": held_by_screen})
    assert turned.content.decode().startswith('<svg class="tc-qr"')
    with as_worker():
        held = certificates.of_persons([person], purpose=Purpose.SYSTEM, actor=SYSTEM, viewed_at=NOW)[person]
    withdrawn = next(each.id for each in held if each.withdrawn is not None)
    for address in ("", "ban-in.pdf", "ma-song/"):
        led = citizen.get(f"{book}chung-nhan/{withdrawn}/{address}")
        assert led["Location"] == f"{book}chung-nhan/{paper}/{address}", (
            "whoever still has the pass on the screen goes on"
        )
    thief = open_book(phones, THEIRS, client=browser("198.51.100.9"))
    for address in ("", "ban-in.pdf", "ma-song/"):
        for each in (paper, withdrawn):
            assert thief.get(f"{book}chung-nhan/{each}/{address}").status_code == 404
    # Neither a stolen screen's word nor a certificate's own text is made a live code by another account.
    for stolen in (held_by_screen, next(each.text for each in held if each.withdrawn is None), ""):
        assert thief.post(f"{BOOK}ma-song/", {"text": stolen}).status_code == 404
