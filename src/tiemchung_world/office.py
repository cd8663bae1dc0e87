"""What officers do at their desks, page by page: a ward brings its list, planners open sessions, fill them and invite."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, Final

from tiemchung_world.browser import Browser
from tiemchung_world.offices import planner_login, ward_login

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

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
_DOUBT: Final = re.compile(r"&amp;dong=(\d+)")
_FURTHER: Final = re.compile(r"&amp;sau=(\d+)")
SETTLED: Final = 0.25
"""Share of doubtful rows that the officer looks at and takes for somebody new; the others stay where they are. Ours."""


class WardOffice:
    """A ward's officer at the workbench."""

    def __init__(self, center: Center, commune: str) -> None:
        self.commune = commune
        self.browser = Browser(center)
        self.browser.sign_in_staff(ward_login(commune))

    def bring(self, blocks: Sequence[dict[str, Any]], *, list_id: str, rng: random.Random) -> set[int]:
        """Bring one list, settle some of its doubts, keep what is certain; return the places of the rows left out."""
        name = f"danh-sach-{self.commune}.csv"
        fields = {"id": list_id, "phuong": self.commune}
        self.browser.send_file(LISTS, fields, name=name, content=list_file(blocks))
        left_out = self._doubtful(list_id)
        for line in sorted(left_out):
            if rng.random() < SETTLED:
                self.browser.send(f"{LISTS}{list_id}/dong/{line}/", {"ai": "moi"})
                left_out.discard(line)
        self.browser.send(f"{LISTS}{list_id}/luu/", {})
        told = self.browser.get(f"{LISTS}{list_id}/sua-lai.csv", accept="text/csv")
        refused = list(csv.reader(io.StringIO(told.body.decode("utf-8-sig"))))[1:]
        return {line - _FIRST_LINE for line in left_out | {int(row[-2]) for row in refused}}

    def _doubtful(self, list_id: str) -> set[int]:
        """Return the lines of a list at which the workbench has a doubt, page by page."""
        lines: set[int] = set()
        page = f"{LISTS}{list_id}/?ket-qua=doubt"
        while page:
            body = self.browser.get(page).body.decode()
            lines |= {int(line) for line in _DOUBT.findall(body)}
            further = _FURTHER.search(body)
            page = f"{LISTS}{list_id}/?ket-qua=doubt&sau={further[1]}" if further else ""
        return lines


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

    def hand_out_letters(self, session: str, *, printed: datetime) -> None:
        """Note that the letters of those without a phone who were invited until then were printed and carried to them."""
        self.browser.send(f"{SESSIONS}{session}/giay-moi/", {"den": printed.isoformat()})
