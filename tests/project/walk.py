"""Walks a running demo as those do who play it: `walk.py URL`, by the demo's own Python; prints what was seen as JSON.

Each of its staff signs in by one click. The nurse gives somebody the second dose and hands out the slip; whoever got it opens
the book with the slip's code and looks at the certificate of the first.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from http import HTTPStatus
from typing import Any

from tiemchung_world.browser import DEMO_SIGN_IN, SIGN_IN, Browser
from tiemchung_world.center import Center
from tiemchung_world.citizens import BOOK, Citizen, slip_code

PHONES = (f"0901234{last:03d}" for last in range(567, 1_000))
"""Any number will do in the demo: the first is the guide's."""
ROLES = 12
PATIENCE_S = 600
"""How long the demo may take until all its roles are there, and until somebody waits who had a first dose."""
_LOGIN = re.compile(r'name="login" value="([^"]+)"')
_VISIT = re.compile(r'href="(/station/visits/[0-9a-f-]{36}/)"')
_SECOND = "<b>Mũi 2</b>"
_YEAR = re.compile(r'tc-person__facts"><span[^>]*>[^<]*?(\d{4})')
_INPUT = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_PAPER = re.compile(r"/chung-nhan/([0-9a-f-]{36})/")
_PROVISIONAL = "Tạm thời. Chưa phải chứng nhận"
_QR = '<svg class="tc-qr"'
_DRAWN = re.compile(rf'{_QR} viewBox="0 0 (\d+) \1".*?<path d="([^"]*)"', re.DOTALL)
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")


def main(url: str) -> dict[str, Any]:
    """Walk and tell."""
    center = Center(url)
    starts = {login: _start_of(center, login) for login in _all_logins(center)}
    return {"starts": starts, "modules": _certificate(center), **_what_verifiers_fetch(center)}


def _all_logins(center: Center) -> list[str]:
    """Wait until the sign-in page offers everybody; before, it has to say that more are coming."""
    give_up_at = time.monotonic() + PATIENCE_S
    while True:
        page = Browser(center).get(SIGN_IN).body.decode()
        found = _LOGIN.findall(page)
        if len(found) == ROLES or time.monotonic() > give_up_at:
            return found
        assert f"có {len(found)} trong {ROLES} vai" in page, "some roles are missing, and nobody says why"
        time.sleep(1)


def _start_of(center: Center, login: str) -> str:
    """Sign in by one click; return the heading of the page on which this role begins."""
    browser = Browser(center)
    browser.get(SIGN_IN)
    led_to = browser.send(DEMO_SIGN_IN, {"login": login}).location
    while (answer := browser.get(led_to, moved=True)).status == HTTPStatus.FOUND:
        led_to = answer.location
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", answer.body.decode(), re.DOTALL)
    return heading[1] if heading else ""


def _certificate(center: Center) -> list[list[int]]:
    """Return the code of the certificate that somebody finds in the book after a second dose, as the modules drawn.

    Not everybody's first dose has been attested: who has nothing signed by then lets the next one look, and looks again.
    """
    nurse, seen = Browser(center), Counter[str]()
    nurse.sign_in_staff("demo-nurse")
    books: list[Citizen] = []
    give_up_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_at:
        slips = _second_doses(nurse, seen)
        books += [_with_open_book(center, code, year=year) for code, year in slips]
        for citizen in books:
            if modules := _signed(citizen):
                return modules
        time.sleep(1)
    raise AssertionError(f"nobody who waited got a slip after a first dose that was attested: {dict(seen)}")


def _second_doses(nurse: Browser, seen: Counter[str]) -> list[tuple[str, str]]:
    """As the nurse, dose those who wait; return code and birth year of whoever had a second dose and showed a document."""
    found = []
    for visit in _VISIT.findall(nurse.get("/station/").body.decode()):
        page = nurse.get(visit).body.decode()
        nurse.send(visit, _as_filled_in(page, visit))
        seen["dosed"] += 1
        if _SECOND not in page:
            continue
        code, year = slip_code(nurse, visit.split("/")[-2]), _YEAR.search(page)
        seen["second dose" if code else "second dose without a document"] += 1
        if code and year:
            found.append((code, year[1]))
    return found


def _with_open_book(center: Center, code: str, *, year: str) -> Citizen:
    citizen = Citizen(center, next(PHONES))
    assert citizen.ask_code()
    citizen.sign_in()
    citizen.open_book(code, year=year)
    return citizen


def _as_filled_in(page: str, visit: str) -> dict[str, str]:
    """Return the fields of the page's form as the browser has them before anybody changes one."""
    form = page[page.index(f'action="{visit}"') :].split("</form>", maxsplit=1)[0]
    told = {"product": ""}
    for tag in _INPUT.findall(form):
        field = dict(_ATTRIBUTE.findall(tag))
        if field.get("type") != "radio" or " checked" in tag:
            told[field["name"]] = field.get("value", "")
    del told["csrfmiddlewaretoken"]
    return told


def _signed(citizen: Citizen) -> list[list[int]]:
    """Return the modules of the first signed certificate of an open book; nothing if it holds not even a pass.

    The slip has just proved the person, so that a pass of the domestic kind is about to be replaced.
    """
    book = f"{BOOK}/nguoi/{citizen.link}/"
    give_up_at = time.monotonic() + PATIENCE_S
    while papers := _PAPER.findall(citizen.browser.get(book).body.decode()):
        for paper in papers:
            shown = citizen.browser.get(f"{book}chung-nhan/{paper}/", moved=True).body.decode()
            if _QR in shown and _PROVISIONAL not in shown:
                return _modules(shown)
        assert time.monotonic() < give_up_at, "a pass was not replaced by a certificate"
        time.sleep(1)
    return []


def _modules(page: str) -> list[list[int]]:
    found = _DRAWN.search(page)
    assert found, "the code is drawn otherwise than this reads"
    modules = [[0] * int(found[1]) for _ in range(int(found[1]))]
    for left, top, width in (map(int, run) for run in _RUN.findall(found[2])):
        modules[top][left : left + width] = [1] * width
    return modules


def _what_verifiers_fetch(center: Center) -> dict[str, Any]:
    """Return the list of trusted keys and the key that signs it, as the pages of the verifier get them."""
    anybody = Browser(center)
    return {name: json.loads(anybody.get(f"/kiem-tra/{name}.json").body) for name in ("danh-sach", "khoa")}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))  # noqa: T201 - the test reads it
