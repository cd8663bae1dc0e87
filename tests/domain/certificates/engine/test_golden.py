"""Our own certificates, right and wrong: Python comes to the verdicts that TypeScript is held to as well."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from tests.domain.certificates import golden
from tiemchung.domain.certificates.values import Kind, Signer
from tiemchung.kernel.wire import from_base64url

DOCUMENT: dict[str, Any] = json.loads(golden.FILE.read_text(encoding="utf-8"))


def signers() -> list[Signer]:
    return [
        Signer(
            **{
                **row,
                "kid": from_base64url(row["kid"]),
                "kind": Kind(row["kind"]),
                "public_key": from_base64url(row["public_key"]),
                "valid_from": datetime.fromisoformat(row["valid_from"]),
                "valid_to": datetime.fromisoformat(row["valid_to"]),
            }
        )
        for row in DOCUMENT["signers"]
    ]


@pytest.mark.parametrize("case", DOCUMENT["cases"], ids=lambda case: case["name"])
def test_every_case_has_its_verdict(case: dict[str, Any]) -> None:
    found = golden.verdict(case["text"], known=signers(), now=datetime.fromisoformat(DOCUMENT["now"]))
    assert golden.told(found) == case["verdict"]


def test_what_an_attacker_shows_never_passes() -> None:
    honest = {name for name, _ in golden.shown() if name.startswith(("ours", "with blanks", "another country"))}
    passing = {case["name"] for case in DOCUMENT["cases"] if case["verdict"]["word"] == "pass"}
    assert passing == honest | {"ends this very second"}


def test_the_file_holds_every_case() -> None:
    assert [case["name"] for case in DOCUMENT["cases"]] == [name for name, _ in golden.shown()]
