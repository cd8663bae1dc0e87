"""Somebody at a gate checks what is shown: by camera, by text, without a network, without a script."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import segno
from joserfc.jwk import ECKey
from playwright.sync_api import Page, expect

from tests.domain.certificates import golden
from tests.domain.certificates.engine import test_conformance as foreign
from tests.domain.certificates.engine.test_golden import DOCUMENT, signers
from tests.faces.verifier.trusted import believe, shown
from tests.journeys.conftest import OpenPage, check_page, until
from tiemchung.domain.certificates import actions
from tiemchung.domain.certificates.actions.trusting import read_signer
from tiemchung.domain.certificates.engine.verifying import judge
from tiemchung.domain.certificates.values import TrustRow
from tiemchung.faces.shared.assets import manifest
from tiemchung.faces.verifier.lists import published
from tiemchung.kernel.wire import to_base64url

pytestmark = pytest.mark.browser

JUDGE = """async ([module, cases]) => { const { judge } = await import(module);
  const found = []; for (const c of cases) found.push(await judge(c.text, c.lists, c.now)); return found; }"""

READY = "[data-verifier][data-ready]"
"""The lists are here: from now on the verdict is found in the browser."""
WHOLE = """([tone, wide]) => {
  const { left, top, width } = document.querySelector(`dialog[data-verdict=${tone}]`).getBoundingClientRect();
  return left === 0 && top === 0 && width === wide;
}"""


@pytest.fixture(autouse=True)
def _at_the_gate(
    committed_db: None, as_worker: Callable[[], AbstractContextManager[None]], set_time: Callable[..., None]
) -> None:
    with as_worker():
        believe()
    set_time(golden.NOW)


def judged(page: Page, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    page.goto("/kiem-tra/")
    module = f"/static/build/{manifest()['src/verify/verdict.ts']['file']}"
    found: list[dict[str, Any]] = page.evaluate(JUDGE, [module, cases])
    return found


def test_the_browser_comes_to_the_verdicts_that_the_server_comes_to(open_page: OpenPage) -> None:
    now = datetime.fromisoformat(DOCUMENT["now"])
    revocations = {(revoked.day, revoked.replaced): [hashed] for hashed, revoked in golden.REVOKED.items()}
    lists = published(signers(), revocations, now=now)
    cases = [{"text": case["text"], "lists": lists, "now": now.timestamp()} for case in DOCUMENT["cases"]]
    found = judged(open_page(390).page, cases)
    told = {case["name"]: verdict for case, verdict in zip(DOCUMENT["cases"], found, strict=True)}
    assert told == {case["name"]: case["verdict"] for case in DOCUMENT["cases"]}


def test_the_browser_judges_other_countries_as_the_server_does(open_page: OpenPage) -> None:
    cases, expected = [], []
    for path in foreign.cases():
        case = json.loads(path.read_text(encoding="utf-8-sig"))
        if not (case.get("PREFIX") or case.get("COSE")) or not case["TESTCTX"].get("CERTIFICATE"):
            continue
        now = datetime.fromisoformat(case["TESTCTX"]["VALIDATIONCLOCK"])
        known = [read_signer(TrustRow(certificate=case["TESTCTX"]["CERTIFICATE"]), 1)]
        text = foreign.text_of(case)
        verdict = judge(
            text, now=now, keys=partial(foreign.known_under, {known[0].kid: known[0]}), revoked=lambda _hashes: None
        )
        cases.append({"text": text, "lists": published(known, {}, now=now), "now": now.timestamp()})
        expected.append((path.name, str(verdict.word), str(verdict.why)))
    found = judged(open_page(390).page, cases)
    told = [(name, verdict["word"], verdict["why"]) for (name, _, _), verdict in zip(expected, found, strict=True)]
    assert told == expected
    assert len(expected) > 80


def test_the_browser_opens_no_list_that_our_key_has_not_signed(open_page: OpenPage) -> None:
    document = published(signers(), {}, now=golden.NOW)
    signed = actions.signed(document, kind=actions.LISTS)
    changed = {**signed, "payload": to_base64url(json.dumps(document | {"as_of": 1}).encode())}
    other = ECKey.generate_key("P-256").as_dict(private=False)
    key = actions.list_key()
    page = open_page(390).page
    page.goto("/kiem-tra/")
    module = f"/static/build/{manifest()['src/verify/lists.ts']['file']}"
    asked = [
        [signed, key],
        [changed, key],
        [signed, other],
        [actions.signed(document, kind=actions.LOG), key],
        [{**signed, "signature": ""}, key],
        [document, key],
    ]
    found = page.evaluate(
        """async ([module, asked]) => { const { openLists } = await import(module);
  const found = []; for (const [signed, key] of asked) found.push(await openLists(signed, key)); return found; }""",
        [module, asked],
    )
    assert found[0] == json.loads(json.dumps(document))
    assert found[1:] == [None] * 5


def test_a_picture_that_cannot_be_opened_says_why(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(390).page
    page.goto("/kiem-tra/")
    page.locator(READY).wait_for()
    field = page.locator("input[type=file]")
    heic = b"\x00\x00\x00\x18ftypheic" + bytes(64)
    field.set_input_files({"name": "anh.heic", "mimeType": "image/heic", "buffer": heic})
    page.get_by_text("thường vì là ảnh HEIC").wait_for()
    large = tmp_path / "to.png"
    with large.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    field.set_input_files(large)
    page.get_by_text("nặng quá 20 MB").wait_for()
    expect(page.get_by_text("thường vì là ảnh HEIC")).to_be_hidden()


@pytest.mark.parametrize(("width", "theme", "language"), [(390, "light", ""), (1280, "dark", "/en")])
def test_a_pasted_text_fills_the_screen_with_one_word(
    open_page: OpenPage, width: int, theme: str, language: str
) -> None:
    visit = open_page(width, theme)
    page = visit.page
    page.goto(f"{language}/kiem-tra/")
    page.locator(READY).wait_for()
    for name, tone in (("ours", "pass"), ("a pass", "look"), ("revoked", "stop")):
        page.locator("textarea").fill(shown(name))
        page.locator("form button").last.click()
        screen = page.locator(f"dialog[data-verdict={tone}]")
        screen.wait_for()
        until(page, WHOLE, [tone, width])
        expect(screen).to_contain_text("Nguyễn Thị Ánh Hằng")
        check_page(visit, where=f"{name} at {width} px")
        screen.get_by_role("button").click()
        expect(page.locator("textarea")).to_have_value("")


def test_a_picture_of_the_code_is_read_here(open_page: OpenPage) -> None:
    visit = open_page(390)
    visit.page.goto("/kiem-tra/")
    visit.page.locator(READY).wait_for()
    picture = segno.make(shown("ours"), error="m").png_data_uri(scale=4, border=4)
    content = base64.b64decode(picture.partition(",")[2])
    visit.page.locator("input[type=file]").set_input_files(
        {"name": "qr.png", "mimeType": "image/png", "buffer": content}
    )
    visit.page.locator("dialog[data-verdict=pass]").wait_for()
    assert not visit.complaints


def test_without_a_network_the_check_goes_on(open_page: OpenPage) -> None:
    visit = open_page(390)
    page = visit.page
    page.goto("/kiem-tra/")
    page.locator("[data-says=ready]").wait_for()
    page.context.set_offline(True)
    page.reload()
    page.locator(READY).wait_for()
    for name, tone in (("ours", "pass"), ("a pass", "look"), ("a self-made key under its own id", "stop")):
        page.locator("textarea").fill(shown(name))
        page.locator("form button").last.click()
        screen = page.locator(f"dialog[data-verdict={tone}]")
        screen.wait_for()
        expect(screen).to_contain_text("Không cần mạng")
        screen.get_by_role("button").click()


def test_without_a_script_the_server_says_it(open_page: OpenPage) -> None:
    visit = open_page(390, script=False)
    page = visit.page
    page.goto("/kiem-tra/")
    page.locator("textarea").fill(shown("revoked"))
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.locator("h1")).to_have_text("Dừng")
    expect(page.locator("main")).to_contain_text("19/10/2021")
