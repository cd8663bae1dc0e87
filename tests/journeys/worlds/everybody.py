"""What everybody sees: a counted country with an open and a closed site; and staff halfway through signing in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from tests.faces.portal.country import AS_OF, count_country
from tests.faces.portal.test_sites import SITES
from tests.faces.station import scenery
from tests.journeys.worlds.world import World
from tiemchung.domain.places import actions as places
from tiemchung.kernel import wire
from tiemchung.kernel.actor import SYSTEM
from tiemchung_world.passkey import Passkey

PASSWORD = "hoa sữa tháng mười"


def portal(request: pytest.FixtureRequest) -> World:
    """Count a few doses in one commune, and load a site that is open and one that is closed."""
    count_country(request.getfixturevalue("owner_connection"))
    request.getfixturevalue("set_time")(AS_OF + timedelta(minutes=2))
    with request.getfixturevalue("as_worker")():
        places.load_organizations([{"code": "H1", "name": "Bệnh viện Quận 1", "commune": "26734"}], actor=SYSTEM)
        places.load_sites(SITES, actor=SYSTEM)
    return World(names={"site": SITES[0]["code"], "closed": SITES[2]["code"]})


def signing_in(request: pytest.FixtureRequest) -> World:
    """Hire who has every factor, who has only a name, and who has typed a password and no code yet."""
    with request.getfixturevalue("as_worker")():
        scenery.found_sites()
    for login in ("member", "newcomer", "halfway"):
        scenery.hire(login, "vaccinator")
    for login in ("member", "halfway"):
        user = User.objects.get(username=login)
        user.set_password(PASSWORD)
        user.save()
        TOTP.activate(user, generate_totp_secret())
    key = WebAuthn.add(User.objects.get(username="member"), "Khóa màu xanh", _registered_key()).instance
    halfway = Client()
    assert halfway.post("/account/login/", {"login": "halfway", "password": PASSWORD}).status_code == 302
    browsers = {"member": _by_password("member"), "newcomer": _by_password("newcomer"), "halfway": halfway}
    return World(names={"key": key.pk}, browsers=browsers)


def _registered_key() -> dict[str, object]:
    """Return what a browser tells of a new passkey (WebAuthn Level 2, 5.1)."""
    passkey = Passkey.of("pages")
    key = ES256(cast("Mapping[int, Any]", cbor.decode(passkey.public_key())))
    attested = AttestedCredentialData.create(Aaguid.NONE, passkey.credential, key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(hashlib.sha256(b"localhost").digest(), flags, 0, attested)
    made = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"challenge", "http://localhost")
    return {
        "id": wire.to_base64url(passkey.credential),
        "rawId": wire.to_base64url(passkey.credential),
        "type": "public-key",
        "response": {
            "clientDataJSON": wire.to_base64url(made),
            "attestationObject": wire.to_base64url(AttestationObject.create("none", data, {})),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }


def _by_password(login: str) -> Client:
    """Return a browser whose sign-in is so fresh that nothing asks for the password again."""
    client, user = Client(), User.objects.get(username=login)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, "password", reauthenticated=True)
    request.session.save()
    return client
