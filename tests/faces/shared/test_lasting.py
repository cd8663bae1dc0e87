from __future__ import annotations

import pytest
from django.utils import translation

from tiemchung.domain.supply.values import DaysLeft
from tiemchung.faces.shared.lasting import lasting


def left(usable: int, daily: float | None) -> DaysLeft:
    return DaysLeft(site="S1", usable=usable, on_road=0, daily=daily, days=usable / daily if daily else None)


@pytest.mark.parametrize(
    ("usable", "daily", "vi", "en"),
    [
        (0, None, "Hết liều dùng được.", "No usable dose is left."),
        (0, 12.5, "Hết liều dùng được.", "No usable dose is left."),
        (90, None, "Chưa biết đủ mấy ngày: 7 ngày trước hôm nay chưa mở lọ nào.", "Days left unknown: no vial"),
        (12, 12.5, "Không đủ một ngày: gần đây trung bình 12,5 liều mỗi ngày.", "Not enough for one day"),
        (1_200, 62.5, "Đủ khoảng 19,2 ngày: gần đây trung bình 62,5 liều mỗi ngày.", "Enough for about 19.2 days"),
    ],
)
def test_how_long_doses_last_is_one_sentence_and_none_is_never_called_zero_days(
    usable: int, daily: float | None, vi: str, en: str
) -> None:
    with translation.override("vi"):
        assert lasting(left(usable, daily)) == vi
    with translation.override("en"):
        assert lasting(left(usable, daily)).startswith(en)
