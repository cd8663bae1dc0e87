"""`tiemchung load campaign FILE.json`: organizations, sites, staff, lots, stock and enrollment codes of a campaign.

The file is checked whole before anything is written, and everything wrong in it is told in one list, each with its
place in the JSON. It is taken all or not at all; loaded again, nothing changes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction

from tiemchung.domain.access import actions as access
from tiemchung.domain.access.errors import RowRefused
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns.values import Campaign
from tiemchung.domain.places import actions as places
from tiemchung.domain.places import queries as places_queries
from tiemchung.domain.supply import actions as supply
from tiemchung.domain.supply import queries as supply_queries
from tiemchung.domain.supply.values import (
    FridgeShown,
    IssueTold,
    LotTold,
    ReadingTold,
    ReceiptTold,
    Store,
)
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.kernel.actor import EVERYWHERE, Actor, ActorKind, Power
from tiemchung.plumbing.rows import BadRow
from tiemchung.plumbing.time import clock
from tiemchung.project.campaign_rows import (
    KEYS,
    LISTS,
    CampaignRow,
    FridgeRow,
    IssueRow,
    LotRow,
    ReadingRow,
    ReceiptRow,
    StoreRow,
)

OPERATOR = Actor(id=None, kind=ActorKind.SYSTEM, name="load campaign", powers=frozenset({Power.LOAD}), reach=EVERYWHERE)
"""Whoever may run commands as the database's owner: may load and nothing else."""

FORMAT = "tiemchung/campaign/1"


class Wrong(msgspec.Struct, frozen=True):
    """Something wrong in the file: where (a JSON path as in `$.lots[3].doses`) and what."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class CampaignWrong(Exception):  # noqa: N818 - it tells what the matter is
    """The file cannot be loaded; `wrongs` names everything that is wrong in it."""

    def __init__(self, wrongs: Sequence[Wrong]) -> None:
        super().__init__("\n".join(map(str, wrongs)))
        self.wrongs = list(wrongs)


def load_campaign(arguments: argparse.Namespace) -> int:
    """Load the file and print what was new; 1 and everything that is wrong if it cannot be loaded."""
    file: Path = arguments.file
    try:
        counts = load_campaign_file(file.read_bytes(), now=clock().now())
    except OSError as error:
        return _refuse([f"{file}: {error.strerror}"])
    except CampaignWrong as wrong:
        return _refuse([f"{file}: {one}" for one in wrong.wrongs])
    for name, (rows, changed) in counts.items():
        print(f"{name}: {rows} in the file, {changed} new or changed")  # noqa: T201 - a command speaks to whoever typed it
    return 0


def _refuse(lines: Sequence[str]) -> int:
    print("\n".join([*lines, "Nothing was loaded."]), file=sys.stderr)  # noqa: T201 - same
    return 1


def load_campaign_file(content: bytes, *, now: datetime) -> dict[str, tuple[int, int]]:
    """Check a campaign file whole, then load it all or not at all; return rows and how many were new, by list.

    Raises `CampaignWrong` with everything that is wrong.
    """
    raw = _read(content)
    wrongs: list[Wrong] = []
    rows = {name: _rows(raw, name, shape, wrongs) for name, shape in LISTS.items()}
    wrongs += _campaign_wrongs(raw)
    if not wrongs:
        wrongs += _cross_check(rows)
    if wrongs:
        raise CampaignWrong(wrongs)
    try:
        with transaction.atomic():
            told = msgspec.convert(raw["campaign"], Campaign)
            changes = campaigns.load_campaigns([told], actor=OPERATOR)
            counts = {name: (len(rows[name]), load(raw, rows[name], now)) for name, load in _LOADERS.items()}
            return {"campaign": (1, changes.added + changes.altered), **counts}
    except BadRow as bad:
        path = f"$.{bad.facts['file']}[{bad.facts['line'] - 1}]"
        raise CampaignWrong([Wrong(path, bad.facts["reason"])]) from bad
    except RowRefused as refused:
        path = f"$.{refused.facts['list']}[{refused.facts['row'] - 1}]"
        raise CampaignWrong([Wrong(path, refused.facts["why"])]) from refused


def _read(content: bytes) -> dict[str, Any]:
    try:
        raw = msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise CampaignWrong([Wrong("$", str(error))]) from error
    if raw.get("format") != FORMAT:
        raise CampaignWrong([Wrong("$.format", f"is {raw.get('format')!r} and not {FORMAT!r}")])
    return raw


def _campaign_wrongs(raw: dict[str, Any]) -> Iterator[Wrong]:
    for name in raw.keys() - LISTS.keys() - {"format", "campaign"}:
        yield Wrong(f"$.{name}", "no such list is known")
    try:
        campaign = msgspec.convert(raw.get("campaign"), CampaignRow)
    except msgspec.ValidationError as error:
        yield _wrong("$.campaign", error)
        return
    if campaign.ends_on < campaign.starts_on:
        yield Wrong("$.campaign.ends_on", "lies before starts_on")
    if campaign.starts_on < settings.TIEMCHUNG_CAMPAIGN_START:
        # Entries from between the two days would all be kept as impossible.
        start = settings.TIEMCHUNG_CAMPAIGN_START.isoformat()
        yield Wrong("$.campaign.starts_on", f"lies before {start}, the setting TIEMCHUNG_CAMPAIGN_START")


def _rows(raw: dict[str, Any], name: str, shape: type[msgspec.Struct], wrongs: list[Wrong]) -> list[Any]:
    told = raw.get(name, [])
    if not isinstance(told, list):
        wrongs.append(Wrong(f"$.{name}", "is no list"))
        return []
    rows: list[Any] = []
    keys: dict[object, int] = {}
    for place, row in enumerate(told):
        try:
            rows.append(msgspec.convert(row, shape))
        except msgspec.ValidationError as error:
            wrongs.append(_wrong(f"$.{name}[{place}]", error))
            continue
        named = KEYS[name]
        key = " ".join(str(getattr(rows[-1], part)) for part in named)
        if key in keys:
            wrongs.append(Wrong(f"$.{name}[{place}].{named[-1]}", f"{key} stands in row {keys[key]} already"))
        keys[key] = place
    return rows


def _wrong(path: str, error: msgspec.ValidationError) -> Wrong:
    """Return msgspec's sentence with its path (`... - at `$.x``) put behind ours."""
    reason, _, place = str(error).partition(" - at `$")
    return Wrong(path + place.rstrip("`"), reason)


