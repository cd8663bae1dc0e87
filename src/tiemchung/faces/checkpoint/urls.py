"""Addresses of checkpoints. What a traveler shows or declares stands in no address."""

from __future__ import annotations

from django.urls import path

from tiemchung.faces.checkpoint import journeys, views, zones

app_name = "checkpoint"
urlpatterns = [
    path("", views.home, name="home"),
    path("chon/", views.choose, name="choose"),
    path("kiem/", views.check, name="check"),
    path("qua/", views.record, name="record"),
    path("diem/", views.places_page, name="places"),
    path("diem/<str:code>/ngung/", views.end, name="end"),
    path("vung/", zones.listed, name="zones"),
    path("vung/<uuid:zone>/het/", zones.end, name="end-zone"),
    path("to-khai/", journeys.declare, name="declare"),
    path("to-khai/ma/", journeys.code, name="code"),
    path("to-khai/hinh/", journeys.picture, name="picture"),
]
