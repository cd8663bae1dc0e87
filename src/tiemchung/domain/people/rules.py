"""Reading what was told of a person: identifiers, phones, dates. Nobody is turned away for lack of a number."""

from __future__ import annotations

import csv
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

SEXES = ("unknown", "female", "male", "other")
"""FHIR's administrative gender; the place in this tuple is the number stored."""
_OLD_DIGITS: Final = 11
_OLD_PREFIX: Final = 4


def sex_number(told: str) -> int:
    """Return the number under which a told sex is stored; what is not of the list is unknown."""
    return SEXES.index(told) if told in SEXES else 0


def identifier_key(value: str) -> str:
    """Return an identity number as it is compared: letters and digits only, capitals, compatibility forms undone."""
    if value.isascii() and value.isalnum():
        return value.upper()
    return "".join(c for c in unicodedata.normalize("NFKC", value).upper() if c.isalnum())


def phone_key(value: str) -> str:
    """Return a phone number as it is compared: digits, Viet Nam's country code written as the national 0, others' after a +.

    A mobile number of eleven digits is the one that it became: told either way, one phone is compared as one.
    """
    is_bare = value.isascii() and value.isdigit()
    told = value if is_bare else unicodedata.normalize("NFKC", value).strip()
    digits = value if is_bare else "".join(c for c in told if c.isdigit())
    abroad = told.startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00") if abroad else digits
    if digits.startswith("84") and len(digits) > len("84") + 8:
        return converted("0" + digits[2:])
    return f"+{digits}" if abroad and digits else converted(digits)


def converted(national: str) -> str:
    """Return a mobile number of before September 2018, which had eleven digits, as it is called today."""
    if len(national) == _OLD_DIGITS and (new := _new_prefixes().get(national[:_OLD_PREFIX])):
        return new + national[_OLD_PREFIX:]
    return national


@cache
def _new_prefixes() -> dict[str, str]:
    table = (files("tiemchung.reference") / "vn_mobile_prefixes.csv").read_text(encoding="utf-8")
    return {row["old_prefix"]: row["prefix"] for row in csv.DictReader(table.splitlines()) if row["old_prefix"]}


def last_four(value: str) -> str:
    """Return the last four characters of a number, for a list that shows them by itself; of a shorter one, nothing."""
    return value[-4:] if len(value) > 4 else ""  # noqa: PLR2004 - the four of the name


def last_digits(value: str, shown: int = 4) -> str:
    """Return what a screen may show of a number: its last characters and nothing else (UI, 5)."""
    return f"•••• {value[-shown:]}" if len(value) > shown else "••••"