def _cross_check(rows: dict[str, list[Any]]) -> Iterator[Wrong]:
    """Yield what names something that neither the file nor the database knows."""
    products = vaccines.products()
    told_sites = {row.code for row in rows["sites"]}
    told_lots = {row.number: row.product for row in rows["lots"]}
    named = list(_named_sites(rows))
    known_sites = told_sites | places_queries.sites_of({code for _, code in named} - told_sites).keys()
    for path, code in named:
        if code not in known_sites:
            yield Wrong(path, f"site {code} is neither in the file nor known")
    moved = [
        (f"$.{name}[{place}].lot", row.lot) for name in ("receipts", "issues") for place, row in enumerate(rows[name])
    ]
    known_lots = supply_queries.lots_known(told_lots.keys() | {lot for _, lot in moved})
    for path, lot in moved:
        if lot not in told_lots and lot not in known_lots:
            yield Wrong(path, f"lot {lot} is neither in the file nor known")
    for place, row in enumerate(rows["lots"]):
        if row.product not in products:
            yield Wrong(f"$.lots[{place}].product", f"{row.product} is no product of the reference data")
        elif row.number in known_lots and known_lots[row.number].product != row.product:
            product = known_lots[row.number].product
            yield Wrong(f"$.lots[{place}].product", f"lot {row.number} is known as {product}")
    for place, row in enumerate(rows["issues"]):
        if row.origin == row.destination:
            yield Wrong(f"$.issues[{place}].to", f"{row.destination} sends to itself")


