"""The words for what the population register says of a person, wherever they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tiemchung.domain.people.values import Verification
from tiemchung.faces.shared.words import Words
from tiemchung.kernel.register import Field

STATES: Final[Mapping[Verification, tuple[str, str, Words]]] = {
    Verification.WRONG: ("sai", "tri", Words("Sai thông tin", "Details differ")),
    Verification.NO_NUMBER: ("khong-so", "half", Words("Chưa có số dùng được", "No usable number")),
    Verification.NOT_YET: ("chua", "ring", Words("Chưa xác minh được", "Not verified yet")),
    Verification.RIGHT: ("dung", "done", Words("Đúng", "Right")),
}
"""Each state as an address, a shape and words; those with whom somebody must speak first."""
FIELDS: Final[Mapping[Field, Words]] = {
    Field.NUMBER: Words("số giấy tờ (không ai có số này)", "number (nobody has it)"),
    Field.NAME: Words("họ tên", "name"),
    Field.BORN: Words("ngày sinh", "birth date"),
    Field.SEX: Words("giới tính", "sex"),
}
"""What the register says differs; it never says what stands there instead."""
