from __future__ import annotations

import pytest

from tiemchung.domain.campaigns.values import ListRow, Result
from tiemchung.domain.people.values import PersonBlock
from tiemchung.faces.workbench.sayings import row_shown
from tiemchung.kernel.ids import uuid7


@pytest.mark.parametrize(
    ("cell", "born", "shown"),
    [("31838", "1987-03-02", "02/03/1987"), ("1987", "1987", "1987"), ("2.3.1987", "1987-03-02", "2.3.1987")],
)
def test_a_spreadsheet_s_day_is_shown_as_it_was_read_and_what_was_typed_as_it_stands(
    cell: str, born: str, shown: str
) -> None:
    block = PersonBlock(name="Lê Văn A", born=born, sex="male")
    row = ListRow(line=2, id=uuid7(), cells=["Lê Văn A", cell], result=Result.NEW, reason="new", block=block)
    assert row_shown(row, {"name": 0, "born": 1})["born"] == shown
