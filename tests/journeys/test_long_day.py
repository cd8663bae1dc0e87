"""A tablet before a hall's whole day: 9,000 expected persons come, are searched and received, and nothing of it is waited for.

The figures are told and looked at by nobody here (docs/operations/benchmarks.md): a busy machine is no fault of the app.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.faces.devices.hallful import PERSONS, called_for_their_second_dose
from tests.faces.station import scenery
from tests.journeys.conftest import OpenPage, Site, until
from tests.journeys.test_station_app import (
    FIND,
    NURSE,
    PIN,
    given_a_team,
    given_the_lead_at_a_desk,
    when_the_lead_enrolls_it,
    when_the_network_goes,
    when_the_nurse_sets_her_pin,
)

pytestmark = [pytest.mark.browser, pytest.mark.proof, pytest.mark.usefixtures("tablets_morning")]
ALL = f"{PERSONS:,}".replace(",", ".")
DIGITS = range(1_000, 9_000, 400)
"""The last digits of some of them, by which they are searched."""

TIMED = """
([what, told, shows]) => new Promise((answer, refuse) => {
  const shown = () => new RegExp(shows).test(document.querySelector('main').innerText);
  if (shown()) return refuse(new Error('it was there before: ' + shows));
  let began;
  const look = () => {
    if (!shown()) return;
    watch.disconnect();
    document.body.getBoundingClientRect();
    answer(performance.now() - began);
  };
  const watch = new MutationObserver(look);
  watch.observe(document, { subtree: true, childList: true, characterData: true });
  began = performance.now();
  if (what === 'type') {
    const box = document.querySelector('#asked');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, told);
    box.dispatchEvent(new Event('input', { bubbles: true }));
  } else {
    [...document.querySelectorAll('button')].find((one) => new RegExp(told).test(one.innerText)).click();
  }
})
"""
"""Type something, or press a button; returns the milliseconds after which the page shows what is looked for, laid out."""


def timed(page: Page, what: str, told: str, *, shows: str) -> float:
    took: float = page.evaluate(TIMED, [what, told, shows])
    return round(took, 1)


def middle(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]


def received(page: Page, ticket: int) -> float:
    """Receive whoever is shown alone, and return how long it took to be written down."""
    page.get_by_role("link", name=re.compile("Nguyễn Thị Ánh Hằng")).click()
    page.get_by_label("Quét thẻ và so mặt").check()
    page.get_by_label("Số thứ tự").fill(str(ticket))
    return timed(page, "press", "Đúng người", shows=rf"Đã ghi\. Số thứ tự {ticket}\.")


def test_nine_thousand_expected_persons_are_there_searched_and_received(
    open_page: OpenPage, site: Site, tell_figures: Callable[..., None]
) -> None:
    scenery.stock()
    given_a_team()
    called_for_their_second_dose()
    page = open_page(820).page
    desk = given_the_lead_at_a_desk(open_page(1280).page, site.url)
    when_the_lead_enrolls_it(page, desk)
    when_the_nurse_sets_her_pin(page, desk)
    expect(page.get_by_role("main")).to_contain_text(ALL)
    when_the_network_goes(page)
    page.reload()
    page.get_by_role("button", name=re.compile(NURSE)).click()
    page.get_by_label("Mã PIN").fill(PIN)
    opened = timed(page, "press", "Vào làm", shows=re.escape(ALL))
    alike, alone, kept = [], [], []
    for number, digits in enumerate(DIGITS):
        until(page, "document.querySelector('#asked') !== null")
        alike.append(timed(page, "type", "hang anh", shows="Tìm thấy"))
        page.get_by_label(FIND).fill("")
        alone.append(timed(page, "type", f"{digits:04}", shows="Tìm thấy"))
        expect(page.get_by_role("link", name=re.compile("Nguyễn Thị Ánh Hằng"))).to_have_count(1)
        kept.append(received(page, 100 + number))
    expect(page.get_by_role("main")).to_contain_text(f"{PERSONS - len(DIGITS):,}".replace(",", "."))
    tell_figures(
        seed=0,
        persons=PERSONS,
        opened_ms=opened,
        search_of_all_ms=middle(alike),
        search_of_one_ms=middle(alone),
        recorded_ms=middle(kept),
        worst_recorded_ms=max(kept),
    )
