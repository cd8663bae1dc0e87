"""Django's settings. Everything a deployment may choose comes from the environment."""

from __future__ import annotations

import os

ROOMS = [
    "journal",
    "places",
    "people",
    "notices",
    "access",
    "declarations",
    "vaccines",
    "supply",
    "immunization",
    "campaigns",
    "scheduling",
    "visits",
    "safety",
    "certificates",
    "movement",
    "mending",
    "figures",
    "response",
    "intake",
]
FACES = [
    "healthbook",
    "portal",
    "workbench",
    "station",
    "center",
    "checkpoint",
    "depot",
    "verifier",
    "partners",
    "devices",
    "shared",
]

SECRET_KEY = os.environ.get("TIEMCHUNG_SECRET_KEY", "only-until-the-environment-room-reads-it")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *[f"tiemchung.domain.{room}" for room in ROOMS],
    *[f"tiemchung.faces.{face}" for face in FACES],
]
ROOT_URLCONF = "tiemchung.project.urls"
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
LANGUAGE_CODE = "vi"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "tiemchung"}}
TIEMCHUNG_KEYS_DIR = os.environ.get("TIEMCHUNG_KEYS_DIR", "")
