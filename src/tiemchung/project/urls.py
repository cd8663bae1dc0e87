"""Every address of the platform. A face adds its own under its own prefix."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from tiemchung.faces.shared import demo, signin
from tiemchung.project import pulse
from tiemchung.project.openapi import openapi

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", pulse.health),
    path("demo/clock", pulse.demo_clock),
    path("demo/", include(demo.urlpatterns)),
    path("account/", include(signin.urlpatterns)),
    path("api/openapi.json", openapi, name="openapi"),
    path("api/devices/", include("tiemchung.faces.devices.urls")),
    path("cong-tac/", include("tiemchung.faces.workbench.urls")),
    path("center/", include("tiemchung.faces.center.urls")),
    path("so-suc-khoe/", include("tiemchung.faces.healthbook.urls")),
    path("fhir/", include("tiemchung.faces.partners.urls")),
    path("kho/", include("tiemchung.faces.depot.urls")),
    path("station/", include("tiemchung.faces.station.urls")),
    path("chot/", include("tiemchung.faces.checkpoint.urls")),
    path("kiem-tra/", include("tiemchung.faces.verifier.urls")),
    path("", include("tiemchung.faces.portal.urls")),
]

handler400 = "tiemchung.faces.shared.failures.not_understood"
handler403 = "tiemchung.faces.shared.failures.not_allowed"
handler404 = "tiemchung.faces.shared.failures.not_found"
handler500 = "tiemchung.faces.shared.failures.our_fault"