def _named_sites(rows: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    for place, row in enumerate(rows["staff"]):
        for number, role in enumerate(row.roles):
            if role.site is not None:
                yield f"$.staff[{place}].roles[{number}].site", role.site
    for name, fields in _SITE_FIELDS.items():
        for place, row in enumerate(rows[name]):
            told = ((field, getattr(row, _WRITTEN.get(field, field))) for field in fields)
            yield from ((f"$.{name}[{place}].{field}", code) for field, code in told if code is not None)


_SITE_FIELDS = {
    "stores": ("code", "supplier"),
    "fridges": ("store",),
    "readings": ("store",),
    "receipts": ("store",),
    "issues": ("to", "from"),
    "enrollments": ("site",),
}
"""Which fields of which list name a site, as the file writes them."""
_WRITTEN = {"to": "destination", "from": "origin"}


def _load_organizations(raw: dict[str, Any], _rows: list[Any], _now: datetime) -> int:
    changes = places.load_organizations(raw.get("organizations", []), actor=OPERATOR)
    return changes.added + changes.altered


def _load_sites(raw: dict[str, Any], _rows: list[Any], _now: datetime) -> int:
    changes = places.load_sites(raw.get("sites", []), actor=OPERATOR)
    return changes.added + changes.altered


def _load_staff(raw: dict[str, Any], _rows: list[Any], now: datetime) -> int:
    return access.load_staff(raw.get("staff", []), actor=OPERATOR, now=now).new


def _load_enrollments(raw: dict[str, Any], _rows: list[Any], _now: datetime) -> int:
    return access.load_enrollments(raw.get("enrollments", []), actor=OPERATOR).new


def _load_stores(_raw: dict[str, Any], rows: list[StoreRow], _now: datetime) -> int:
    told = [Store(code=row.code, level=row.level, supplier=row.supplier) for row in rows]
    return supply.load_stores(told, actor=OPERATOR)


def _load_fridges(_raw: dict[str, Any], rows: list[FridgeRow], _now: datetime) -> int:
    told = [
        FridgeShown(site=row.store, code=row.code, name=row.name, low_c=row.low_c, high_c=row.high_c) for row in rows
    ]
    return supply.load_fridges(told, actor=OPERATOR)


def _load_readings(_raw: dict[str, Any], rows: list[ReadingRow], now: datetime) -> int:
    told = [
        ReadingTold(
            id=row.id,
            site=row.store,
            fridge=row.fridge,
            taken_at=row.at,
            temp_c=row.temp_c,
            lowest_c=row.lowest_c,
            highest_c=row.highest_c,
            minutes_outside=row.minutes_outside,
            note=row.note,
        )
        for row in rows
    ]
    return supply.load_readings(told, actor=OPERATOR, now=now)


def _load_lots(_raw: dict[str, Any], rows: list[LotRow], now: datetime) -> int:
    lots = [
        LotTold(
            number=row.number,
            product=row.product,
            expires_on=row.expires_on,
            manufacturer_doses=row.manufacturer_doses,
        )
        for row in rows
    ]
    return supply.load_lots(lots, actor=OPERATOR, now=now)


def _load_receipts(_raw: dict[str, Any], rows: list[ReceiptRow], now: datetime) -> int:
    receipts = [ReceiptTold(id=row.id, lot=row.lot, store=row.store, doses=row.doses, at=row.at) for row in rows]
    return supply.load_receipts(receipts, actor=OPERATOR, now=now)


def _load_issues(_raw: dict[str, Any], rows: list[IssueRow], now: datetime) -> int:
    issues = [
        IssueTold(id=row.id, lot=row.lot, origin=row.origin, destination=row.destination, doses=row.doses, at=row.at)
        for row in rows
    ]
    return supply.load_issues(issues, actor=OPERATOR, now=now)


_LOADERS: dict[str, Callable[[dict[str, Any], list[Any], datetime], int]] = {
    "organizations": _load_organizations,
    "sites": _load_sites,
    "stores": _load_stores,
    "fridges": _load_fridges,
    "readings": _load_readings,
    "staff": _load_staff,
    "lots": _load_lots,
    "receipts": _load_receipts,
    "issues": _load_issues,
    "enrollments": _load_enrollments,
}
