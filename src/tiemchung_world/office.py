"""What officers do at their desks, page by page: a ward brings its list, planners open sessions, fill them and invite."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from tiemchung_world.browser import Browser
from tiemchung_world.offices import planner_login, ward_login

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from tiemchung_world.center import Center

LISTS: Final = "/cong-tac/nhap/"
SESSIONS: Final = "/cong-tac/buoi/"
HEADER: Final = (
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Số giấy tờ",
    "Điện thoại",
    "Nhóm ưu tiên",
    "Địa chỉ",
    "Ghi chú",
)
"""The columns of the template that the workbench hands out."""
LIST_ROWS: Final = 2_000
"""Rows of one file: as many as are put on record while the officer waits. A longer list is brought in parts."""
_SEXES: Final = {"male": "Nam", "female": "Nữ"}
_FIRST_LINE: Final = 2


class WardOffice:
    """A ward's officer at the workbench."""

    def __init__(self, center: Center, commune: str) -> None:
        self.commune = commune
        self.browser = Browser(center)
        self.browser.sign_in_staff(ward_login(commune))

    def bring(self, blocks: Sequence[dict[str, Any]], *, list_id: str) -> set[int]:
        """Bring one list and have its certain rows kept; return the places of the rows that were not taken."""
        name = f"danh-sach-{self.commune}.csv"
        fields = {"id": list_id, "phuong": self.commune}
        self.browser.send_file(LISTS, fields, name=name, content=list_file(blocks))
        self.browser.send(f"{LISTS}{list_id}/luu/", {})
        told = self.browser.get(f"{LISTS}{list_id}/sua-lai.csv", accept="text/csv")
        rows = list(csv.reader(io.StringIO(told.body.decode("utf-8-sig"))))
        return {int(row[-2]) - _FIRST_LINE for row in rows[1:]}


def list_file(blocks: Iterable[dict[str, Any]]) -> bytes:
    """Return people as a ward's clerk types them into the template."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(HEADER)
    for block in blocks:
        numbers = [one["value"] for one in block["identifiers"]]
        born = "/".join(reversed(block["born"].split("-")))
        lines.writerow(
            [
                block["name"],
                born,
                _SEXES.get(block["sex"], ""),
                numbers[0] if numbers else "",
                block["phone"] or "",
                block["target_group"] or "",
                "",
                "",
            ]
        )
    return text.getvalue().encode("utf-8-sig")


class Planner:
    """One of the province's planners at the workbench."""

    def __init__(self, center: Center, province: str, number: int) -> None:
        self.browser = Browser(center)
        self.browser.sign_in_staff(planner_login(province, number))

    def open(
        self, session: str, *, site: str, day: date, product: str, starts: str, ends: str, places_a_slot: int
    ) -> None:
        """Open a session under this id."""
        told = {
            "id": session,
            "diem": site,
            "ngay": day.isoformat(),
            "vac-xin": product,
            "tu": starts,
            "den": ends,
            "cho": str(places_a_slot),
        }
        self.browser.send(SESSIONS, told)

    def fill(self, session: str, *, wards: Iterable[str]) -> None:
        """Give its places to those of these wards who wait and are due, ward by ward."""
        for ward in wards:
            self.browser.send(f"{SESSIONS}{session}/viec/", {"viec": "xep", "phuong": ward})

    def invite(self, session: str) -> None:
        """Tell everybody who has a place."""
        self.browser.send(f"{SESSIONS}{session}/viec/", {"viec": "moi"})

    def miss(self, session: str, appointment: str) -> None:
        """Note that somebody did not come."""
        self.browser.send(f"{SESSIONS}{session}/hen/{appointment}/", {"viec": "vang"})
