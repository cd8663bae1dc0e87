"""What officers of the world send is what the workbench reads."""

from __future__ import annotations

from datetime import date
from typing import Any

from tiemchung.domain.campaigns.engine import listed
from tiemchung.domain.campaigns.engine.columns import table_of
from tiemchung.domain.campaigns.values import Result
from tiemchung.kernel import cells
from tiemchung_world.office import list_file

BLOCKS: list[dict[str, Any]] = [
    {
        "name": "Nguyễn Thị Ánh Hằng",
        "born": "1987-03-02",
        "sex": "female",
        "identifiers": [{"kind": "personal-number", "value": "079187004417"}, {"kind": "x", "value": "1"}],
        "phone": "0903123218",
        "target_group": "09",
    },
    {"name": "TRAN VAN MOT", "born": "1950", "sex": "male", "identifiers": [], "phone": None, "target_group": None},
]


def test_a_wards_file_is_read_as_it_was_meant() -> None:
    table = table_of(cells.rows_of(list_file(BLOCKS)))
    read = [
        listed.read_row(row, table.columns, typed=table.typed, today=date(2021, 9, 12), groups=("09",), width=8)
        for _, row in table.rows
    ]
    first, second = read
    assert first is not None
    assert second is not None
    assert (first.result, second.result) == (Result.NEW, Result.NEW)
    assert first.block is not None
    assert (first.block.born, first.block.sex, first.block.phone) == ("1987-03-02", "female", "0903123218")
    assert [one.value for one in first.block.identifiers] == ["079187004417"]
    assert first.target_group == "09"
    assert second.block is not None
    assert (second.block.born, second.block.identifiers, second.block.phone) == ("1950", [], None)
