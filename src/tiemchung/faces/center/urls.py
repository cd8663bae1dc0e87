"""Addresses of the response center."""

from __future__ import annotations

from django.urls import path

from tiemchung.domain.places.values import Era
from tiemchung.faces.center import adoption, areas, board, calls, closing, incidents, sites, teams

app_name = "center"
NEW = {"era": Era.Y2025}
"""Units are named by the codes of 2021, below 2025/ by those since 2025."""
urlpatterns = [
    path("", board.board, name="board"),
    path("su-co/", incidents.listed, name="incidents"),
    path("su-co/mo/", incidents.opened, name="open_incident"),
    path("su-co/<uuid:incident>/", incidents.shown, name="incident"),
    path("su-co/<uuid:incident>/<slug:what>/", incidents.step, name="step"),
    path("doi/", teams.listed, name="teams"),
    path("doi/lap/", teams.formed, name="form_team"),
    path("doi/<uuid:team>/<slug:what>/", teams.step, name="team_step"),
    path("canh-bao/<uuid:alert>/mo/", incidents.opened_from, name="open_from_alert"),
    path("giay/<slug:site>/<slug:what>/", incidents.paper, name="paper"),
    path("theo-noi/", areas.by_area, name="areas"),
    path("theo-noi/2025/", areas.by_area, NEW, name="new_areas"),
    path("theo-noi/2025/<slug:province>/", areas.by_area, NEW, name="new_area"),
    path("theo-noi/2025/<slug:province>/<slug:commune>/", areas.by_area, NEW, name="new_commune"),
    path("theo-noi/<slug:province>/", areas.by_area, name="area"),
    path("theo-noi/<slug:province>/<slug:district>/", areas.by_area, name="district"),
    path("theo-noi/<slug:province>/<slug:district>/<slug:commune>/", areas.by_area, name="commune"),
    path("diem/<slug:site>/", sites.show, name="site"),
    path("su-dung/", adoption.show, name="adoption"),
    path("su-dung/<slug:province>/", adoption.show, name="adoption_area"),
    path("dong-ngay/", closing.show, name="closing"),
    path("tong-dai/", calls.waiting, name="calls"),
    path("tong-dai/ghi/", calls.noted, name="note_call"),
    path("tong-dai/<uuid:call>/<slug:what>/", calls.step, name="call_step"),
]
