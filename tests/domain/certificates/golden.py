"""Certificates right and wrong, with the verdicts to which Python and TypeScript are both held.

`python -m tests.domain.certificates.golden` writes `tests/conformance/dcc/ours.json` anew; what an attacker would show
stands beside what an honest bearer shows.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tiemchung.domain.certificates.engine import base45, cose, payload
from tiemchung.domain.certificates.engine.verifying import judge, revocation_hash
from tiemchung.domain.certificates.values import Kind, Revoked, Signable, Signer, Verdict
from tiemchung.kernel.wire import to_base64url

FILE = Path(__file__).parents[2] / "conformance" / "dcc" / "ours.json"
NOW = datetime(2021, 10, 23, 7, 25, tzinfo=UTC)
NATIONAL, PROVISIONAL, FOREIGN, STALE = (bytes([n]) * 8 for n in (1, 2, 3, 4))
_KEYS = {kid: ec.generate_private_key(ec.SECP256R1()) for kid in (NATIONAL, PROVISIONAL, FOREIGN, STALE)}


def key_of(kid: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the private key of this run's golden signer."""
    return _KEYS[kid]


def signer(kid: bytes, kind: Kind = Kind.CERTIFICATE, **told: Any) -> Signer:
    public = _KEYS[kid].public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    usual: dict[str, Any] = {
        "country": "VN",
        "ours": True,
        "valid_from": NOW - timedelta(days=90),
        "valid_to": NOW + timedelta(days=600),
    }
    return Signer(kid=kid, kind=kind, public_key=public, **(usual | told))


def signers() -> list[Signer]:
    return [
        signer(NATIONAL, uses="v"),
        signer(PROVISIONAL, Kind.PASS),
        signer(FOREIGN, country="AT", ours=False),
        signer(STALE, valid_to=NOW - timedelta(days=1)),
    ]


def signable(**told: Any) -> Signable:
    usual: dict[str, Any] = {
        "name": "Nguyễn Thị Ánh Hằng",
        "born": "1987-03-02",
        "product": "EU/1/21/1529",
        "prophylaxis": "29061000087103",
        "holder": "ORG-100001699",
        "dose_number": 2,
        "series_doses": 2,
        "given_on": date(2021, 9, 12),
    }
    return Signable(**(usual | told))


def message(
    *,
    kind: Kind = Kind.CERTIFICATE,
    kid: bytes = NATIONAL,
    key: ec.EllipticCurvePrivateKey | None = None,
    issued: timedelta = timedelta(days=-1),
    lasts: timedelta = timedelta(days=365),
    identifier: str = "URN:UVCI:01:VN:GOLDEN#0",
    words: dict[str, Any] | None = None,
    protected: bytes | None = None,
    **told: Any,
) -> bytes:
    said = words or payload.words_of(signable(**told), identifier=identifier)
    claims = payload.claims_of(kind, said, issued_at=NOW + issued, expires_at=NOW + issued + lasts)
    return cose.sign(claims, protected=protected or cose.protected_header(kid), key=key or _KEYS[kid])


def text(content: bytes, prefix: str = "HC1:") -> str:
    return prefix + base45.encode(zlib.compress(content))


def words(**told: Any) -> dict[str, Any]:
    said = payload.words_of(signable(), identifier="URN:UVCI:01:VN:GOLDEN#0")
    return {**said, "v": [{**said["v"][0], **told}]}


