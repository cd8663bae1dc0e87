"""The noise file: how often something written about a person differs from what is true."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

_ROUNDING: Final = 1e-9
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class Truth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is true of the people themselves and of their register, as shares of persons."""

    absent: Share
    twins: Share
    namesakes: Share
    died: Share
    moved: Share
    renumbered: Share


class Listed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a list is typed, as shares of its rows. A row has one slip of birth, of number and of phone at most."""

    again: Share
    no_marks: Share
    capitals: Share
    swapped: Share
    year_only: Share
    new_year: Share
    wrong_birth: Share
    no_number: Share
    wrong_digit: Share
    anothers_number: Share
    old_card: Share
    malformed_number: Share
    wrong_sex: Share
    relatives_phone: Share
    no_phone: Share
    elsewhere: Share

    def __post_init__(self) -> None:
        """Refuse shares of one field that are more than the whole."""
        for field, shares in (
            ("birth", (self.year_only, self.new_year, self.wrong_birth)),
            (
                "number",
                (self.no_number, self.wrong_digit, self.anothers_number, self.old_card, self.malformed_number),
            ),
            ("phone", (self.relatives_phone, self.no_phone)),
        ):
            if sum(shares) > 1 + _ROUNDING:
                raise ValueError(f"[list]: the slips of {field} are more than all rows")


class WrongField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which field of a wrong record is wrong, as weights."""

    name: Share
    born: Share
    number: Share
    sex: Share


class Records(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a register would say of the platform's older records: counts, of which the proportions are taken."""

    of_persons: Share
    right: Count
    wrong: Count
    no_or_malformed_number: Count
    not_checked: Count
    wrong_field: WrongField

    def __post_init__(self) -> None:
        """Refuse a table without any record, or without any field that may be wrong."""
        if not any(self.shares):
            raise ValueError("[records]: no record in any state")
        if not any(self.weights):
            raise ValueError("[records.wrong_field]: no field has a weight")

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """Return the proportions of right, wrong, no or malformed number, not checked (sum 1; all zero for none)."""
        counts = (self.right, self.wrong, self.no_or_malformed_number, self.not_checked)
        whole = sum(counts) or 1
        return (counts[0] / whole, counts[1] / whole, counts[2] / whole, counts[3] / whole)

    @property
    def weights(self) -> tuple[float, float, float, float]:
        """Return the proportions of wrong names, births, numbers and sexes (sum 1; all zero for none)."""
        told = (self.wrong_field.name, self.wrong_field.born, self.wrong_field.number, self.wrong_field.sex)
        whole = sum(told) or 1.0
        return (told[0] / whole, told[1] / whole, told[2] / whole, told[3] / whole)


class Noise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole noise file."""

    truth: Truth
    list: Listed
    records: Records


def load_noise(path: Path | None = None) -> Noise:
    """Read a noise file, or the one of 2021 that comes along; raise ValueError for what is none, OSError for no file."""
    source = path or files("tiemchung_world").joinpath("data", "noise_2021.toml")
    try:
        return msgspec.convert(tomllib.loads(source.read_text(encoding="utf-8")), Noise)
    except (msgspec.MsgspecError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{source.name}: {error}") from error
