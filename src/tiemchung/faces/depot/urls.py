"""Addresses of the depot. Places stand by their code, a shipment by its id; a lot's number stands in the query."""

from __future__ import annotations

from django.urls import path

from tiemchung.faces.depot.views import counting, fridge, home, logger, lot, papers, quality, receiving, shipping

app_name = "depot"
# The fixed words stand before the places: no site's code is one of them.
urlpatterns = [
    path("", home.places_within, name="home"),
    path("quyet-dinh/", quality.decisions, name="decisions"),
    path("lo/", lot.everywhere, name="lot"),
    path("<str:site>/", home.store, name="store"),
    path("<str:site>/tu/<str:code>/", fridge.fridge, name="fridge"),
    path("<str:site>/tu/<str:code>/may-ghi/", logger.logger, name="logger"),
    path("<str:site>/nhan/<uuid:consignment>/giay-to/", papers.keep, name="keep_paper"),
    path("<str:site>/giay-to/<uuid:paper>/", papers.give, name="paper"),
    path("<str:site>/nhan/", receiving.receive, name="receive"),
    path("<str:site>/chuyen/", shipping.listed, name="shipments"),
    path("<str:site>/chuyen/moi/", shipping.new, name="new_shipment"),
    path("<str:site>/chuyen/<uuid:shipment>/", shipping.one, name="shipment"),
    path("<str:site>/kiem-ke/", counting.count, name="count"),
    path("<str:site>/lo/", lot.here, name="lot_here"),
]
