"""Who uses the system, and how much of what happens it hears: sites live, targets entered, channels, entries against doses."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Channel
from tiemchung.domain.figures.values import COUNTRY_CODE, Level
from tiemchung.domain.places import queries as places
from tiemchung.domain.response import queries as response
from tiemchung.domain.response.values import AreaStanding, UnitStanding
from tiemchung.faces.center.areas import CASES_SHOWN, LEVELS
from tiemchung.faces.shared.divisions import ERA, path_at
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

CHANNELS: dict[Channel, Words] = {
    Channel.OWN: Words("Tự đăng ký trên điện thoại", "By themselves, on a phone"),
    Channel.DESK: Words("Tại quầy", "At a desk"),
    Channel.LIST: Words("Theo danh sách của phường, xã", "By a ward's list"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A unit: how many of its sites use the system, what was entered of what was issued, and its target list."""

    name: str
    code: str
    standing: AreaStanding
    demand: UnitStanding


@staff_only(Power.SEE_BOARD)
@require_safe
def show(request: StaffRequest, province: str = "") -> HttpResponse:
    """Show adoption by province, or by district of one, within reach."""
    actor, now = request.actor, clock().now()
    path = path_at([province] if province else [])
    level = LEVELS[ERA][len(path)]
    found = response.areas(actor=actor, since=now - CASES_SHOWN, level=level, parent=province)
    demand = response.units_standing(level, parent=province or COUNTRY_CODE, era=ERA)
    open_now = campaigns.open_campaigns(business_day(now))
    here = places.reach_of([(ERA, province)]).communes if province else None
    channels = response.registrations_by_channel(open_now[0].code, actor=actor, within=here) if open_now else {}
    rows = [
        Row(
            name=unit.display_name if (unit := places.unit(ERA, each.code)) else t("không rõ", "unknown"),
            code=each.code,
            standing=each,
            demand=demand.get(each.code, UnitStanding(unit=each.code)),
        )
        for each in found
    ]
    registered = sum(channels.values())
    page = {
        "here": "adoption",
        "now": now,
        "open_count": response.open_count(actor=actor),
        "province": path[0] if path else None,
        "rows": rows,
        "live_units": sum(row.standing.spoke > 0 for row in rows),
        "listed_units": sum(row.demand.listed > 0 for row in rows),
        **{
            field: sum(getattr(row.standing, field) for row in rows)
            for field in ("sites", "spoke", "issued", "entered")
        },
        "listed": sum(row.demand.listed for row in rows),
        "counted_at": min((each.counted_at for each in found), default=None),
        "campaign": open_now[0] if open_now else None,
        "channels": [
            (said(CHANNELS[Channel(channel)]), count, count / registered) for channel, count in channels.items()
        ],
        "at_level": Level.PROVINCE.value if not path else Level.DISTRICT.value,
    }
    return render(request, "center/adoption.html", page)
