"""The chain of stores: nation, region, city, districts, each with its fridges, and how every lot comes down to the sites.

What a site is sent comes from its district's store, which had it from the city's, and so on up. Beyond that, each of the
three great stores keeps some of every lot. Temperatures are the paper log of the city's cold room.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tiemchung_world import mint, population
from tiemchung_world.phase import instant

if TYPE_CHECKING:
    from tiemchung_world.campaign import Campaign, Lot

NATIONAL: Final = "00-9000"
REGIONAL: Final = "79-9001"
CITY: Final = "79-9000"
KEPT_VIALS: Final = 100
"""Vials of every lot that each of the three great stores keeps; ours."""
LOGGED_DAYS: Final = 7
WARM_C, WARM_MINUTES, WARM_DAYS_BEFORE = 9.4, 38, 2
"""The door of the cold room stood open once: invented."""
_GREAT: Final = (
    (NATIONAL, "KHO-QG", "Kho vắc xin quốc gia (mô phỏng)", "national", None),
    (REGIONAL, "KHO-KV", "Kho vắc xin khu vực phía Nam (mô phỏng)", "regional", NATIONAL),
    (CITY, "KHO-79", "Kho vắc xin thành phố (mô phỏng)", "provincial", REGIONAL),
)


def district_stores(campaign: Campaign) -> dict[str, str]:
    """Return the code of each district's store by the district's name, for districts with sites."""
    names = list(dict.fromkeys(site.commune.district for site in campaign.sites))
    return {name: f"79-91{number:02d}" for number, name in enumerate(names, 1)}


def organizations(campaign: Campaign) -> list[dict[str, str]]:
    """Return who runs the stores."""
    first = campaign.sites[0].commune.code
    rows = [{"code": organization, "name": name, "commune": first} for _, organization, name, _, _ in _GREAT]
    homes = {site.commune.district: site.commune.code for site in reversed(campaign.sites)}
    return rows + [
        {"code": f"TTYT-{code}", "name": f"Trung tâm Y tế {district} (mô phỏng)", "commune": homes[district]}
        for district, code in district_stores(campaign).items()
    ]


def sites(campaign: Campaign) -> list[dict[str, Any]]:
    """Return the stores as places."""
    homes = {row["code"]: row["commune"] for row in organizations(campaign)}
    rows = [(code, organization, name) for code, organization, name, _, _ in _GREAT]
    rows += [
        (code, f"TTYT-{code}", f"Kho vắc xin {district} (mô phỏng)")
        for district, code in district_stores(campaign).items()
    ]
    return [
        {
            "code": code,
            "name": name,
            "organization": organization,
            "commune": homes[organization],
            "era": "2021",
            "lon": None,
            "lat": None,
            "mobile": False,
        }
        for code, organization, name in rows
    ]


def stores(campaign: Campaign) -> list[dict[str, str | None]]:
    """Return the chain: each store with its level and the one it is supplied by."""
    rows: list[dict[str, str | None]] = [
        {"code": code, "level": level, "supplier": supplier} for code, _, _, level, supplier in _GREAT
    ]
    districts = district_stores(campaign).values()
    return rows + [{"code": code, "level": "district", "supplier": CITY} for code in districts]


def fridges(campaign: Campaign) -> list[dict[str, Any]]:
    """Return the fridges of every store: cold rooms and a freezer in the great ones, one fridge in a district's."""
    cold = {"low_c": 2.0, "high_c": 8.0}
    rows = [{"store": code, "code": "BL2", "name": "Buồng lạnh 2", **cold} for code, *_ in _GREAT]
    rows += [
        {"store": code, "code": "AS1", "name": "Tủ âm sâu 1", "low_c": -90.0, "high_c": -60.0} for code, *_ in _GREAT
    ]
    districts = district_stores(campaign).values()
    return rows + [{"store": code, "code": "TL1", "name": "Tủ lạnh 1", **cold} for code in districts]


