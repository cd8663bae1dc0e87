"""The OpenAPI document of what partner systems may call. Tablets have their own, which it names."""

from __future__ import annotations

from typing import Any

_FHIR = "application/fhir+json"
_OBJECT = {"type": "object", "required": ["resourceType"], "properties": {"resourceType": {"type": "string"}}}


def document(*, base: str) -> dict[str, Any]:
    """Return the document."""
    answers = {
        "200": _answer("the resource or a searchset Bundle"),
        "400": _answer("OperationOutcome: a parameter cannot be read"),
        "401": _answer("OperationOutcome: no token, or its time is over"),
        "403": _answer("OperationOutcome: not registered for this"),
        "404": _answer("OperationOutcome: not within reach, or not there"),
    }
    page = [
        _parameter("_count", "query", {"type": "integer", "minimum": 1, "maximum": 50}),
        _parameter("_cursor", "query"),
    ]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tiêm Chủng: Partners",
            "version": "1",
            "description": "FHIR R4 read of persons and doses for registered systems. What tablets call is described at "
            "/api/devices/openapi.json.",
        },
        "servers": [{"url": base}],
        "components": {
            "securitySchemes": {
                "backend": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {
                            "tokenUrl": f"{base}/token",
                            "scopes": {"system/Patient.rs": "read persons", "system/Immunization.rs": "read doses"},
                        }
                    },
                }
            }
        },
        "paths": {
            "/metadata": {"get": {"summary": "CapabilityStatement", "responses": {"200": answers["200"]}}},
            "/token": {"post": _token()},
            "/Patient": {"get": _get("Patient", "persons by id", [_parameter("_id", "query", required=True)], answers)},
            "/Patient/{id}": {"get": _get("Patient", "one person", [_parameter("id", "path", required=True)], answers)},
            "/Immunization": {
                "get": _get(
                    "Immunization", "doses of a person", [_parameter("patient", "query", required=True), *page], answers
                )
            },
            "/Immunization/{id}": {
                "get": _get("Immunization", "one dose", [_parameter("id", "path", required=True)], answers)
            },
        },
    }


def _answer(words: str) -> dict[str, Any]:
    return {"description": words, "content": {_FHIR: {"schema": _OBJECT}}}


def _parameter(
    name: str, place: str, schema: dict[str, Any] | None = None, *, required: bool = False
) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": schema or {"type": "string"}}


def _get(resource: str, summary: str, parameters: list[dict[str, Any]], answers: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": summary,
        "security": [{"backend": [f"system/{resource}.rs"]}],
        "parameters": parameters,
        "responses": answers,
    }


def _token() -> dict[str, Any]:
    fields = ("grant_type", "client_assertion_type", "client_assertion", "scope")
    return {
        "summary": "a token for a signed assertion (RFC 7523)",
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": list(fields),
                        "properties": {field: {"type": "string"} for field in fields},
                    }
                }
            },
        },
        "responses": {
            "200": {"description": "access_token, token_type, expires_in, scope"},
            "400": {"description": "invalid_request, invalid_scope or unsupported_grant_type"},
            "401": {"description": "invalid_client"},
        },
    }
