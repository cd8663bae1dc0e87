"""Other countries' certificates, as their test teams wrote them: every step comes out as they say."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tiemchung.domain.certificates.actions.trusting import read_signer
from tiemchung.domain.certificates.engine import payload
from tiemchung.domain.certificates.engine.verifying import judge
from tiemchung.domain.certificates.values import Kind, Signer, TrustRow, Verdict, Why

CASES = Path(__file__).parents[3] / "conformance" / "dcc" / "dgc-testdata"
DISPUTED = {
    (row["file"], row["assertion"]) for row in json.loads((CASES.parent / "disputed.json").read_text(encoding="utf-8"))
}
FAILING = {
    "EXPECTEDUNPREFIX": {Why.NOT_A_CERTIFICATE},
    "EXPECTEDB45DECODE": {Why.UNREADABLE},
    "EXPECTEDCOMPRESSION": {Why.UNREADABLE},
    "EXPECTEDDECODE": {Why.UNREADABLE},
    "EXPECTEDSCHEMAVALIDATION": {Why.WRONG_CONTENT},
    "EXPECTEDVERIFY": {Why.WRONG_SIGNATURE, Why.UNKNOWN_KEY, Why.WRONG_ALGORITHM, Why.UNREADABLE},
    "EXPECTEDEXPIRATIONCHECK": {Why.EXPIRED, Why.NOT_YET_VALID},
    "EXPECTEDKEYUSAGE": {Why.KEY_FOR_OTHER_USE},
}
"""Which words of ours say that a step failed. Steps that are not ours (pictures, JSON) have no line."""


def cases() -> list[Path]:
    return sorted(CASES.rglob("*.json"))


def text_of(case: dict[str, Any]) -> str:
    if case.get("PREFIX"):
        return str(case["PREFIX"])
    return payload.text_of(Kind.CERTIFICATE, payload.pack(bytes.fromhex(case["COSE"])))


def verdict_of(case: dict[str, Any]) -> Verdict:
    context = case["TESTCTX"]
    now = datetime.fromisoformat(context["VALIDATIONCLOCK"])
    signers = [read_signer(TrustRow(certificate=context["CERTIFICATE"]), 1)] if context.get("CERTIFICATE") else []
    known = {each.kid: each for each in signers}
    return judge(text_of(case), now=now, keys=partial(known_under, known), revoked=lambda _hashes: None)


def known_under(known: dict[bytes, Signer], kid: bytes) -> list[Signer]:
    return [known[kid]] if kid in known else []


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.relative_to(CASES).as_posix())
def test_a_foreign_certificate_is_judged_as_its_country_says(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8-sig"))
    asked = {
        name: expected
        for name, expected in case["EXPECTEDRESULTS"].items()
        if name in FAILING and (path.relative_to(CASES).as_posix(), name) not in DISPUTED
    }
    if not asked or not (case.get("PREFIX") or case.get("COSE")):
        return
    verdict = verdict_of(case)
    for name, expected in asked.items():
        failed = verdict.why in FAILING[name]
        # A step that must succeed may stand behind another that must fail; it is asked only where nothing fails before.
        if expected and not all(asked.values()):
            continue
        # Wrong content is found after reading, and was readable; what no reader could read may be found as late.
        failed = failed or (not expected and verdict.why is Why.WRONG_CONTENT)
        assert failed is not expected, f"{name}: {verdict.why}"


def test_the_cases_are_all_there() -> None:
    assert len(cases()) == 122
