"""The campaign file: what an operator loads before the first day, and what of it the world keeps to itself.

Sites lie in real communes and bear numbers, not the names of real institutions. Staff bear drawn names. The keys of
tablets and of leads' passkeys are derived from the seed: the file carries only their public halves or hashes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tiemchung.kernel import wire
from tiemchung_world import facts, mint, offices, population, stores
from tiemchung_world.passkey import RP_ID, Passkey
from tiemchung_world.phase import Product, instant, tablets_for

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

    from tiemchung_world.plan import Plan

LOT_DOSES: Final = 50_000
"""Doses of one product from which on there is another lot; ours."""
SHELF_DAYS: Final = 120
"""Days after the phase until which every lot holds; ours."""
ENROLLMENT_DAYS: Final = 30
"""Days after the phase until which enrollment codes hold; ours."""
RESTRICTED_KINDS: Final = ("arrived", "identified")
"""What the restricted spare tablet is enrolled for."""


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Somebody on a site's roster; leads hold a passkey."""

    id: str
    name: str
    login: str
    role: str
    site: str
    passkey: Passkey | None = None


@dataclass(frozen=True, kw_only=True)
class TabletPlan:
    """A tablet before it is enrolled: its code, its key, whether it stands at a chair, and the kinds it may send."""

    code: str
    name: str
    at_chair: bool = False
    kinds: tuple[str, ...] | None = None
    key: ec.EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site with everybody and everything in it."""

    index: int
    code: str
    name: str
    commune: facts.Commune
    organization: str
    staff: tuple[Staff, ...] = field(repr=False)
    tablets: tuple[TabletPlan, ...] = field(repr=False)

    def who(self, role: str) -> list[Staff]:
        """Return the roster's people of one role."""
        return [one for one in self.staff if one.role == role]


@dataclass(frozen=True, kw_only=True)
class Lot:
    """A lot as delivered to the store."""

    number: str
    product: Product
    expires_on: date


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """A planned phase with its sites and lots."""

    plan: Plan = field(repr=False)
    sites: tuple[Site, ...] = field(repr=False)
    lots: tuple[tuple[Lot, ...], ...]
    """Lots of each product: the first half serves the days before the phase, the second the phase."""
    spares: tuple[TabletPlan, ...] = field(repr=False)
    """Three tablets of the last site with which things go wrong on purpose: one honest, one forged, one restricted."""

    def lot(self, *, product: int, site: int, day: int) -> Lot:
        """Return the lot of a product that a site draws from on a day."""
        lots = self.lots[product]
        half = len(lots) // 2
        return lots[site % half + (half if day >= self.plan.days_before else 0)]

    def all_lots(self) -> list[Lot]:
        """Return every lot of every product."""
        return [lot for lots in self.lots for lot in lots]


