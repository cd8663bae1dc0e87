"""The web process's door: what the server calls for every request."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiemchung.project.settings")

application = get_wsgi_application()
