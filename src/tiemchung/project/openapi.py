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
from tiemchung.faces.shared.openapi import JSON, TEXT, Part, answer, operation, properties
from tiemchung.faces.verifier import openapi as verifier

_DESCRIPTION = """What machines may call here, whoever they are.

- **devices**: tablets at sites, signed (`docs/decisions/0006`); the same by itself at `/api/devices/openapi.json`.
- **partners**: other systems, FHIR R4, by their own reach or by a citizen's consent.
- **verifier**: signed lists of keys and revocations, the log, and the check of one code, for everybody.
- **figures**: what the portal shows, for everybody.
- **platform**: whether it answers, and this document."""


def document(*, base: str) -> dict[str, Any]:
    """Return the document. Each face describes its own; nothing is told here twice."""
    told: dict[str, Any] = dict(devices.get_openapi_schema())
    for operations in told["paths"].values():
        for each in operations.values():
            each.setdefault("tags", ["devices"])
    told["paths"] = told["paths"] | partners.paths() | verifier.paths() | portal.paths() | _own_paths()
    security = partners.security(base=f"{base}/fhir", authorize=base + reverse("healthbook:asked"))
    told["components"]["securitySchemes"] = told["components"].get("securitySchemes", {}) | security
    return {
        **told,
        "info": {"title": "Tiêm Chủng", "version": "1", "description": _DESCRIPTION},
        "servers": [{"url": base}],
    }


def _own_paths() -> dict[str, Part]:
    health = {
        "200": answer(
            "alive: the run, `ok` and the platform's time", JSON, properties(run=TEXT, status=TEXT, now=TEXT)
        ),
        "503": answer("`no-database`", JSON, properties(run=TEXT, status=TEXT)),
    }
    described = {"200": answer("OpenAPI 3.1", JSON, properties(openapi=TEXT, paths={"type": "object"}))}
    return {
        "/healthz": {"get": operation("health", "whether this platform answers", health, tag="platform")},
        "/api/openapi.json": {"get": operation("openapi", "this document", described, tag="platform")},
    }


@public("describes what machines may call")
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Answer the document."""
    base = (settings.TIEMCHUNG_PUBLIC_URL or request.build_absolute_uri("/")).rstrip("/")
    return HttpResponse(msgspec.json.encode(document(base=base)), content_type="application/json")
