"""What verifiers elsewhere may take home, as OpenAPI describes it: the lists and the log."""

from __future__ import annotations

from tiemchung.faces.shared.openapi import HTML, JSON, NOT_THERE, Part, answer, operation, parameter, properties

TAG = "verifier"
_LISTS = properties(
    as_of={"type": "integer"}, keys={"type": "array"}, revoked={"type": "object"}, replaced={"type": "object"}
)
_LOG = properties(lines={"type": "array"})
_UUID = {"type": "string", "format": "uuid"}


def paths() -> dict[str, Part]:
    """Return the operations by address."""
    lists = "keys (kid, country, uses, from, until, jwk, x5c), and hashes of 16 bytes each by day"
    log = "lines (id, at, what, leaves, root, previous, head), the oldest first"
    return {
        "/kiem-tra/danh-sach.json": {
            "get": operation("lists", "keys trusted and hashes revoked", {"200": answer(lists, JSON, _LISTS)}, tag=TAG)
        },
        "/kiem-tra/nhat-ky.json": {
            "get": operation(
                "log",
                "the log of everything signed and revoked",
                {"200": answer(log, JSON, _LOG), "404": NOT_THERE},
                tag=TAG,
                parameters=[parameter("after", "query", "the id of the last line known", _UUID)],
            )
        },
        "/kiem-tra/": {
            "get": operation("verifier", "the check itself, for people", {"200": answer("a page", HTML)}, tag=TAG)
        },
    }
