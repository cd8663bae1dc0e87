"""The persons of a book, as its pages may show them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonShown
from tiemchung.faces.shared.citizens import CitizenRequest
from tiemchung.kernel.purpose import Purpose


def persons_of(request: CitizenRequest, now: datetime) -> dict[UUID, PersonShown]:
    """Return the persons whose book this account opens, as a screen may show them. Claims are never among them."""
    proved = [link.person for link in request.links if link.proved]
    return people.persons(proved, purpose=Purpose.OWN, actor=request.actor, viewed_at=now) if proved else {}
