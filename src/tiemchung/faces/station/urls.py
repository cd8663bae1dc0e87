"""Addresses of the station. A visit is named by its id; no address holds a person."""

from __future__ import annotations

from django.urls import path

from tiemchung.faces.station import views

app_name = "station"
urlpatterns = [
    path("", views.today, name="today"),
    path("visits/<uuid:visit>/", views.dose, name="dose"),
    path("posts/", views.posts, name="posts"),
    path("lead/", views.lead, name="lead"),
    path("lead/devices/", views.open_enrollment, name="open_enrollment"),
    path("lead/devices/<uuid:device>/confirm/", views.confirm_device, name="confirm_device"),
    path("lead/devices/<uuid:device>/revoke/", views.revoke_device, name="revoke_device"),
    path("lead/close/", views.close_day, name="close_day"),
]
