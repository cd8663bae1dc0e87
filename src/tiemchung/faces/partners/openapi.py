"""What partner systems may call, as OpenAPI describes it: one read and one search for each resource of `capability`."""

from __future__ import annotations

from tiemchung.domain.access.values import PATIENT_SCOPE, SCOPES, SYSTEM_SCOPE
from tiemchung.faces.partners import capability
from tiemchung.faces.shared.openapi import JSON, TEXT, Part, answer, operation, parameter, properties

BASE, TAG = "/fhir", "partners"
_FHIR = "application/fhir+json"
_OBJECT = properties(resourceType=TEXT)
_ID = {"type": "string", "format": "uuid"}
_WORDS = {
    "Patient": ("one person", "persons by id"),
    "Immunization": ("one dose", "doses of a person, oldest first"),
    "ImmunizationRecommendation": ("the doses ahead of a person", "the doses ahead of a person, if any"),
}
_ANSWERS = {
    "200": answer("the resource or a searchset Bundle", _FHIR, _OBJECT),
    "400": answer("OperationOutcome: a parameter cannot be read", _FHIR, _OBJECT),
    "401": answer("OperationOutcome: no token, or it is over, or taken back", _FHIR, _OBJECT),
    "403": answer("OperationOutcome: not registered or not allowed", _FHIR, _OBJECT),
    "404": answer("OperationOutcome: not within reach, or not there", _FHIR, _OBJECT),
}
_PAGES = (
    parameter("_count", "query", "entries a page", {"type": "integer", "minimum": 1, "maximum": 50}),
    parameter("_cursor", "query", "of the page before, as its link has it"),
)


def paths() -> dict[str, Part]:
    """Return the operations by address."""
    told: dict[str, Part] = {
        f"{BASE}/metadata": _open("metadata", "the CapabilityStatement", _FHIR, _OBJECT),
        f"{BASE}/.well-known/smart-configuration": _open("smart", "the SMART configuration", JSON, {"type": "object"}),
        f"{BASE}/token": {"post": _token()},
    }
    for name, parameters in capability.RESOURCES.items():
        one, many = _WORDS[name]
        identifier = parameter("id", "path", "the resource's id", _ID if name != "Immunization" else TEXT)
        asked = [parameter(each, "query", "an id, or Patient/<id>", required=True) for each in parameters]
        pages = _PAGES if name == "Immunization" else ()
        told[f"{BASE}/{name}/{{id}}"] = {"get": _get(name, f"read{name}", one, [identifier])}
        told[f"{BASE}/{name}"] = {"get": _get(name, f"search{name}", many, [*asked, *pages])}
    return told


def security(*, base: str, authorize: str) -> Part:
    """Return how a partner is let in: by its own reach, or by a citizen's consent."""
    token = f"{base}/token"
    by_reach = {scope: "by the partner's own reach" for scope in SCOPES if scope.startswith(SYSTEM_SCOPE)}
    by_consent = {scope: "by a citizen's consent" for scope in SCOPES if scope.startswith(PATIENT_SCOPE)}
    flows = {
        "clientCredentials": {"tokenUrl": token, "scopes": by_reach},
        "authorizationCode": {"authorizationUrl": authorize, "tokenUrl": token, "scopes": by_consent},
    }
    return {"partner": {"type": "oauth2", "flows": flows}}


def _open(identifier: str, summary: str, media: str, schema: Part) -> Part:
    return {"get": operation(identifier, summary, {"200": answer(summary, media, schema)}, tag=TAG, security=[])}


def _get(resource: str, identifier: str, summary: str, parameters: list[Part]) -> Part:
    either = [{"partner": [f"{begins}{resource}.rs"]} for begins in (SYSTEM_SCOPE, PATIENT_SCOPE)]
    return operation(identifier, summary, _ANSWERS, tag=TAG, parameters=parameters, security=either)


def _token() -> Part:
    fields = {
        "grant_type": {"type": "string", "enum": list(capability.GRANTS)},
        "client_assertion_type": TEXT,
        "client_assertion": TEXT,
        "scope": TEXT,
        "code": TEXT,
        "code_verifier": TEXT,
        "redirect_uri": TEXT,
        "refresh_token": TEXT,
    }
    body = {
        "type": "object",
        "required": ["grant_type", "client_assertion_type", "client_assertion"],
        "properties": fields,
    }
    error = properties(error=TEXT)
    answers = {
        "200": answer("the token; with a consent also patient and refresh_token", JSON, properties(access_token=TEXT)),
        "400": answer("invalid_request, invalid_scope, invalid_grant or unsupported_grant_type", JSON, error),
        "401": answer("invalid_client", JSON, error),
    }
    sent = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": body}}}
    words = "a token for a signed assertion (RFC 7523)"
    return operation("token", words, answers, tag=TAG, requestBody=sent, security=[])
