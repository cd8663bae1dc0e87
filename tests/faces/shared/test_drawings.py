from __future__ import annotations

import pytest

from tiemchung.faces.shared import drawings

STATUS_SHAPES = ["done", "ring", "half", "tri", "twin", "oct", "void", "up"]


@pytest.mark.parametrize("name", STATUS_SHAPES)
def test_every_status_has_a_shape_that_readers_skip(name: str) -> None:
    drawn = drawings.shape(f"s-{name}")
    assert drawn.startswith('<svg class="tc-shape"')
    assert 'aria-hidden="true"' in drawn


def test_an_icon_that_is_not_on_the_sheet_is_an_error_and_no_gap() -> None:
    with pytest.raises(KeyError):
        drawings.icon("i-syringe")
