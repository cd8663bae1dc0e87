"""How long a place's doses last, in one sentence for whoever keeps them or asks."""

from __future__ import annotations

from tiemchung.domain.supply.values import DaysLeft
from tiemchung.faces.shared.numbers import number
from tiemchung.faces.shared.words import t


def lasting(left: DaysLeft) -> str:
    """Say how long the usable doses last: none left, nobody can tell yet, less than a day, or about so many days."""
    if left.usable <= 0:
        return t("Hết liều dùng được.", "No usable dose is left.")
    if left.days is None or left.daily is None:
        return t(
            "Chưa biết đủ mấy ngày: 7 ngày trước hôm nay chưa mở lọ nào.",
            "Days left unknown: no vial was opened in the 7 days before today.",
        )
    daily = number(left.daily, digits=1)
    if left.days < 1:
        return t(
            "Không đủ một ngày: gần đây trung bình {daily} liều mỗi ngày.",
            "Not enough for one day: lately a mean of {daily} [dose|doses] a day.",
            daily=daily,
        )
    return t(
        "Đủ khoảng {days} ngày: gần đây trung bình {daily} liều mỗi ngày.",
        "Enough for about {days} [day|days]: lately a mean of {daily} [dose|doses] a day.",
        days=number(left.days, digits=1),
        daily=daily,
    )