def readings(campaign: Campaign, *, until: datetime) -> list[dict[str, Any]]:
    """Return the paper log of the city's fridges, read twice a day in the week before the first day of the phase."""
    begins = instant(campaign.plan.days[campaign.plan.days_before], "00:00")
    rng = np.random.default_rng([campaign.plan.seed, 5])
    stamps = mint.Mint("reading", campaign.plan.seed)
    rows = []
    for fridge, middle, spread in (("BL2", 4.6, 0.5), ("AS1", -75.0, 2.0)):
        for half in range(2 * LOGGED_DAYS):
            at = begins - timedelta(days=LOGGED_DAYS) + timedelta(hours=12 * half + 7.5)
            row = {
                "id": stamps.id(int(at.timestamp() * 1000)),
                "store": CITY,
                "fridge": fridge,
                "at": _text(at),
                "temp_c": round(float(rng.normal(middle, spread / 2)), 1),
            }
            if fridge == "BL2" and half == 2 * (LOGGED_DAYS - WARM_DAYS_BEFORE) + 1:
                warm = {"lowest_c": 4.1, "highest_c": WARM_C, "minutes_outside": WARM_MINUTES}
                row |= {**warm, "temp_c": 4.7, "note": "Cửa mở lâu khi nhận chuyến"}
            if at < until:
                rows.append(row)
    return rows


def staff(campaign: Campaign) -> list[dict[str, Any]]:
    """Return who keeps the stores and who judges the quality of what lies in them, with drawn names."""
    born = int(instant(campaign.plan.phase.phase.campaign_starts_on, "06:00").timestamp() * 1000)
    stamps = mint.Mint("store-staff", campaign.plan.seed)
    codes = [code for code, *_ in _GREAT]
    people = population.populate(60, seed=[campaign.plan.seed, 4], province="79", on=campaign.plan.days[0])
    names = people.names(np.arange(len(codes) + 2))
    rows = [(f"storekeeper.{code}", {"role": "storekeeper", "site": code}) for code in codes]
    city: dict[str, str] = {"role": "quality-officer", "level": "province", "era": "2021", "place": "79"}
    rows += [(f"quality{number}.79", city) for number in (1, 2)]
    return [
        {"id": stamps.id(born), "name": name, "login": login, "roles": [role], "passkeys": []}
        for (login, role), name in zip(rows, names, strict=True)
    ]


def needed(issues: list[dict[str, Any]], lot: Lot) -> int:
    """Return the doses of a lot that sites are sent."""
    return sum(row["doses"] for row in issues if row["lot"] == lot.number)


def received(issues: list[dict[str, Any]], lot: Lot) -> int:
    """Return the doses of a lot that come to the nation's store."""
    return needed(issues, lot) + len(_GREAT) * KEPT_VIALS * lot.product.doses_per_vial


def chain_issues(campaign: Campaign, issues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return how what sites are sent came down to their district's store; `issues` are those from there to the sites."""
    stamps = mint.Mint("chain", campaign.plan.seed, campaign.plan.wave)
    first = instant(campaign.plan.days[0] - timedelta(days=2), "08:00")
    rows = []
    for lot in campaign.all_lots():
        kept = KEPT_VIALS * lot.product.doses_per_vial
        for step, way in enumerate(((NATIONAL, REGIONAL), (REGIONAL, CITY))):
            doses = needed(issues, lot) + (2 - step) * kept
            rows.append(_issue(stamps, lot.number, way, doses=doses, at=first + timedelta(hours=2 * step)))
    to_districts: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for issue in issues:
        to_districts[issue["at"], issue["lot"], issue["from"]] += issue["doses"]
    for (at, number, district), doses in to_districts.items():
        rows.append(
            _issue(stamps, number, (CITY, district), doses=doses, at=datetime.fromisoformat(at) - timedelta(hours=3))
        )
    return rows


def _issue(stamps: mint.Mint, lot: str, way: tuple[str, str], *, doses: int, at: datetime) -> dict[str, Any]:
    origin, destination = way
    return {
        "id": stamps.id(int(at.timestamp() * 1000)),
        "lot": lot,
        "from": origin,
        "to": destination,
        "doses": doses,
        "at": _text(at),
    }


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
