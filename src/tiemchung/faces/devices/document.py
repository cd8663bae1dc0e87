"""The OpenAPI document of the Devices API: with batches and envelopes, which plain views answer, and problems as RFC 9457."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from tiemchung.faces.devices.batches import SEALED
from tiemchung.faces.devices.relays import RELAYED
from tiemchung.faces.devices.schemas import ReceiptTold

BATCHES = "/api/devices/batches"
RELAYS = "/api/devices/relays"
"""Answered by plain views (`batches`, `relays`), described here."""


class DevicesAPI(NinjaAPI):
    """The API with batches and envelopes in its document, though ninja does not serve them."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        """Return the OpenAPI document."""
        schema = super().get_openapi_schema(*args, **kwargs)
        schema["paths"][BATCHES] = {"post": _batch_operation()}
        schema["paths"][RELAYS] = {"post": _relay_operation()}
        schema["components"]["schemas"].update(_definitions(ReceiptTold))
        for operations in schema["paths"].values():
            for operation in operations.values():
                _tell_problems(operation["responses"])
        return schema


def _tell_problems(answers: dict[Any, Any]) -> None:
    """Say of every refusal that it is a problem document (RFC 9457): ninja knows one type for all answers."""
    for status, told in answers.items():
        if int(status) >= HTTPStatus.BAD_REQUEST:
            told["content"] = _PROBLEM


def _definitions(schema: type[ReceiptTold]) -> dict[str, Any]:
    told = schema.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**told.pop("$defs", {}), schema.__name__: told}


_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _batch_operation() -> dict[str, Any]:
    problem_body = _PROBLEM
    header = (
        '{"device":"01997b4c-8f6a-7cc2-9d7e-1f2a3b4c5d6e","first":41,"count":1,"previous":"...","head":"...",'
        '"signature":"..."}\n'
    )
    example = header + (
        '{"kind":"vial-opened","id":"01997b4d-0000-7000-8000-000000000001","schema":1,"seq":41,'
        '"at":"2021-09-13T06:58:12.345Z","offset_ms":-120,"site":"79-0012",'
        '"staff":"01997b40-0000-7000-8000-000000000002","lot":"ABX6412","vial":"LQ7-0412","doses":10,"reason":null}\n'
    )
    return {
        "operationId": "batch",
        "summary": "Send a signed batch",
        "description": (
            "1 to 500 chained entries, one a line, after a header line that signs the chain's head. Each entry is answered "
            "`kept`, `known` (a repeat) or `set-aside`; what is answered is safe. Anything wrong with sender, signature, "
            "chain or size refuses the whole batch, and nothing of it is stored. The body may be deflated (zlib); in the sealed "
            "form each line is the entry sealed to the server, base64url. Limits hold for what is sent and what it holds."
        ),
        "parameters": [
            {"in": "header", "name": "Content-Encoding", "schema": {"type": "string", "enum": ["identity", "deflate"]}}
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-ndjson": {"schema": {"type": "string"}, "example": example},
                SEALED: {"schema": {"type": "string"}, "example": f"{header}AQT1...\n"},
            },
        },
        "responses": {
            200: {
                "description": "One answer an entry, in the order of the batch.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ReceiptTold"}}},
            },
            400: {"description": "No batch can be read from these bytes.", "content": problem_body},
            401: {"description": "Unknown sender or wrong signature.", "content": problem_body},
            409: {
                "description": "The chain does not continue the one known here: `last_sequence` and `head` tell where it stands.",
                "content": problem_body,
            },
            413: {"description": "More bytes or entries than a batch may have.", "content": problem_body},
            415: {"description": "A coding of the body that is not known here.", "content": problem_body},
        },
    }


def _relay_operation() -> dict[str, Any]:
    line = '{"hub":"01997b4c-8f6a-7cc2-9d7e-1f2a3b4c5d6e","taken_at":"2021-09-13T06:58:12.345Z","length":412,"signature":"..."}'
    told = {"type": "object", "required": ["receipt"], "properties": {"receipt": {"type": "string"}}}
    return {
        "operationId": "relay",
        "summary": "Bring a tablet's batch",
        "description": (
            "One sealed batch, byte for byte as its tablet sent it, behind a line that a site's hub signed. The answer is a receipt "
            "for the tablet: what became of each entry, as a compact JWS (ES256) under the server's key. Whatever is wrong with the "
            "batch is answered as if the tablet had sent it."
        ),
        "requestBody": {
            "required": True,
            "content": {RELAYED: {"schema": {"type": "string"}, "example": f"{line}\n{{...}}\nAQT1...\n"}},
        },
        "responses": {
            200: {"description": "The receipt.", "content": {"application/json": {"schema": told}}},
            400: {"description": "No batch can be read from what the envelope holds.", "content": _PROBLEM},
            401: {"description": "No enrolled hub signed this, or no tablet the batch in it.", "content": _PROBLEM},
            409: {"description": "The chain does not continue the one known here.", "content": _PROBLEM},
            413: {"description": "More bytes or entries than a batch may have.", "content": _PROBLEM},
        },
    }
