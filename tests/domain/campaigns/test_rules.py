from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.domain.campaigns.wards import NOW, WARD, block, wish
from tiemchung.domain.campaigns.rules import fault_of


def fault(**changes: Any) -> str | None:
    return fault_of(wish(**changes), groups=frozenset({"09"}), communes=frozenset({WARD}), today=NOW.date())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"person_told": block(" .. ")}, "name"),
        ({"person_told": block("A" * 201)}, "name"),
        ({"person_told": msgspec.structs.replace(block(), born="31/02/1980")}, "born"),
        ({"person_told": msgspec.structs.replace(block(), born="2099")}, "born"),
        ({"commune": "00000"}, "commune"),
        ({"target_group": "99"}, "target_group"),
        ({"times": ["at-eight"]}, "times"),
        ({"times": ["morning", "morning"]}, "times"),
    ],
)
def test_what_cannot_be_taken_names_its_field(changes: dict[str, Any], field: str) -> None:
    assert fault(**changes) == field


@pytest.mark.parametrize("name", ["Ơ", "Ẳ" * 80])
@pytest.mark.parametrize("born", ["1952", "1952-07", "1952-07-14"])
def test_a_name_of_one_letter_or_eighty_and_a_birth_year_alone_are_taken(name: str, born: str) -> None:
    told = msgspec.structs.replace(block(name, number=None), born=born)
    assert fault(person_told=told, target_group="09", times=["weekend"]) is None
