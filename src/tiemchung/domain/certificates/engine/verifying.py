"""The verdict about a text that somebody shows. Every step that can fail has a word of its own; nothing is stored.

The frontend's `verify/verdict.ts` comes to the same verdicts without the server; both are held to the same cases.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.serialization import load_der_public_key

from tiemchung.domain.certificates.engine import base45, cose, payload
from tiemchung.domain.certificates.engine.cbor import CborError
from tiemchung.domain.certificates.values import Bearer, Kind, Revoked, Signer, Verdict, Why, Word

SKEW = timedelta(minutes=5)
"""How far an issuer's clock may run before ours. Ours."""
HASH_BYTES = 16

FindKeys = Callable[[bytes], Sequence[Signer]]
FindRevoked = Callable[[Sequence[bytes]], Revoked | None]
_KINDS = {prefix: kind for kind, prefix in payload.PREFIXES.items()}


def judge(text: str, *, now: datetime, keys: FindKeys, revoked: FindRevoked) -> Verdict:
    """Return the verdict about a text. `keys` returns the trusted keys of an id, `revoked` asks for any of these hashes."""
    text = payload.bare(text)
    kind = _KINDS.get(text[:4])
    if kind is None:
        return _stop(Why.NOT_A_CERTIFICATE)
    if len(text) > payload.MOST_LETTERS:
        return _stop(Why.UNREADABLE, kind)
    try:
        message = cose.take_apart(payload.unpack(base45.decode(text[4:])))
        claims = cose.claims(message)
    except (CborError, base45.Base45Error):
        return _stop(Why.UNREADABLE, kind)
    fault = _signature_fault(message, kind, keys=keys)
    if isinstance(fault, Why):
        return _stop(fault, kind)
    return _judge_claims(claims, kind, fault, now=now, revoked=revoked, signature=message.signature)


def _signature_fault(message: cose.Message, kind: Kind, *, keys: FindKeys) -> Why | Signer:
    """Return what is wrong with the signature, or the key that it is of."""
    if message.algorithm not in {cose.ES256, cose.PS256}:
        return Why.WRONG_ALGORITHM
    known = keys(message.kid) if message.kid else ()
    if not known:
        return Why.UNKNOWN_KEY
    signer = next((each for each in known if _signed_by(message, each)), None)
    if signer is None:
        fitting = any(cose.fits(message.algorithm, loaded(each.public_key)) for each in known)
        return Why.WRONG_SIGNATURE if fitting else Why.WRONG_ALGORITHM
    if signer.kind is not kind:
        return Why.WRONG_PREFIX
    return signer


def _signed_by(message: cose.Message, signer: Signer) -> bool:
    key = loaded(signer.public_key)
    return cose.fits(message.algorithm, key) and cose.is_signed_by(message, key)


@lru_cache(maxsize=2048)
def loaded(public_key: bytes) -> cose.PublicKey:
    """Return a public key from its DER bytes, which an action has checked when it took the key in."""
    key = load_der_public_key(public_key)
    assert isinstance(key, cose.PublicKey)  # noqa: S101 - no other kind is taken in
    return key


def _judge_claims(
    claims: dict[Any, Any], kind: Kind, signer: Signer, *, now: datetime, revoked: FindRevoked, signature: bytes
) -> Verdict:
    try:
        bearer = read_bearer(claims, kind, signer)
    except (CborError, ValueError, OverflowError, OSError):
        return _stop(Why.WRONG_CONTENT, kind)
    found = revoked(hashes_of(bearer.identifier, signature))
    if found:
        why = Why.REPLACED if found.replaced else Why.REVOKED
        return Verdict(word=Word.STOP, why=why, kind=kind, bearer=bearer, since=found.day)
    fault = _time_or_use_fault(bearer, signer, now=now)
    if fault:
        return Verdict(word=Word.STOP, why=fault, kind=kind, bearer=bearer)
    if kind is Kind.PASS:
        return Verdict(word=Word.LOOK, why=Why.PROVISIONAL, kind=kind, bearer=bearer)
    if bearer.given_on is None:
        return Verdict(word=Word.LOOK, why=Why.NO_VACCINATION, kind=kind, bearer=bearer)
    return Verdict(word=Word.PASS, why=Why.SIGNED, kind=kind, bearer=bearer)


def _time_or_use_fault(bearer: Bearer, signer: Signer, *, now: datetime) -> Why | None:
    if signer.uses and bearer.entry not in signer.uses:
        return Why.KEY_FOR_OTHER_USE
    if bearer.issued_at and bearer.issued_at > now + SKEW:
        return Why.NOT_YET_VALID
    if bearer.expires_at < now:
        return Why.EXPIRED
    return None if signer.valid_from - SKEW <= now < signer.valid_to else Why.KEY_NOT_VALID


def read_bearer(claims: dict[Any, Any], kind: Kind, signer: Signer | None = None) -> Bearer:
    """Return what the claims say; raises `CborError`, ValueError or OverflowError where they say nothing sensible."""
    words = payload.read_words(claims, kind)
    expires, issued = payload.instant(claims, payload.EXPIRES), payload.instant(claims, payload.ISSUED)
    if expires is None:
        raise CborError("no end")
    issuer = claims.get(payload.ISSUER)
    told = {
        "name": " ".join(part for part in (words.nam.fn, words.nam.gn) if part),
        "name_latin": " ".join(part for part in (words.nam.fnt, words.nam.gnt) if part),
        "born": words.dob,
        "country": issuer if isinstance(issuer, str) else signer.country if signer else "",
        "issued_at": None if issued is None else datetime.fromtimestamp(issued, tz=UTC),
        "expires_at": datetime.fromtimestamp(expires, tz=UTC),
    }
    if words.v is None:
        other = (words.t or words.r or [])[0]
        entry = "t" if words.t else "r"
        return Bearer(**told, issuer="", identifier=other.ci, entry=entry)  # type: ignore[arg-type]  # the same for both
    dose = words.v[0]
    return Bearer(
        **told,  # type: ignore[arg-type]  # same
        issuer=dose.iss,
        identifier=dose.ci,
        product=dose.mp,
        dose_number=dose.dn,
        series_doses=dose.sd,
        given_on=payload.as_day(dose.dt),
    )


def hashes_of(identifier: str, signature: bytes) -> list[bytes]:
    """Return the hashes under which a certificate may be revoked: of its name, and of the first half of its signature."""
    return [revocation_hash(identifier), hashlib.sha256(signature[: len(signature) // 2]).digest()[:HASH_BYTES]]


def revocation_hash(identifier: str) -> bytes:
    """Return the hash that the revocation list holds for a certificate's name: SHA-256, its first 128 bits."""
    return hashlib.sha256(identifier.encode()).digest()[:HASH_BYTES]


def _stop(why: Why, kind: Kind | None = None) -> Verdict:
    return Verdict(word=Word.STOP, why=why, kind=kind)
