"""Which number somebody typed: old eleven digits converted, Viet Nam only, mobile or a line that can only be called."""

from __future__ import annotations

import csv
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType

HOME: Final = "VN"
COUNTRY_CODES: Final = frozenset({84})
"""Countries whose numbers get a code. Ours, and only home by default: messages abroad are where pumping pays."""
_OLD_DIGITS: Final = 11
_OLD_PREFIX: Final = 4
_REACHED_BY_SMS: Final = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


class Phone(NamedTuple):
    """A number as it is compared and stored, and whether a message reaches it."""

    national: str
    mobile: bool


def read(typed: str) -> tuple[Phone | None, str]:
    """Return the number that was typed, or None and why: `empty`, `foreign` or `no-number`."""
    told = unicodedata.normalize("NFKC", typed).strip()
    digits = "".join(letter for letter in told if letter in "0123456789")
    if not digits:
        return None, "empty"
    if told.startswith("+") or digits.startswith("00"):
        code = digits.removeprefix("00") if not told.startswith("+") else digits
        if not any(code.startswith(str(known)) for known in COUNTRY_CODES):
            return None, "foreign"
        digits = code
    national = converted(_national(digits))
    try:
        number = phonenumbers.parse(national, HOME)
    except phonenumbers.NumberParseException:
        return None, "no-number"
    if number.country_code not in COUNTRY_CODES:
        return None, "foreign"
    if not phonenumbers.is_valid_number(number):
        return None, "no-number"
    written = f"0{number.national_number}"
    return Phone(written, phonenumbers.number_type(number) in _REACHED_BY_SMS), ""


def fault_of_phone(typed: str) -> str:
    """Return why a text is no number of ours (`empty`, `foreign`, `no-number`), or nothing."""
    return read(typed)[1]


def converted(national: str) -> str:
    """Return a mobile number of before September 2018, which had eleven digits, as it is called today."""
    if len(national) == _OLD_DIGITS and (new := _new_prefixes().get(national[:_OLD_PREFIX])):
        return new + national[_OLD_PREFIX:]
    return national


def shown(national: str) -> str:
    """Return a number as its owner may be shown it: first four, last three (UI, screen 11)."""
    return f"{national[:4]} ••• {national[-3:]}"


def _national(digits: str) -> str:
    longer = len(digits) > len("84") + 8
    return "0" + digits[2:] if digits.startswith("84") and longer else digits


@cache
def _new_prefixes() -> dict[str, str]:
    table = (files("tiemchung.reference") / "vn_mobile_prefixes.csv").read_text(encoding="utf-8")
    return {row["old_prefix"]: row["prefix"] for row in csv.DictReader(table.splitlines()) if row["old_prefix"]}
