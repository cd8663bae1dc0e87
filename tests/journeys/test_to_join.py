"""A citizen looks at what a join would change in the book, and says that it is not one person; a clerk reads it."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.faces.healthbook.citizens import Phones, open_book
from tests.faces.healthbook.conftest import phones
from tests.faces.healthbook.test_to_join import ONE, morning, opened, proposed
from tests.journeys.conftest import SignedIn, check_page, click_twice
from tiemchung.domain.mending import queries
from tiemchung.domain.mending.values import StepKind
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.rowsecurity import reaching

__all__ = ["morning", "phones", "proposed"]

pytestmark = pytest.mark.browser
WORDS = "Tôi chỉ tiêm một mũi, hồ sơ kia của em tôi."


def test_who_holds_the_book_says_no_in_time_and_the_clerk_reads_why(
    signed_in: SignedIn, phones: Phones, proposed: tuple[UUID, UUID, UUID]
) -> None:
    case, first, _ = proposed
    client = open_book(phones)
    book = opened(client, first)
    hers = signed_in(client, 390)
    hers.expects = "422|/gop/"
    page = hers.page
    page.goto(book)
    check_page(hers, where="a book of which a join is proposed")
    page.get_by_role("link", name=re.compile("Xem trước")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hai hồ sơ, có phải một người?")
    check_page(hers, where="what a join would change")
    page.get_by_role("button", name=re.compile("không phải một người")).click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.get_by_label(re.compile("Ghi vì sao")).fill(WORDS)
    click_twice(page.get_by_role("button", name=re.compile("không phải một người")))
    expect(page.get_by_role("heading", name="Các mũi đã tiêm")).to_be_visible()
    expect(page.get_by_text("đề nghị gộp sổ này")).to_have_count(0)
    expect(page.get_by_text("Hai hồ sơ chưa gộp. Cán bộ xem lại")).to_be_visible()
    with reaching(ONE.reach):
        steps = queries.steps_of(case, actor=ONE, purpose=Purpose.CORRECTION)
    assert [step.text for step in steps if step.what is StepKind.OBJECTED] == [WORDS]
    assert hers.complaints == []
