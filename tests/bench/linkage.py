"""Linkage of many rows: `python -m tests.bench.linkage [--rows N] [--twice SHARE] [--threads N]`.

Persons with names as common as they are, of whom some stand in the rows a second time, without a number, without marks or
under the year alone. The control joins the same rows in the same DuckDB where name and birth are equal: what no linkage of
any kind could do without.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from datetime import date, timedelta

import duckdb
import msgspec
import pyarrow as pa

from tests.bench.measure import machine
from tiemchung.domain.people.engine.linkage import Pair, Row, link
from tiemchung.kernel.names import search_key, token_key

_FAMILIES = [
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Trần",
    "Trần",
    "Lê",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Mạc",
]
_MIDDLES = [
    "Văn",
    "Văn",
    "Thị",
    "Thị",
    "Hữu",
    "Đức",
    "Minh",
    "Thanh",
    "Ngọc",
    "Quốc",
    "Kim",
    "Xuân",
    "Thu",
    "Hồng",
    "Anh",
    "Gia",
    "Bảo",
    "Công",
    "Diệu",
    "Phương",
    "Tuấn",
    "Mỹ",
]
_GIVEN = [
    "An",
    "Bình",
    "Châu",
    "Cường",
    "Dung",
    "Dũng",
    "Đào",
    "Đức",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hằng",
    "Hoa",
    "Hòa",
    "Hùng",
    "Hương",
    "Khoa",
    "Lan",
    "Linh",
    "Loan",
    "Long",
    "Mai",
    "Minh",
    "Nam",
    "Nga",
    "Ngân",
    "Nhung",
    "Oanh",
    "Phong",
    "Phúc",
    "Phương",
    "Quân",
    "Quang",
    "Sơn",
    "Tài",
    "Tâm",
    "Thảo",
    "Thắng",
    "Thủy",
    "Trang",
    "Trung",
    "Tú",
    "Tuấn",
    "Tuyết",
    "Uyên",
    "Vân",
    "Việt",
    "Vinh",
    "Yến",
]
_FIRST, _DAYS, _COMMUNES = date(1935, 1, 1), 25_000, 200


def rows_of(count: int, *, twice: float, seed: int = 7) -> list[Row]:
    """Return so many rows of persons, of whom this share stands there twice."""
    chance = random.Random(seed)
    rows: list[Row] = []
    while len(rows) < count:
        names = [chance.choice(_FAMILIES), chance.choice(_MIDDLES), chance.choice(_MIDDLES), chance.choice(_GIVEN)]
        born = _FIRST + timedelta(days=chance.randrange(_DAYS))
        number = chance.getrandbits(62)
        row = Row(
            name=" ".join(names),
            born_from=born,
            born_to=born,
            sex=chance.choice(("female", "male")),
            commune=str(26_000 + chance.randrange(_COMMUNES)),
            personal=(number,),
            numbers=(number,),
            phones=(chance.getrandbits(62),),
        )
        rows.append(row)
        if chance.random() < twice:
            rows.append(_again(row, chance))
    return rows[:count]


def _again(row: Row, chance: random.Random) -> Row:
    """Return somebody as another list has them."""
    slip = chance.choice(("none", "marks", "number", "year"))
    if slip == "marks":
        return msgspec.structs.replace(row, name=search_key(row.name).upper(), phones=())
    if slip == "number":
        return msgspec.structs.replace(row, personal=(), numbers=())
    if slip == "year" and row.born_from:
        year = row.born_from.year
        return msgspec.structs.replace(row, born_from=date(year, 1, 1), born_to=date(year, 12, 31))
    return row


def control(rows: list[Row], *, threads: int) -> int:
    """Join the rows where sorted name and birth are equal; returns how many pairs there are."""
    table = pa.table({"tokens": [token_key(row.name) for row in rows], "born": [row.born_from for row in rows]})
    with duckdb.connect(":memory:", config={"threads": threads}) as memory:
        memory.register("told", table)
        found = memory.execute(
            "with r as (select row_number() over () as place, * from told) "
            "select count(*) from r one join r other using (tokens, born) where one.place < other.place"
        ).fetchone()
    return int(found[0]) if found else 0


def main() -> int:
    """Run once and print rows, pairs, seconds, the ratio to the control, and the most memory that was held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--twice", type=float, default=0.3)
    parser.add_argument("--threads", type=int, default=1)
    told = parser.parse_args()
    rows = rows_of(told.rows, twice=told.twice)
    began = time.perf_counter()
    equal = control(rows, threads=told.threads)
    controlled = time.perf_counter()
    pairs: list[Pair] = link(rows, threads=told.threads)
    took = time.perf_counter() - controlled
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    certain = sum(pair.certain for pair in pairs)
    sys.stdout.write(
        f"{machine()}\n{len(rows)} rows, {certain} certain pairs and {len(pairs) - certain} for a clerk in {took:.1f} s "
        f"({len(rows) / took:,.0f} rows/s); {equal} equal ones by the control in {controlled - began:.1f} s, "
        f"ratio {took / (controlled - began):.1f}; {most} MB at most\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
