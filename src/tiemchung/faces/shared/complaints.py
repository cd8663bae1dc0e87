"""The form of a complaint, as it is read wherever one is filed: on the portal, in a book, at a desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest

from tiemchung.domain.access import policy as access
from tiemchung.domain.mending import queries
from tiemchung.domain.mending.values import MOST_SLIP_BYTES, MOST_SLIPS, AskedIn, ComplaintTold, ToldFacts
from tiemchung.faces.shared.mending import kind_said
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import Refusal

FIELDS = {
    "complaint-empty": "story",
    "complaint-too-long": "story",
    "phone-unreadable": "phone",
    "slip-too-large": "slip",
    "slip-unreadable": "slip",
    "slips-too-many": "slip",
}


def read_complaint(
    request: HttpRequest, *, now: datetime, site: str, account_phone: str = "", like: ComplaintTold | None = None
) -> ComplaintTold:
    """Return what a form tells, about a site; what the page knows by itself stands in `like`.

    Of a photo no more is read than is taken: of a larger one a byte too many, which refuses it;
    of more photos one too many.
    """
    form = request.POST
    facts: dict[str, Any] = {name: form.get(name, "").strip() for name in ToldFacts.__struct_fields__}
    told = ComplaintTold(
        id=_id(form.get("id", "")) or uuid7(now),
        kind=form.get("kind", ""),
        story=form.get("story", ""),
        site=site,
        phone=form.get("phone", "").strip(),
        slips=tuple(
            upload.read(MOST_SLIP_BYTES + 1) for upload in request.FILES.getlist("slip")[: MOST_SLIPS + 1] if upload
        ),
        account_phone=account_phone,
        **facts,
    )
    if like is None:
        return told
    known = {name: getattr(like, name) for name in ("person", "dose", "commune", "phone", "name", "born")}
    return msgspec.structs.replace(told, **known)


def kinds_taken(*, but: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Return the kinds of complaint that a form offers, with their words."""
    return [
        (kind.code, kind_said(kind.code))
        for kind in queries.complaint_kinds().values()
        if kind.asked_in is AskedIn.PORTAL and kind.code not in but
    ]


def field_of(refusal: Refusal) -> str:
    """Return the field of the form beside which a refusal is said."""
    return FIELDS.get(refusal.code, "kind")


def same_phone(one: str, other: str) -> bool:
    """Tell whether two numbers are one phone, however they are written."""
    return access.told_phone(one) == access.told_phone(other) != ""


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