def shown() -> Iterator[tuple[str, str]]:
    """Yield what is shown, by name."""
    yield "ours", text(message())
    yield "ours, birth year only", text(message(born="1952"))
    yield "ours, birth unknown", text(message(born=""))
    yield "ours, a name of one letter", text(message(name="Ý"))
    yield "ours, a name of eighty letters", text(message(name="Ẳ" * 80))
    yield "with blanks around", f"  {text(message())}\n"
    yield "another country's", text(message(kid=FOREIGN))
    yield "a pass", text(message(kind=Kind.PASS, kid=PROVISIONAL, lasts=timedelta(days=30)), "TC1:")
    yield "a pass shown as a certificate", text(message(kind=Kind.PASS, kid=PROVISIONAL))
    yield "a pass under the national key", text(message(kind=Kind.PASS), "TC1:")
    yield "a certificate shown as a pass", text(message(), "TC1:")
    yield (
        "a self-made key under its own id",
        text(message(kid=b"selfmade", key=ec.generate_private_key(ec.SECP256R1()))),
    )
    yield "a self-made key under our id", text(message(key=ec.generate_private_key(ec.SECP256R1())))
    yield "a name exchanged", text(message().replace(b"NGUYEN", b"NGUYET"))
    yield "a signature cut short", text(message()[:-34] + b"")
    yield "ended yesterday", text(message(lasts=timedelta(hours=1)))
    yield "ends this very second", text(message(issued=timedelta(days=-30), lasts=timedelta(days=30)))
    yield "begins tomorrow", text(message(issued=timedelta(days=1)))
    yield "revoked", text(message(identifier="URN:UVCI:01:VN:REVOKED#0"))
    yield "replaced", text(message(identifier="URN:UVCI:01:VN:REPLACED#0"))
    yield "a key out of its term", text(message(kid=STALE))
    yield "no algorithm", text(message(protected=cbor2.dumps({4: NATIONAL})))
    yield "another algorithm", text(message(protected=cbor2.dumps({1: -36, 4: NATIONAL})))
    yield "an algorithm of the other kind of key", text(message(protected=cbor2.dumps({1: -37, 4: NATIONAL})))
    yield "no key id", text(message(protected=cbor2.dumps({1: -7})))
    yield "a recovery under a key for vaccinations", text(message(words=other("r")))
    yield "a test of another country", text(message(kid=FOREIGN, words=other("t")))
    yield "a dose of number none", text(message(words=words(dn=0)))
    yield "a day that no calendar has", text(message(words=words(dt="2021-02-30")))
    yield "two doses", text(message(words={**words(), "v": words()["v"] * 2}))
    yield "no list at all", text(message(words={key: value for key, value in words().items() if key != "v"}))
    yield "a bomb", text(b"\0" * 5_000_000)
    yield (
        "a bomb in the claims",
        text(cose.sign(b"\0" * 40_000, protected=cose.protected_header(NATIONAL), key=_KEYS[NATIONAL])),
    )
    yield "brackets a thousand deep", text(b"\x81" * 1_000 + b"\0")
    yield "a list of four thousand million", text(b"\x9a\xff\xff\xff\xff")
    yield "a number beyond all", text(b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff")
    yield "a tag that makes a pattern", text(cbor2.dumps(cbor2.CBORTag(35, "(a+)+$")))
    yield "a key twice", text(b"\xa2\x01\x00\x01\x00")
    yield "an endless list", text(b"\x9f" + b"\x00" * 3_000)
    yield "bytes after the end", "HC1:" + base45.encode(zlib.compress(message()) + b"more")
    yield "not deflated", "HC1:" + base45.encode(message())
    yield "a letter of another alphabet", text(message()) + "đ"
    yield "cut in half", text(message())[:200]
    yield "longer than any code", "HC1:" + "0" * 13_000
    yield "a web address", "https://example.org/HC1:"
    yield "nothing", ""


def other(entry: str) -> dict[str, Any]:
    said = words()
    del said["v"]
    return {**said, entry: [{"tg": payload.DISEASE, "co": "AT", "ci": "URN:UVCI:01:AT:OTHER#0"}]}


REVOKED = {
    revocation_hash("URN:UVCI:01:VN:REVOKED#0"): Revoked(date(2021, 10, 19), replaced=False),
    revocation_hash("URN:UVCI:01:VN:REPLACED#0"): Revoked(date(2021, 10, 20), replaced=True),
}


def verdict(shown_text: str, *, known: Sequence[Signer], now: datetime = NOW) -> Verdict:
    return judge(
        shown_text,
        now=now,
        keys=lambda kid: [each for each in known if each.kid == kid],
        revoked=lambda hashes: next((REVOKED[each] for each in hashes if each in REVOKED), None),
    )


def told(found: Verdict) -> dict[str, Any]:
    """Return a verdict as the browser tells it."""
    bearer = found.bearer
    return {
        "word": str(found.word),
        "why": str(found.why),
        "kind": None if found.kind is None else int(found.kind),
        "since": found.since and found.since.isoformat(),
        "bearer": bearer
        and {
            **msgspec.to_builtins(bearer),
            "issued_at": bearer.issued_at and bearer.issued_at.timestamp(),
            "expires_at": bearer.expires_at.timestamp(),
        },
    }


def main() -> None:
    known = signers()
    document = {
        "now": NOW.isoformat(),
        "signers": [
            {
                "kid": to_base64url(each.kid),
                "country": each.country,
                "kind": int(each.kind),
                "ours": each.ours,
                "uses": each.uses,
                "public_key": to_base64url(each.public_key),
                "valid_from": each.valid_from.isoformat(),
                "valid_to": each.valid_to.isoformat(),
            }
            for each in known
        ],
        "cases": [
            {"name": name, "text": content, "verdict": told(verdict(content, known=known))} for name, content in shown()
        ],
    }
    FILE.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
