"""Incidents stand on a ward with two sites, a tablet, and officers who watch one of the sites or the country."""

from __future__ import annotations

from tests.domain.intake.conftest import new_tablet, tablet, ward

__all__ = ["new_tablet", "tablet", "ward"]
