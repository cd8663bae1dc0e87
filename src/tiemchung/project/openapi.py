"""Everything that machines may call, in one OpenAPI document: tablets, partner systems, verifiers, readers of figures."""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from tiemchung.faces.devices.api import api as devices
from tiemchung.faces.partners import openapi as partners
from tiemchung.faces.portal import openapi as portal
from tiemchung.faces.shared.doors import public
from tiemchung.faces.verifier import openapi as verifier

_DESCRIPTION = """What machines may call here, whoever they are.

- **devices**: tablets at sites, signed (`docs/decisions/0006`); the same by itself at `/api/devices/openapi.json`.
- **partners**: other systems, FHIR R4, by their own reach or by a citizen's consent.
- **verifier**: signed lists of keys and revocations, and the log, for everybody.
- **figures**: what the portal shows, for everybody."""


def document(*, base: str) -> dict[str, Any]:
    """Return the document. Each face describes its own; nothing is told here twice."""
    told: dict[str, Any] = dict(devices.get_openapi_schema())
    for operations in told["paths"].values():
        for operation in operations.values():
            operation.setdefault("tags", ["devices"])
    told["paths"] = told["paths"] | partners.paths() | verifier.paths() | portal.paths()
    security = partners.security(base=f"{base}/fhir", authorize=base + reverse("healthbook:asked"))
    told["components"]["securitySchemes"] = told["components"].get("securitySchemes", {}) | security
    return {
        **told,
        "info": {"title": "Tiêm Chủng", "version": "1", "description": _DESCRIPTION},
        "servers": [{"url": base}],
    }


@public("describes what machines may call")
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Answer the document."""
    base = (settings.TIEMCHUNG_PUBLIC_URL or request.build_absolute_uri("/")).rstrip("/")
    return HttpResponse(msgspec.json.encode(document(base=base)), content_type="application/json")
