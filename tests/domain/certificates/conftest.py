"""Certificates are prepared of what came through the door of a ward."""

from __future__ import annotations

from tests.domain.intake.conftest import new_tablet, tablet, ward
from tests.domain.visits.conftest import lead

__all__ = ["lead", "new_tablet", "tablet", "ward"]
