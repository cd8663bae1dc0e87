"""What the SMART configuration offers is what a token request gets: every algorithm, grant and scope of it, and no other."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from joserfc.jwk import ECKey, OctKey, RSAKey
from pytest_django import Settings

from tests.faces.partners.hospital import JWT_BEARER, SCOPES, ask_token, assertion, own_keys, register
from tiemchung.domain.access.queries.partners import PartnersFileError
from tiemchung.faces.partners.capability import RESOURCES

pytestmark = pytest.mark.django_db
KEYS: dict[str, Any] = {
    "P-256": ECKey.generate_key("P-256", parameters={"kid": "p256"}),
    "P-384": ECKey.generate_key("P-384", parameters={"kid": "p384"}),
    "P-521": ECKey.generate_key("P-521", parameters={"kid": "p521"}),
    "RSA": RSAKey.generate_key(2048, parameters={"kid": "rsa"}),
}
SIGNED_BY = {
    "ES256": "P-256",
    "ES384": "P-384",
    "ES512": "P-521",
    **dict.fromkeys(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"], "RSA"),
}
"""Every way of RFC 7518 to sign with a private key, by the kind of key. Whoever is registered here has all four keys."""
GRANTS = [
    "client_credentials",
    "authorization_code",
    "refresh_token",
    "password",
    "implicit",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "",
]


@pytest.fixture(autouse=True)
def registered(settings: Settings, keys_folder: Path, tmp_path: Path) -> Path:
    own_keys(settings, keys_folder, tmp_path)
    return register(tmp_path, site=None, keys=[key.as_dict(private=False) for key in KEYS.values()])


def smart() -> dict[str, Any]:
    told: dict[str, Any] = Client().get("/fhir/.well-known/smart-configuration").json()
    return told


def signed(algorithm: str) -> str:
    """Sign with the key of this algorithm, named in the header as the profile asks of whoever has several."""
    key = KEYS[SIGNED_BY[algorithm]]
    return assertion(key, alg=algorithm, algorithms=[algorithm], header={"kid": key.kid})


def test_every_algorithm_that_is_offered_is_taken_and_no_other() -> None:
    offered = set(smart()["token_endpoint_auth_signing_alg_values_supported"])
    answers = {algorithm: ask_token(signed(algorithm)) for algorithm in SIGNED_BY}
    assert offered == {"ES256", "ES384", "RS384"}
    assert {algorithm for algorithm, answer in answers.items() if answer.status_code == 200} == offered
    refused = [answer for algorithm, answer in answers.items() if algorithm not in offered]
    assert {(answer.status_code, answer.json()["error"]) for answer in refused} == {(401, "invalid_client")}


def parted(token: str) -> tuple[dict[str, Any], str, str]:
    header, body, signature = token.split(".")
    return json.loads(base64.urlsafe_b64decode(header + "==")), body, signature


def joined(header: dict[str, Any], body: str) -> str:
    return f"{base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip('=')}.{body}"


def by_secret(secret: bytes) -> str:
    """Sign with HMAC under what everybody may know, the public key."""
    header, body, _ = parted(signed("RS384"))
    told = joined({**header, "alg": "HS256"}, body)
    sealed = hmac.new(secret, told.encode(), hashlib.sha256).digest()
    return f"{told}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def by_nothing(word: str) -> str:
    header, body, _ = parted(signed("ES256"))
    return joined({**header, "alg": word}, body) + "."


def renamed(algorithm: str, to: str) -> str:
    header, body, signature = parted(signed(algorithm))
    return f"{joined({**header, 'alg': to}, body)}.{signature}"


FORGED: dict[str, Callable[[], str]] = {
    "none": lambda: by_nothing("none"),
    "None": lambda: by_nothing("None"),
    "no word": lambda: by_nothing(""),
    "HS256 under the public key as PEM": lambda: by_secret(KEYS["RSA"].as_pem(private=False)),
    "HS256 under the public key as JWK": lambda: by_secret(json.dumps(KEYS["RSA"].as_dict(private=False)).encode()),
    "HS256 under an empty secret": lambda: by_secret(b""),
    "RS256 called RS384": lambda: renamed("RS256", "RS384"),
    "ES256 called ES384": lambda: renamed("ES256", "ES384"),
    "ES384 called ES256": lambda: renamed("ES384", "ES256"),
    "a key that it brings itself": lambda: assertion(
        own := RSAKey.generate_key(2048), alg="RS384", algorithms=["RS384"], header={"jwk": own.as_dict(private=False)}
    ),
}


def test_no_signature_a_shared_secret_and_a_renamed_algorithm_open_nothing() -> None:
    answers = {what: ask_token(forge()) for what, forge in FORGED.items()}
    assert {what for what, answer in answers.items() if answer.status_code != 401} == set()
    assert {answer.json()["error"] for answer in answers.values()} == {"invalid_client"}


def test_a_secret_that_was_registered_by_mistake_signs_nothing(registered: Path) -> None:
    secret = OctKey.generate_key(256, parameters={"kid": "shared"})
    register(registered.parent, site=None, keys=[secret.as_dict(private=True)])
    assert ask_token(assertion(secret, alg="HS256", algorithms=["HS256"])).status_code == 401


def test_every_grant_that_is_offered_is_taken_and_no_other() -> None:
    def asks(grant: str) -> str:
        told = {"grant_type": grant, "client_assertion_type": JWT_BEARER, "client_assertion": signed("ES256")}
        answer = Client().post("/fhir/token", told | {"scope": SCOPES[0], "code": "0000", "refresh_token": "made up"})
        return str(answer.json().get("error", "opened"))

    answers = {grant: asks(grant) for grant in GRANTS}
    taken = {grant: answer for grant, answer in answers.items() if answer != "unsupported_grant_type"}
    assert taken == {
        "client_credentials": "opened",
        "authorization_code": "invalid_grant",
        "refresh_token": "invalid_grant",
    }
    assert taken.keys() == set(smart()["grant_types_supported"])
    paths = Client().get("/api/openapi.json").json()["paths"]
    form = paths["/fhir/token"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    assert set(form["properties"]["grant_type"]["enum"]) == taken.keys()


def test_every_scope_that_is_offered_is_granted_and_no_other_can_be_registered(registered: Path) -> None:
    offered = smart()["scopes_supported"]
    assert len(offered) == len(set(offered)) == 2 * len(RESOURCES)
    register(registered.parent, site=None, scopes=offered, keys=[KEYS["P-256"].as_dict(private=False)])
    own = [scope for scope in offered if scope.startswith("system/")]
    assert {scope.removeprefix("system/").removesuffix(".rs") for scope in own} == RESOURCES.keys()
    for scope in own:
        assert ask_token(assertion(KEYS["P-256"]), scope=scope).json()["scope"] == scope
    for scope in {*offered} - {*own}:
        # What a citizen allows is asked for with the citizen's code; `test_consent` opens each of them so.
        assert ask_token(assertion(KEYS["P-256"]), scope=scope).json() == {"error": "invalid_scope"}
    for unknown in ("system/Everything.cruds", "system/Patient.read", "patient/*.rs"):
        register(registered.parent, site=None, scopes=[*offered, unknown])
        with pytest.raises(PartnersFileError, match=unknown.replace("*", r"\*")):
            ask_token(assertion(), scope=own[0])
