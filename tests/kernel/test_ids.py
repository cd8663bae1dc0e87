from __future__ import annotations

from datetime import UTC, datetime

from tiemchung.kernel.ids import is_uuid7, made_at, uuids7

AT = datetime(2021, 9, 13, 5, 0, 0, 250_000, tzinfo=UTC)


def test_ids_made_together_are_each_its_own_of_that_instant() -> None:
    made = uuids7(2_000, at=AT)
    assert len(set(made)) == 2_000
    assert all(is_uuid7(one) and made_at(one) == AT for one in made)
