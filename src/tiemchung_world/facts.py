"""What the world knows about the country: units, names, prefixes and the age pyramid, read from `data/`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_TYPE_WORDS = {
    "phuong": "Phường",
    "xa": "Xã",
    "thi-tran": "Thị trấn",
    "quan": "Quận",
    "huyen": "Huyện",
    "thi-xa": "Thị xã",
    "thanh-pho": "Thành phố",
}
"""The 2021 files give the bare name; shown is type word + name (HCMC districts are called '1', '12')."""


@dataclass(frozen=True, kw_only=True)
class Commune:
    """A commune of 2021 with the names shown for it and its district."""

    code: str
    name: str
    district: str


@dataclass(frozen=True, kw_only=True)
class NameParts:
    """Texts of one kind of name part for one sex, and how often each is drawn (sum 1)."""

    texts: NDArray[np.object_]
    shares: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Pyramid:
    """Age bands by sex: first and last age of each cell, whether it is women's, its share of all (sum 1)."""

    youngest: NDArray[np.int64]
    oldest: NDArray[np.int64]
    female: NDArray[np.bool_]
    shares: NDArray[np.float64]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files(__package__).joinpath("data", name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


@cache
def communes_of(province: str) -> tuple[Commune, ...]:
    """Return the communes of a province of 2021, in the order of the file."""
    districts = {row["code"]: f"{_TYPE_WORDS[row['type']]} {row['name']}" for row in _rows("vn_districts_2021.csv")}
    return tuple(
        Commune(
            code=row["code"],
            name=f"{_TYPE_WORDS[row['type']]} {row['name']}",
            district=districts[row["district_code"]],
        )
        for row in _rows("vn_communes_2021.csv")
        if row["province_code"] == province
    )


def spread(communes: tuple[Commune, ...], wards: int) -> tuple[Commune, ...]:
    """Return so many of these communes, evenly spread over their order; all of them when as many are asked for."""
    count = min(wards, len(communes))
    return tuple(communes[index * len(communes) // count] for index in range(count))


@cache
def provinces() -> tuple[str, ...]:
    """Return the codes of the provinces of 2021."""
    return tuple(row["code"] for row in _rows("vn_provinces_2021.csv"))


@cache
def birth_prefixes() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the first three digits of the personal number by province, and each province's share of people."""
    rows = list(_rows("vn_provinces_2021.csv"))
    people = np.array([float(row["population_2019_approx"]) for row in rows])
    return np.array([int(row["cccd_prefix"]) for row in rows], dtype=np.int64), people / people.sum()


@cache
def prefix_of(province: str) -> int:
    """Return the first three digits of personal numbers registered in this province."""
    return next(int(row["cccd_prefix"]) for row in _rows("vn_provinces_2021.csv") if row["code"] == province)


@cache
def name_parts(part: str, sex: str) -> NameParts:
    """Return the texts of this part (`family`, `middle`, `given`) that people of this sex ("M", "F") bear."""
    rows = [row for row in _rows("vn_name_parts.csv") if row["part"] == part and row["sex"] in {sex, "U"}]
    weights = np.array([float(row["weight"]) for row in rows])
    if part == "middle" and sex == "F":
        weights = _with_common_thi(rows, weights)
    return NameParts(texts=np.array([row["text"] for row in rows], dtype=object), shares=weights / weights.sum())


FEMALE_THI_SHARE = 0.4
"""Share of women whose middle name is or begins with Thị; ours, for the sample behind the file is male-heavy."""


def _with_common_thi(rows: list[dict[str, str]], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    thi = np.array([row["text"].split()[0] == "Thị" for row in rows])
    scaled = weights.copy()
    scaled[thi] *= FEMALE_THI_SHARE / weights[thi].sum()
    scaled[~thi] *= (1 - FEMALE_THI_SHARE) / weights[~thi].sum()
    return scaled


@cache
def mobile_prefixes() -> NDArray[np.int64]:
    """Return the prefixes of mobile numbers in use since 2018, without the leading zero."""
    return np.array([int(row["prefix"]) for row in _rows("vn_mobile_prefixes.csv")], dtype=np.int64)


@cache
def age_pyramid() -> Pyramid:
    """Return the cells of the age pyramid (ours, no statistic)."""
    rows = list(_rows("age_pyramid.csv"))
    shares = np.array([[float(row["male"]), float(row["female"])] for row in rows])
    return Pyramid(
        youngest=np.repeat([int(row["age_from"]) for row in rows], 2),
        oldest=np.repeat([int(row["age_to"]) for row in rows], 2),
        female=np.tile([False, True], len(rows)),
        shares=(shares / shares.sum()).ravel(),
    )
