"""The stream's door: what its server calls for every reader. Pages are served by WSGI, at half the cost (`wsgi`)."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiemchung.project.settings")
django.setup()

from tiemchung.faces.center.stream import Stream  # noqa: E402 - Django stands before its models are imported

application = Stream()
