"""What this server can do, as FHIR's CapabilityStatement and as the configuration that SMART apps look for."""

from __future__ import annotations

from typing import Any

from tiemchung.domain.access.values import ALGORITHMS, SCOPES
from tiemchung.faces.partners.mapping import VERSION, Resource

RESOURCES = {
    "Patient": {"_id": "token"},
    "Immunization": {"patient": "reference"},
    "ImmunizationRecommendation": {"patient": "reference"},
}
"""Every resource with the parameters of its search; the views stand for exactly these, and a test holds them to it."""
GRANTS = ("client_credentials", "authorization_code", "refresh_token")
"""How a token is asked for; a test holds what is told here to what `token` takes."""
_SMART = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


def statement(*, base: str, authorize: str) -> Resource:
    """Return the CapabilityStatement."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-22",
        "publisher": "Tiêm Chủng",
        "kind": "instance",
        "software": {"name": "Tiêm Chủng"},
        "implementation": {"description": "Persons, doses and what is due, read by registered systems", "url": base},
        "fhirVersion": VERSION,
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": _security(base=base, authorize=authorize),
                "resource": [
                    {
                        "type": name,
                        "interaction": [{"code": "read"}, {"code": "search-type"}],
                        "searchParam": [{"name": each, "type": kind} for each, kind in parameters.items()],
                    }
                    for name, parameters in RESOURCES.items()
                ],
            }
        ],
    }


def _security(*, base: str, authorize: str) -> Resource:
    coding = {
        "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
        "code": "SMART-on-FHIR",
    }
    uris = [{"url": "token", "valueUri": f"{base}/token"}, {"url": "authorize", "valueUri": authorize}]
    return {
        "extension": [{"url": _SMART, "extension": uris}],
        "service": [{"coding": [coding], "text": "private_key_jwt; by own reach, or by a citizen's consent"}],
        "description": f"Tokens at {base}/token. Every read is logged with the partner's purpose and shown to the citizen.",
    }


def smart(*, base: str, authorize: str) -> dict[str, Any]:
    """Return the SMART configuration (SMART App Launch 2, conformance)."""
    return {
        "token_endpoint": f"{base}/token",
        "authorization_endpoint": authorize,
        "grant_types_supported": list(GRANTS),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": list(SCOPES),
        "capabilities": [
            "launch-standalone",
            "client-confidential-asymmetric",
            "context-standalone-patient",
            "permission-patient",
            "permission-v2",
        ],
    }
