"""The furniture announces itself to Django, so that its check runs at every start."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register

from tiemchung.faces.shared.assets import check_build


class SharedConfig(AppConfig):
    """Layouts, components and sentences of all faces."""

    name = "tiemchung.faces.shared"
    label = "shared"

    def ready(self) -> None:
        """Have a missing build told at start."""
        register(check_build)
