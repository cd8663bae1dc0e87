"""Writes the cases that hold both readers of GS1 element strings, `kernel/gs1.py` and `frontend/src/rules/gs1.ts`.

Run as `python -m tests.conformance.gs1.make`; a test tells whether the file is what the kernel says today.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

from tiemchung.kernel.gs1 import SEPARATOR, ElementStringError, parse

CASES: Final = Path(__file__).with_name("cases.json")
GTIN: Final = "09506000134352"  # of GS1's own examples
_GS: Final = SEPARATOR
_TODAY: Final = date(2021, 9, 13)
_SCANNED: Final = [
    f"]d201{GTIN}10ABX1234{_GS}1722063021S-77",
    f"]Q301{GTIN}172206301{'0ABX1234'}{_GS}21S-77{_GS}",
    f"{_GS}01{GTIN}10ABX1234{_GS}1722063021S-77",
    f"01{GTIN}{_GS}17220630{_GS}10ABX1234{_GS}21S-77",
    f"]d21017ABC21{_GS}17220630",
    "]d2112104013710",
    "]d210A" + _GS + "10A",
    "]d210A" + _GS + "10B",
    "]d210AB(5)C",
    "]d27003220630120010X",
    f"]d27003220630 1200{_GS}10X",
    f"]d2700322063012{_GS}10X",
    f"]d27152204{_GS}10X",
    f"]d2710220400{_GS}91a" + "b" * 89,
    f"]d291{'b' * 91}",
    "]d2",
    "",
    "hello",
    "8935049010019",
    "]d2881",
    "]d2010950600013435",
    "]d20109506000134353",
    "]d2010950600013435X",
    "]d217２２０６３０",
    "]d210",
    "]d210" + "A" * 21,
    "]d210Lô 7",
    *[f"]d217{digits}" for digits in ("220600", "240200", "230200", "230229", "221301", "220631", "220000", "700101")],
    *[f"]d217{digits}" for digits in ("710101", "720101", "990101", "2206")],
    "]d211221301",
]
_ON: Final = [(f"]d217{digits}", date(2099, 1, 1)) for digits in ("050101", "490101", "500101")]


def cases() -> list[dict[str, Any]]:
    """Return each text with what the kernel reads in it, or why it does not."""
    return [_case(text, today) for text, today in [*((text, _TODAY) for text in _SCANNED), *_ON]]


def _case(text: str, today: date) -> dict[str, Any]:
    try:
        read = parse(text, today=today)
    except ElementStringError as error:
        return {"text": text, "today": str(today), "refused": str(error.code)}
    expires_on = None if read.expires_on is None else str(read.expires_on)
    told = {"gtin": read.gtin, "lot": read.lot, "serial": read.serial, "expires_on": expires_on}
    return {"text": text, "today": str(today), "expected": told}


def written() -> str:
    """Return the file's text."""
    return json.dumps(cases(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    CASES.write_text(written(), encoding="utf-8")
