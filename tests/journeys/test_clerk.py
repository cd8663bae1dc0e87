"""A clerk's evening: doubt after doubt without a mouse, two records joined by two persons and parted again."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.chair import follow
from tests.faces.center.officers import sign_in_as
from tests.faces.workbench.test_mending import OFFICER, QUEUE, two_wards
from tests.faces.workbench.test_two_records import clerk, doubts
from tests.journeys.conftest import SignedIn, Visit, check_page
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Message
from tiemchung.domain.people import queries as people
from tiemchung.plumbing import database

__all__ = ["clerk", "two_wards"]

pytestmark = pytest.mark.browser
Worker = Callable[[], AbstractContextManager[None]]
LEGEND = "section[data-keys]"


def presses(visit: Visit, key: str, *, opens: str) -> None:
    """Press a key that sends a form, and wait for the page that it opens."""
    expect(visit.page.locator(LEGEND)).to_be_visible()
    with visit.page.expect_navigation(url=re.compile(opens)):
        visit.page.keyboard.press(key)


def writes(visit: Visit, key: str, field: str, words: str, *, opens: str) -> None:
    """Press the key that leads to a field, write, and send it from there."""
    expect(visit.page.locator(LEGEND)).to_be_visible()
    visit.page.keyboard.press(key)
    expect(visit.page.locator(field)).to_be_focused()
    visit.page.keyboard.type(words)
    expect(visit.page.locator(field)).to_have_value(words)
    with visit.page.expect_navigation(url=re.compile(opens)):
        visit.page.keyboard.press("Control+Enter")


def as_recorded(as_worker: Worker) -> tuple[list[int], set[int]]:
    """Return the numbers of the doses, and how many rows each of their persons has."""
    with as_worker():
        follow()
        rows = database.rows("select person_id, dose_number from immunization_dose order by occurred_at")
        return [number for _, number in rows], {len(people.ids_of(person)) for person, _ in rows}


def test_a_clerk_merges_and_unmerges_by_the_keyboard_alone(
    clerk: Client,
    signed_in: SignedIn,
    as_worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, following = doubts(as_worker)
    this, other = f"{QUEUE}{case}/$", f"{QUEUE}{following}/$"
    first, second = signed_in(clerk), signed_in(sign_in_as("second", **OFFICER))
    first.page.goto(f"{QUEUE}{following}/")
    presses(first, "b", opens=this)
    presses(first, "n", opens=this)
    check_page(first, where="the case of a pair")
    writes(first, "2", "#decide-text", "2 hồ sơ, cùng một căn cước: bn", opens=other)
    assert as_recorded(as_worker) == ([1, 1], {1}), "the first of two only proposes"
    second.page.goto(f"{QUEUE}{case}/")
    writes(second, "d", "#agree-text", "Đã gọi, là một người.", opens=this)
    sent = messages(monkeypatch)
    assert as_recorded(as_worker) == ([1, 2], {2})
    assert {one.template for one in sent} == {"records-joined"}
    writes(second, "g", "#part-text", "Đã gặp cả hai.", opens=this)
    assert as_recorded(as_worker) == ([1, 1], {1})
    assert {one.template for one in sent} == {"records-joined", "records-parted"}
    assert first.complaints == second.complaints == []


def messages(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """Return what is sent from now on."""
    sent: list[Message] = []
    monkeypatch.setattr(notices, "send", lambda told, **_: sent.extend(told))
    return sent


def test_single_keys_are_switched_off_and_stay_off(
    clerk: Client,
    signed_in: SignedIn,
    as_worker: Worker,
) -> None:
    case, _ = doubts(as_worker)
    visit = signed_in(clerk, 390)
    page = visit.page
    page.goto(f"{QUEUE}{case}/")
    page.get_by_label(re.compile("Dùng phím tắt")).uncheck()
    page.reload()
    expect(page.get_by_label(re.compile("Dùng phím tắt"))).not_to_be_checked()
    page.keyboard.press("n")
    page.get_by_label(re.compile("Dùng phím tắt")).check()
    expect(page.get_by_role("button", name="Nhận việc này")).to_be_visible()
    presses(visit, "n", opens=f"{QUEUE}{case}/$")
    expect(page.get_by_role("status")).to_have_text("Bạn đang lo việc này.")
    check_page(visit, where="the case of a pair on a phone")
