"""Addresses of the check. No address ever holds what somebody showed."""

from __future__ import annotations

from django.urls import path

from tiemchung.faces.verifier import views

app_name = "verifier"
urlpatterns = [
    path("", views.home, name="home"),
    path("ket-qua/", views.check, name="check"),
    path("danh-sach.json", views.lists, name="lists"),
    path("khoa.json", views.key, name="key"),
    path("nhat-ky.json", views.log, name="log"),
    path("nhat-ky/<uuid:line>/<uuid:certificate>.json", views.proof, name="proof"),
    path("sw.js", views.worker, name="worker"),
]
