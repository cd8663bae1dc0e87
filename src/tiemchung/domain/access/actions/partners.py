"""Letting partner systems in: a signed assertion for a short token, and the token for each read (SMART Backend Services)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
from django.core import signing
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tiemchung.domain.access import queries
from tiemchung.domain.access.errors import ClientRefused, ScopeRefused, TokenRefused
from tiemchung.domain.access.values import Partner
from tiemchung.plumbing import database

ALGORITHMS = ["ES256", "ES384", "RS384"]
"""ES384 and RS384 are those of the profile; ES256 is what our own devices have."""
TOKEN_TERM = timedelta(minutes=5)
ASSERTION_TERM = timedelta(minutes=5)
"""The longest that an assertion may be good for, as the profile has it."""
_SALT = "tiemchung.partners"


def admit(assertion: str, *, audience: str, scopes: frozenset[str]) -> tuple[str, frozenset[str]]:
    """Return a token for whoever signed this assertion with a registered key, and the scopes it opens.

    Refuses strangers, wrong keys, other audiences, terms that are over or too long and assertions that were used before,
    all alike (`client-refused`); and a client that asks only for what it may not have (`scope-refused`). Real time.
    """
    known = _proved(assertion, audience=audience)
    granted = scopes & known.scopes
    if not granted:
        raise ScopeRefused
    return signing.dumps({"client": known.client, "scopes": sorted(granted)}, salt=_SALT, compress=False), granted


def bearer(token: str, *, scope: str) -> Partner:
    """Return the partner whose token this is, if it opens the scope and the partner is still registered."""
    try:
        told = signing.loads(token, salt=_SALT, max_age=TOKEN_TERM)
    except signing.BadSignature as error:
        raise TokenRefused from error
    known = queries.partner(told["client"])
    if known is None:
        raise TokenRefused
    if scope not in told["scopes"] or scope not in known.scopes:
        raise ScopeRefused
    return known


def _proved(assertion: str, *, audience: str) -> Partner:
    client = _client_of(assertion)
    known = queries.partner(client) if client else None
    if known is None:
        raise ClientRefused
    try:
        told = jwt.decode(assertion, KeySet.import_key_set({"keys": list(known.keys)}), algorithms=ALGORITHMS).claims
    except (JoseError, ValueError) as error:
        raise ClientRefused from error
    now = datetime.now(tz=UTC).timestamp()
    ends, identifier = told.get("exp"), told.get("jti")
    if (
        told.get("sub") != client
        or told.get("aud") != audience
        or not isinstance(ends, int | float)
        or not now < ends <= now + ASSERTION_TERM.total_seconds()
        or not isinstance(identifier, str)
        or not identifier
        or not _spend(f"{client}|{identifier}", datetime.fromtimestamp(ends, tz=UTC))
    ):
        raise ClientRefused
    return known


def _client_of(assertion: str) -> str:
    """Read who says to have signed, before any key is chosen; nothing of it is believed yet."""
    try:
        _, body, _ = assertion.split(".")
        told = msgspec.json.decode(signing.b64_decode(body.encode()), type=dict[str, object])
    except (ValueError, msgspec.DecodeError):
        return ""
    client = told.get("iss")
    return client if isinstance(client, str) else ""


def _spend(what: str, expires_at: datetime) -> bool:
    digest = hashlib.sha256(what.encode()).digest()
    spent = database.run(
        "insert into access_spentnonce (nonce, expires_at) values (%s, %s) on conflict do nothing", [digest, expires_at]
    )
    return spent == 1
