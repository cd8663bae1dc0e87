"""Letting partner systems in: a signed assertion for a short token, and the token for each read (SMART Backend Services).

A token opens what lies within the partner's own reach, or one book whose owner has allowed it. Each read asks again whether
partner and consent still stand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from django.core import signing
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tiemchung.domain.access import queries
from tiemchung.domain.access.actions import consents
from tiemchung.domain.access.errors import ClientRefused, GrantRefused, ScopeRefused, TokenRefused
from tiemchung.domain.access.values import ALGORITHMS, PATIENT_SCOPE, SYSTEM_SCOPE, Bearer, Opened, Partner
from tiemchung.plumbing import database

TOKEN_TERM = timedelta(minutes=5)
ASSERTION_TERM = timedelta(minutes=5)
"""The longest that an assertion may be good for, as the profile has it."""
_SALT, _REFRESH_SALT = "tiemchung.partners", "tiemchung.partners.refresh"


def admit(assertion: str, *, audience: str, scopes: frozenset[str]) -> Opened:
    """Return a token by the partner's own reach for whoever signed this assertion with a registered key.

    Refuses strangers, wrong keys, other audiences, terms that are over or too long and assertions that were used before,
    all alike (`client-refused`); and a client that asks only for what it may not have (`scope-refused`). Real time.
    """
    known = _proved(assertion, audience=audience)
    granted = {scope for scope in scopes & known.scopes if scope.startswith(SYSTEM_SCOPE)}
    if not granted:
        raise ScopeRefused
    return Opened(token=_token(known.client, granted, consent=None), scopes=frozenset(granted))


def admit_by_code(
    assertion: str, *, audience: str, code: str, verifier: str = "", address: str = "", now: datetime
) -> Opened:
    """Return a token by a citizen's consent for the partner to whom its code was given; the code is spent."""
    known = _proved(assertion, audience=audience)
    consent = consents.take_up(code, client=known.client, verifier=verifier, address=address)
    return _by_consent(known.client, consent, now=now)


def admit_again(assertion: str, *, audience: str, refresh: str, now: datetime) -> Opened:
    """Return another token by a consent that was taken up before and still stands. It is its own client's alone."""
    known = _proved(assertion, audience=audience)
    try:
        consent = UUID(signing.loads(refresh, salt=_REFRESH_SALT))
    except (signing.BadSignature, ValueError) as error:
        raise GrantRefused from error
    return _by_consent(known.client, consent, now=now)


def bearer(token: str, *, resource: str, now: datetime) -> Bearer:
    """Return who reads this resource with this token, if it opens it and partner and consent still stand."""
    try:
        told = signing.loads(token, salt=_SALT, max_age=TOKEN_TERM)
    except signing.BadSignature as error:
        raise TokenRefused from error
    known = queries.partner(told["client"])
    if known is None:
        raise TokenRefused
    asked = told["scopes"]
    if told["consent"] is None:
        _insist(f"{SYSTEM_SCOPE}{resource}.rs", asked, known.scopes)
        return Bearer(client=known.client, actor=known.actor, purpose=known.purpose)
    allowed = queries.allowed(UUID(told["consent"]), client=known.client, now=now)
    if allowed is None:
        raise TokenRefused
    _insist(f"{PATIENT_SCOPE}{resource}.rs", asked, known.scopes & allowed.scopes)
    actor = replace(known.actor, reach=allowed.reach)
    return Bearer(client=known.client, actor=actor, purpose=known.purpose, person=allowed.person)


def _insist(scope: str, asked: Collection[str], granted: Collection[str]) -> None:
    if scope not in asked or scope not in granted:
        raise ScopeRefused


def _by_consent(client: str, consent: UUID, *, now: datetime) -> Opened:
    allowed = queries.allowed(consent, client=client, now=now)
    if allowed is None:
        raise GrantRefused
    return Opened(
        token=_token(client, allowed.scopes, consent=consent),
        scopes=allowed.scopes,
        person=allowed.person,
        refresh=signing.dumps(str(consent), salt=_REFRESH_SALT),
    )


def _token(client: str, scopes: Collection[str], *, consent: UUID | None) -> str:
    told = {"client": client, "scopes": sorted(scopes), "consent": str(consent) if consent else None}
    return signing.dumps(told, salt=_SALT, compress=False)


def _proved(assertion: str, *, audience: str) -> Partner:
    client = _client_of(assertion)
    known = queries.partner(client) if client else None
    if known is None:
        raise ClientRefused
    try:
        told = jwt.decode(
            assertion, KeySet.import_key_set({"keys": list(known.keys)}), algorithms=list(ALGORITHMS)
        ).claims
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
