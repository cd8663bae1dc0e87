"""Addresses of the partners' API, as FHIR names them. A person stands in them by our id, which tells nothing."""

from __future__ import annotations

from django.urls import path

from tiemchung.faces.partners import views

app_name = "partners"
urlpatterns = [
    path("metadata", views.metadata, name="metadata"),
    path(".well-known/smart-configuration", views.smart, name="smart"),
    path("token", views.token, name="token"),
    path("Patient", views.patients, name="patients"),
    path("Patient/<uuid:identifier>", views.patient, name="patient"),
    path("Immunization", views.doses, name="doses"),
    path("Immunization/<str:identifier>", views.dose, name="dose"),
    path("ImmunizationRecommendation", views.aheads, name="aheads"),
    path("ImmunizationRecommendation/<uuid:identifier>", views.ahead, name="ahead"),
]
