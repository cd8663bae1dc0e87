"""Facts of certificates: some were signed together, some were revoked together. What they say is in neither."""

from __future__ import annotations

from uuid import UUID

from tiemchung.kernel.events import Event


class CertificatesSigned(Event, frozen=True, kw_only=True):
    """Certificates were signed for doses of these persons; `head` is the link of the transparency log that covers them."""

    certificates: list[UUID]
    persons: list[UUID]
    head: str


class CertificatesRevoked(Event, frozen=True, kw_only=True):
    """Certificates of these persons were revoked: their dose was mended or voided, or their proof withdrawn."""

    certificates: list[UUID]
    persons: list[UUID]
    head: str
