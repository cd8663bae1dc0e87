"""Files as ward officers save them."""

from __future__ import annotations

HEADER = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD/CMND", "Điện thoại", "Nhóm"]

GOOD = ["1", "Lê Thị Hường", "09/11/1971", "Nữ", "079171004512", "0902 118 340", "9"]


def csv_of(*rows: list[str], header: list[str] = HEADER) -> bytes:
    return "\n".join(";".join(row) for row in [header, *rows]).encode()


def changed(**cells_told: str) -> list[str]:
    places = {"name": 1, "born": 2, "sex": 3, "number": 4, "phone": 5, "group": 6}
    row = list(GOOD)
    for field, cell in cells_told.items():
        row[places[field]] = cell
    return row