def draw_campaign(plan: Plan) -> Campaign:
    """Set up the sites, staff, tablets and lots of a planned phase."""
    phase = plan.phase
    communes = facts.communes_of(phase.phase.province)
    tablets = [tablets_for(int(most), doses_a_tablet=phase.site.doses_a_tablet) for most in plan.most_doses_a_day()]
    sites = tuple(
        _site(plan, index, commune=communes[index * len(communes) // phase.sites], tablets=tablets[index])
        for index in range(phase.sites)
    )
    spares = tuple(
        _tablet(plan, sites[-1].code, f"spare-{number}", name=f"Máy dự phòng {number + 1}", kinds=kinds)
        for number, kinds in enumerate((None, None, RESTRICTED_KINDS))
    )
    return Campaign(
        plan=plan, sites=sites, lots=tuple(_lots(plan, product) for product in phase.products), spares=spares
    )


def _tablet(
    plan: Plan,
    site: str,
    number: int | str,
    *,
    name: str,
    at_chair: bool = False,
    kinds: tuple[str, ...] | None = None,
) -> TabletPlan:
    return TabletPlan(
        code=mint.token("enroll", plan.seed, plan.run, plan.wave, site, number),
        name=name,
        at_chair=at_chair,
        kinds=kinds,
        key=mint.private_key("tablet", plan.seed, plan.run, plan.wave, site, number),
    )


def _site(plan: Plan, index: int, *, commune: facts.Commune, tablets: int) -> Site:
    code = f"{plan.phase.phase.province}-{index + 1:04d}"
    roles = ["lead", "check-in", "screener", "recorder", "observer"] + ["vaccinator"] * (tablets // 2 + 1)
    names = _staff_names(plan.seed, index, count=len(roles))
    stamps = mint.Mint("staff", plan.seed, index)
    born = int(instant(plan.phase.phase.campaign_starts_on, "06:00").timestamp() * 1000)
    staff = []
    for number, (role, name) in enumerate(zip(roles, names, strict=True)):
        passkey = Passkey.of(plan.seed, code, number) if role == "lead" else None
        login = f"{role}{number - 4 if role == 'vaccinator' else ''}.{code}"
        staff.append(Staff(id=stamps.id(born), name=name, login=login, role=role, site=code, passkey=passkey))
    return Site(
        index=index,
        code=code,
        name=f"Điểm tiêm {index + 1:04d}, {commune.name}, {commune.district} (mô phỏng)",
        commune=commune,
        organization=f"TYT-{commune.code}",
        staff=tuple(staff),
        tablets=tuple(
            _tablet(
                plan,
                code,
                number,
                name=f"{'Bàn tiêm' if number % 2 else 'Bàn đón'} {number // 2 + 1}",
                at_chair=number % 2 == 1,
            )
            for number in range(tablets)
        ),
    )


def _staff_names(seed: int, site: int, *, count: int) -> list[str]:
    people = population.populate(3 * count, seed=[seed, 2, site], province="79", on=date(2021, 9, 13))
    return people.names(np.arange(count))


def _lots(plan: Plan, product: Product) -> tuple[Lot, ...]:
    phase = plan.phase
    wanted = phase.doses * product.share
    half = max(phase.site.lots_a_product, ceil(wanted / LOT_DOSES))
    expires_on = plan.days[-1] + timedelta(days=SHELF_DAYS)
    return tuple(
        Lot(number=f"{product.lot_stem}{number + 1:04d}", product=product, expires_on=expires_on)
        for number in range(2 * half)
    )


def campaign_file(campaign: Campaign, *, on: date) -> dict[str, Any]:
    """Return the campaign file as `tiemchung load campaign` reads it on a day: with what was issued before."""
    plan = campaign.plan
    phase = plan.phase.phase
    expires_at = instant(plan.days[-1] + timedelta(days=ENROLLMENT_DAYS), "00:00")
    issues = _issues(campaign)
    return {
        "format": "tiemchung/campaign/1",
        "campaign": {
            "code": phase.code,
            "name": phase.name,
            "starts_on": phase.campaign_starts_on.isoformat(),
            "ends_on": (plan.days[-1] + timedelta(days=ENROLLMENT_DAYS)).isoformat(),
            "target_diseases": phase.target_diseases,
        },
        "organizations": _organizations(campaign) + stores.organizations(campaign),
        "sites": [_site_row(site, era="2021") for site in campaign.sites] + stores.sites(campaign),
        "stores": stores.stores(campaign),
        "fridges": stores.fridges(campaign),
        "readings": stores.readings(campaign, until=instant(on, "00:00")),
        "staff": [_staff_row(one) for site in campaign.sites for one in site.staff]
        + stores.staff(campaign)
        + offices.staff(campaign),
        "lots": [_lot_row(lot, issues) for lot in campaign.all_lots()],
        "receipts": [_receipt_row(plan, lot, issues) for lot in campaign.all_lots()],
        "issues": [
            issue
            for issue in [*stores.chain_issues(campaign, issues), *issues]
            if issue["at"] < _text(instant(on, "00:00"))
        ],
        "enrollments": [
            _enrollment_row(site.code, tablet, expires_at=_text(expires_at))
            for site in campaign.sites
            for tablet in (*site.tablets, *(campaign.spares if site is campaign.sites[-1] else ()))
        ],
    }


def _enrollment_row(site: str, tablet: TabletPlan, *, expires_at: str) -> dict[str, Any]:
    return {
        "code": tablet.code,
        "site": site,
        "name": tablet.name,
        "expires_at": expires_at,
        "kinds": None if tablet.kinds is None else list(tablet.kinds),
        "public_key_sha256": hashlib.sha256(wire.dump_public_key(tablet.key.public_key())).hexdigest(),
    }


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _organizations(campaign: Campaign) -> list[dict[str, str]]:
    """Return the health station of each commune that has a site."""
    by_code = {site.organization: site.commune for site in campaign.sites}
    return [
        {"code": code, "name": f"Trạm Y tế {commune.name}, {commune.district} (mô phỏng)", "commune": commune.code}
        for code, commune in by_code.items()
    ]


def _site_row(site: Site, *, era: str) -> dict[str, Any]:
    return {
        "code": site.code,
        "name": site.name,
        "organization": site.organization,
        "commune": site.commune.code,
        "era": era,
        "lon": None,
        "lat": None,
        "mobile": False,
    }


def _staff_row(one: Staff) -> dict[str, Any]:
    passkeys = []
    if one.passkey is not None:
        passkeys.append(
            {
                "credential": wire.to_base64url(one.passkey.credential),
                "public_key": wire.to_base64url(one.passkey.public_key()),
                "rp_id": RP_ID,
            }
        )
    role = {"role": one.role, "site": one.site}
    return {"id": one.id, "name": one.name, "login": one.login, "roles": [role], "passkeys": passkeys}


def _issues(campaign: Campaign) -> list[dict[str, Any]]:
    """Send every site what it will open, once before the first doses and once before the phase; too little to some."""
    plan = campaign.plan
    habits = plan.phase.site
    rng = np.random.default_rng([plan.seed, 3, plan.wave])
    short = rng.random(plan.phase.sites) < habits.short_sites
    stamps = mint.Mint("issue", plan.seed, plan.wave)
    districts = stores.district_stores(campaign)
    rows = []
    for site in campaign.sites:
        for product in range(len(plan.phase.products)):
            for first, last in ((0, plan.days_before), (plan.days_before, len(plan.days))):
                vials = _vials_opened(plan, site, product=product, first=first, last=last)
                if vials == 0:
                    continue
                if short[site.index]:
                    vials = max(1, int(vials * (1 - habits.short_by)))
                lot = campaign.lot(product=product, site=site.index, day=first)
                at = instant(plan.days[first] - timedelta(days=1), "15:00")
                rows.append(
                    {
                        "id": stamps.id(int(at.timestamp() * 1000)),
                        "lot": lot.number,
                        "from": districts[site.commune.district],
                        "to": site.code,
                        "doses": vials * lot.product.doses_per_vial,
                        "at": _text(at),
                    }
                )
    return rows


def _vials_opened(plan: Plan, site: Site, *, product: int, first: int, last: int) -> int:
    """Return how many vials the chairs of a site open at most on these days: what is left at evening is thrown away."""
    chairs = sum(tablet.at_chair for tablet in site.tablets)
    per_vial = plan.phase.products[product].doses_per_vial
    vials = 0
    for day in range(first, last):
        today = plan.at(day, site.index)
        taken = slice(today.start, today.stop)
        doses = int(((plan.visits.product[taken] == product) & (plan.visits.number[taken] > 0)).sum())
        if doses:
            vials += ceil(doses / per_vial) + (chairs if per_vial > 1 else 0)
    return vials


def _lot_row(lot: Lot, issues: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "number": lot.number,
        "product": lot.product.code,
        "expires_on": lot.expires_on.isoformat(),
        "manufacturer_doses": max(LOT_DOSES, 2 * stores.received(issues, lot)),
    }


def _receipt_row(plan: Plan, lot: Lot, issues: list[dict[str, Any]]) -> dict[str, Any]:
    at = instant(plan.days[0] - timedelta(days=3), "09:00")
    return {
        "id": mint.Mint("receipt", plan.seed, plan.wave, lot.number).id(int(at.timestamp() * 1000)),
        "lot": lot.number,
        "store": stores.NATIONAL,
        "doses": stores.received(issues, lot),
        "at": _text(at),
    }
