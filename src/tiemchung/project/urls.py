"""Every address of the platform. A face adds its own under its own prefix."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from tiemchung.project import pulse

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", pulse.health),
    path("demo/clock", pulse.demo_clock),
]
