"""What verifiers elsewhere may call, as OpenAPI describes it: the lists, the log, the key of both, and the check itself."""

from __future__ import annotations

from tiemchung.domain.certificates.values import Why, Word
from tiemchung.faces.shared.openapi import HTML, JSON, NOT_THERE, TEXT, Part, answer, operation, parameter, properties

TAG = "verifier"
_SIGNED = properties(protected=TEXT, payload=TEXT, signature=TEXT)
_NUMBER = {"type": "integer", "minimum": 0}
_PROOF = properties(line=TEXT, leaf=TEXT, index=_NUMBER, count=_NUMBER, path={"type": "array", "items": TEXT})
_UUID = {"type": "string", "format": "uuid"}


def paths() -> dict[str, Part]:
    """Return the operations by address."""
    signed = "A JWS in its flattened JSON form (RFC 7515, 7.2.2), ES256. Its payload: "
    lists = signed + "`as_of`, `keys` (kid, country, uses, from, until, jwk, x5c), `revoked` and `replaced` by day."
    log = signed + "`as_of` and `lines` (id, at, what, leaves, root, previous, head), the oldest first."
    path = "Hashes in hex; how they are joined up to the line's root is RFC 6962, an odd node rising unchanged."
    key = properties(kty=TEXT, crv=TEXT, x=TEXT, y=TEXT, kid=TEXT)
    return {
        "/kiem-tra/danh-sach.json": {
            "get": operation("lists", "keys trusted and hashes revoked", {"200": answer(lists, JSON, _SIGNED)}, tag=TAG)
        },
        "/kiem-tra/nhat-ky.json": {
            "get": operation(
                "log",
                "the log of everything signed and revoked",
                {"200": answer(log, JSON, _SIGNED), "404": NOT_THERE},
                tag=TAG,
                parameters=[parameter("after", "query", "the id of the last line known", _UUID)],
            )
        },
        "/kiem-tra/nhat-ky/{line}/{certificate}.json": {
            "get": operation(
                "proofOfInclusion",
                "the proof that a certificate stands in a line of the log",
                {"200": answer(path, JSON, _PROOF), "404": NOT_THERE},
                tag=TAG,
                parameters=[
                    parameter("line", "path", "the line's id", _UUID),
                    parameter("certificate", "path", "the certificate's id", _UUID),
                ],
            )
        },
        "/kiem-tra/khoa.json": {
            "get": operation(
                "listKey", "the public key by which both are signed", {"200": answer("a JWK", JSON, key)}, tag=TAG
            )
        },
        "/kiem-tra/": {
            "get": operation("verifier", "the check itself, for people", {"200": answer("a page", HTML)}, tag=TAG)
        },
        "/kiem-tra/ket-qua/": {"post": _check()},
    }


def _check() -> Part:
    """Describe the check of one code by the server, which forgets it: for passes, whose key is in no list."""
    words = {"type": "array", "items": TEXT}
    verdict = properties(
        word={"type": "string", "enum": [word.value for word in Word]},
        why={"type": "string", "enum": [why.value for why in Why]},
        shown=properties(tone=TEXT, why=TEXT, name=TEXT, facts=words, advice=words),
    )
    text = {"type": "string", "minLength": 1, "description": "the text of the QR code"}
    body = {"type": "object", "required": ["text"], "properties": {"text": text}}
    return operation(
        "check",
        "one certificate or pass judged by the server, which keeps nothing of it; JSON for who accepts no HTML",
        {
            "200": {
                "description": "the verdict",
                "content": {JSON: {"schema": verdict}, HTML: {"schema": TEXT}},
            },
            "422": answer("nothing to check was sent", HTML),
        },
        tag=TAG,
        requestBody={"required": True, "content": {"application/x-www-form-urlencoded": {"schema": body}}},
    )
