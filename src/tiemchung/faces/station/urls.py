"""Addresses of the station. A visit is named by its id; no address holds a person."""

from __future__ import annotations

from django.urls import path

from tiemchung.faces.station.views import (
    app,
    arrival,
    aside,
    dose,
    expected,
    flagged,
    lead,
    mending,
    observation,
    present,
    proofs,
    screening,
    slip,
    tablets,
    today,
)

app_name = "station"
urlpatterns = [
    path("", today.today, name="today"),
    path("app/", app.page, name="app"),
    path("app/sw.js", app.worker, name="app_worker"),
    path("app/reader.js", app.reader, name="app_reader"),
    path("app/words.json", app.words, name="app_words"),
    path("app/manifest.webmanifest", app.manifest, name="app_manifest"),
    path("arrivals/", arrival.arrive, name="arrive"),
    path("expected/", expected.expected, name="expected"),
    path("expected/<uuid:appointment>/", expected.receive, name="receive"),
    path("present/<uuid:grant>/", present.receive, name="present"),
    path("observation/", observation.board, name="board"),
    path("visits/<uuid:visit>/", dose.dose, name="dose"),
    path("visits/<uuid:visit>/identity/", mending.identity, name="identity"),
    path("visits/<uuid:visit>/screening/", screening.screening, name="screening"),
    path("visits/<uuid:visit>/stop/", mending.stop, name="stop"),
    path("visits/<uuid:visit>/observation/", observation.observation, name="observation"),
    path("visits/<uuid:visit>/reaction/", observation.reaction, name="reaction"),
    path("visits/<uuid:visit>/slip/", slip.slip, name="slip"),
    path("visits/<uuid:visit>/proofs/", proofs.withdraw, name="proofs"),
    path("visits/<uuid:visit>/mend/", mending.mend, name="mend"),
    path("doses/<uuid:dose>/confirm/", mending.confirm, name="confirm"),
    path("posts/", today.posts, name="posts"),
    path("lead/", lead.lead, name="lead"),
    path("lead/devices/", tablets.tablets, name="tablets"),
    path("lead/devices/<uuid:device>/confirm/", tablets.confirm, name="confirm_device"),
    path("lead/devices/<uuid:device>/revoke/", tablets.revoke, name="revoke_device"),
    path("lead/devices/unlock/", tablets.unlock_code, name="unlock_code"),
    path("unlock/", tablets.own_code, name="own_code"),
    path("lead/close/", lead.close_day, name="close_day"),
    path("lead/sessions/<uuid:campaign_session>/resume/", lead.resume, name="resume"),
    path("lead/vials/", lead.tell_vial, name="tell_vial"),
    path("lead/doses/", flagged.waiting, name="flagged"),
    path("lead/doses/<uuid:dose>/", flagged.stand_for, name="stand_for"),
    path("lead/aside/", aside.aside, name="aside"),
    path("lead/aside/let-in/", aside.let_in, name="let_in"),
    path("lead/aside/close/", aside.close, name="close_aside"),
]
