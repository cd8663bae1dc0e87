"""The few forms in which a face describes what machines may call there; the whole document is joined in `project.openapi`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Part = dict[str, Any]
JSON, CSV, HTML, SCRIPT = "application/json", "text/csv; charset=utf-8", "text/html; charset=utf-8", "text/javascript"
TEXT: Part = {"type": "string"}
NOT_THERE: Part = {"description": "there is nothing here", "content": {HTML: {"schema": TEXT}}}


def answer(words: str, media: str, schema: Part | None = None) -> Part:
    """Return one answer: what it is, in which type, of which shape."""
    return {"description": words, "content": {media: {"schema": schema or TEXT}}}


def parameter(name: str, place: str, words: str, schema: Part | None = None, *, required: bool = False) -> Part:
    """Return one parameter of an address (`path`) or after it (`query`)."""
    told = {"name": name, "in": place, "description": words, "schema": schema or TEXT}
    return {**told, "required": required or place == "path"}


def operation(
    identifier: str,
    summary: str,
    answers: Mapping[str, Part],
    *,
    tag: str,
    parameters: Sequence[Part] = (),
    **more: Any,
) -> Part:
    """Return one operation."""
    told: Part = {"operationId": identifier, "summary": summary, "tags": [tag], "responses": dict(answers), **more}
    if parameters:
        told["parameters"] = list(parameters)
    return told


def properties(**told: Part) -> Part:
    """Return an object of which all these properties are there."""
    return {"type": "object", "required": list(told), "properties": told}
