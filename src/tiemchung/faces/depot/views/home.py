"""Where am I: the places within reach, and the one store with what is to be done there."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import DaysLeft, ShipmentState
from tiemchung.faces.depot import pages
from tiemchung.faces.depot.views.frame import at_place, names_of, page, product_names
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.lasting import lasting
from tiemchung.faces.shared.words import said
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

SHORTEST = 30
"""How many sites with the fewest days left are shown."""


@staff_only(Power.RECEIVE_STOCK, Power.JUDGE_QUALITY)
@require_safe
def places_within(request: StaffRequest) -> HttpResponse:
    """Lead somebody with one place there; show whoever reaches more their stores, and the sites that run out first."""
    reach = request.actor.reach
    if len(reach.sites) == 1 and not reach.everywhere:
        return redirect("depot:store", site=next(iter(reach.sites)))
    today = business_day(clock().now())
    stores = supply.stores(None if reach.everywhere else reach.sites)
    codes = [store.code for store in stores]
    left = {each.site: each for each in supply.stock_days_left(codes, today=today)}
    others = [] if reach.everywhere else sorted(reach.sites - set(codes))
    shortest = sorted(
        (each for each in supply.stock_days_left(others, today=today) if each.days is not None), key=_days
    )[:SHORTEST]
    names = names_of([*codes, *(each.site for each in shortest)])
    return page(
        request,
        "depot/home.html",
        {
            "stores": [
                {
                    "code": store.code,
                    "name": names.get(store.code, store.code),
                    "level": said(pages.LEVELS[store.level]),
                    "left": left[store.code],
                }
                for store in stores
            ],
            "shortest": [{"name": names.get(each.site, each.site), "left": each} for each in shortest],
            "decisions": len(supply.open_decisions(None if reach.everywhere else reach.sites)),
        },
        here="home",
    )


def _days(left: DaysLeft) -> float:
    return left.days if left.days is not None else float("inf")


@staff_only(Power.RECEIVE_STOCK, Power.JUDGE_QUALITY)
@require_safe
def store(request: StaffRequest, site: str) -> HttpResponse:
    """Show a place: what is to be done now, its fridges, and its lots by the day before which they must be used."""
    at_place(request, site)
    now = clock().now()
    today = business_day(now)
    readings = supply.readings(site, since=now - pages.READ_SINCE)
    fridges = [pages.fridge_row(each, readings, now=now) for each in supply.fridges(site)]
    names = product_names()
    left = supply.stock_days_left([site], today=today)[0]
    coming = supply.shipments(site, states=[ShipmentState.ON_ROAD], incoming=True)
    going = supply.shipments(site, states=[ShipmentState.PICKED, ShipmentState.ON_ROAD], incoming=False)
    return page(
        request,
        "depot/store.html",
        {
            "fridges": fridges,
            "lots": [pages.lot_row(line, names=names, today=today) for line in supply.shelves(site)],
            "left": left,
            "lasts": lasting(left),
            "coming": [each for each in coming if not each.arrivals],
            "missing": [each for each in [*coming, *going] if each.arrivals and each.open],
            "picked": [each for each in going if each.state is ShipmentState.PICKED],
            "waiting": supply.consignments([site], state="waiting"),
            "decisions": len([each for each in supply.open_decisions([site]) if each.site]),
            "counts": supply.open_counts([site]),
            "recalls": supply.recalls_to_answer(site),
            "known": supply.store(site),
            "levels": pages.LEVELS,
            "places": names_of({each.origin for each in coming} | {each.destination for each in going}),
        },
        here="store",
        site=site,
    )
