from __future__ import annotations

import json
from pathlib import Path

from tiemchung.kernel.names import name_key

CASES = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))


def test_every_name_has_the_key_of_the_golden_cases() -> None:
    assert len(CASES) > 200
    assert [case for case in CASES if name_key(case["typed"]) != case["key"]] == []
