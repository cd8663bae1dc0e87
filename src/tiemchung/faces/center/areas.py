"""By area: who works and who is silent, doses issued and entered, how long the stock lasts, who was reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Channel, TargetGroup
from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures.values import UNKNOWN, Level, Unit
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.domain.places.values import Level as UnitLevel
from tiemchung.domain.response import queries as response
from tiemchung.domain.response.values import AreaStanding
from tiemchung.faces.center import sayings
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import Words, language, said, t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

EMPTY_DAYS, SHORT_DAYS = 1.0, 3.0
"""Below these many days of stock a unit is shown as stopped, or to be looked at. Ours."""
CHANNELS: dict[Channel, Words] = {
    Channel.OWN: Words("tự đăng ký trên điện thoại", "by themselves, on a phone"),
    Channel.DESK: Words("tại quầy", "at a desk"),
    Channel.LIST: Words("theo danh sách của phường, xã", "by a ward's list"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A unit of the table: its standing with its name, and the shape of its stock ("" where all is well)."""

    name: str
    code: str
    standing: AreaStanding
    shape: str


@staff_only(Power.SEE_BOARD)
@require_safe
def by_area(request: StaffRequest, province: str = "") -> HttpResponse:
    """Show the provinces, or the districts of one: all that is within reach."""
    actor, now = request.actor, clock().now()
    unit = places.unit(Era.Y2021, province) if province else None
    if province and (unit is None or unit.level is not UnitLevel.PROVINCE):
        raise Http404
    found = response.areas(actor=actor, province=province)
    short = response.sites_short(actor=actor, province=province)
    short_sites = places.sites_of([told.site for told in short])
    open_now = campaigns.open_campaigns(business_day(now))
    of = Unit("2021", Level.PROVINCE, province) if province else figures.NATION
    groups = campaigns.target_groups()
    page = {
        "here": "areas",
        "now": now,
        "open_count": response.open_count(actor=actor),
        "province": unit,
        "rows": [_row(standing) for standing in found],
        "sites": sum(standing.sites for standing in found),
        "spoke": sum(standing.spoke for standing in found),
        "issued": sum(standing.issued for standing in found),
        "entered": sum(standing.entered for standing in found),
        "usable": sum(standing.usable for standing in found),
        "on_road": sum(standing.on_road for standing in found),
        "counted_at": min((standing.counted_at for standing in found), default=None),
        "short": [(sayings.where(told.site, short_sites), told) for told in short],
        "campaign": open_now[0] if open_now else None,
        "channels": [
            (said(CHANNELS[Channel(channel)]), count)
            for channel, count in response.registrations_by_channel(open_now[0].code, actor=actor).items()
        ]
        if open_now
        else [],
        "groups": [
            (_group_name(code, groups), doses)
            for code, doses in sorted(figures.doses_by_group(of).items(), key=lambda one: -one[1])
        ],
    }
    return render(request, "center/areas.html", page)


def _row(standing: AreaStanding) -> Row:
    unit = places.unit(Era.Y2021, standing.code)
    shape = ""
    if standing.days is not None and standing.days < SHORT_DAYS:
        shape = "oct" if standing.days < EMPTY_DAYS else "tri"
    return Row(
        name=unit.display_name if unit else t("không rõ", "unknown"), code=standing.code, standing=standing, shape=shape
    )


def _group_name(code: str, groups: Mapping[str, TargetGroup]) -> str:
    found = groups.get(code)
    if found is None:
        return t("không rõ nhóm", "group unknown") if code == UNKNOWN else code
    return f"{code} · {found.label_en if language() == 'en' else found.label_vi}"
