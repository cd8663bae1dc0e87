"""Addresses of the response center."""

from __future__ import annotations

from django.urls import path

from tiemchung.faces.center import views

app_name = "center"
urlpatterns = [
    path("", views.board, name="board"),
]
