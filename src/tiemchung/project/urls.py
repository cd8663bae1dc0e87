"""Every address of the platform. A face adds its own under its own prefix."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from tiemchung.faces.shared import signin
from tiemchung.project import pulse

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", pulse.health),
    path("demo/clock", pulse.demo_clock),
    path("account/", include(signin.urlpatterns)),
    path("api/devices/", include("tiemchung.faces.devices.urls")),
]
