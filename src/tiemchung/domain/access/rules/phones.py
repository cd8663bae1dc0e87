"""Which number somebody typed: old eleven digits converted, of which countries, mobile or a line that can only be called."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Final, NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType

from tiemchung.domain.people.rules import converted

HOME: Final = "VN"
HOME_CODE: Final = 84
HOME_ALONE: Final = frozenset({HOME_CODE})
"""Countries whose numbers get a code, unless a deployment names more: messages abroad are where pumping pays."""
_REACHED_BY_SMS: Final = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


class Phone(NamedTuple):
    """A number as it is compared and stored (abroad: with + and its country's code), and whether a message reaches it."""

    national: str
    mobile: bool


def read(typed: str, *, countries: Collection[int] = HOME_ALONE) -> tuple[Phone | None, str]:
    """Return the number that was typed, or None and why: `empty`, `foreign` (of none of these countries) or `no-number`.

    A number without + or 00 is one of Viet Nam.
    """
    told = unicodedata.normalize("NFKC", typed).strip()
    digits = "".join(letter for letter in told if letter in "0123456789")
    if not digits:
        return None, "empty"
    if told.startswith("+") or digits.startswith("00"):
        code = digits.removeprefix("00") if not told.startswith("+") else digits
        if not any(code.startswith(str(known)) for known in countries):
            return None, "foreign"
        digits = code if code.startswith(str(HOME_CODE)) else f"+{code}"
    national = digits if digits.startswith("+") else converted(_national(digits))
    try:
        number = phonenumbers.parse(national, HOME)
    except phonenumbers.NumberParseException:
        return None, "no-number"
    if number.country_code not in countries:
        return None, "foreign"
    if not phonenumbers.is_valid_number(number):
        return None, "no-number"
    is_home = number.country_code == HOME_CODE
    written = f"0{number.national_number}" if is_home else f"+{number.country_code}{number.national_number}"
    return Phone(written, phonenumbers.number_type(number) in _REACHED_BY_SMS), ""


def shown(national: str) -> str:
    """Return a number as its owner may be shown it: first four, last three (UI, screen 11)."""
    return f"{national[:4]} ••• {national[-3:]}"


def _national(digits: str) -> str:
    longer = len(digits) > len("84") + 8
    return "0" + digits[2:] if digits.startswith("84") and longer else digits
