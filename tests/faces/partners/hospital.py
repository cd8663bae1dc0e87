"""A hospital that is registered to read, with its key: what it signs, what it asks, and the client it then is."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey
from pytest_django import Settings

AUDIENCE = "http://testserver/fhir/token"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPES = ["system/Patient.rs", "system/Immunization.rs", "system/ImmunizationRecommendation.rs"]
HOSPITAL = "benh-vien-a"
KEY = ECKey.generate_key("P-256", parameters={"kid": "one"})


def own_keys(settings: Settings, keys_folder: Path, own: Path) -> None:
    """Give a test a folder of keys of its own, with those of the run in it."""
    for file in keys_folder.glob("*.key"):
        (own / file.name).write_bytes(file.read_bytes())
        (own / file.name).chmod(0o600)
    own.chmod(0o700)
    settings.TIEMCHUNG_KEYS_DIR = str(own)
    settings.TIEMCHUNG_PUBLIC_URL = ""


def register(folder: Path, **other: Any) -> Path:
    row = {
        "client": HOSPITAL,
        "id": str(UUID(int=7)),
        "name": "Bệnh viện A",
        "purpose": "care",
        "scopes": SCOPES,
        "keys": [KEY.as_dict(private=False)],
        "site": "79-0012",
        **other,
    }
    file = folder / "partners.json"
    file.write_text(json.dumps([row]))
    file.chmod(0o600)
    return file


def assertion(
    key: Any = KEY,
    *,
    minutes: float = 4,
    alg: str = "ES256",
    algorithms: list[str] | None = None,
    header: dict[str, Any] | None = None,
    **other: Any,
) -> str:
    ends = datetime.now(tz=UTC) + timedelta(minutes=minutes)
    claims = {
        "iss": HOSPITAL,
        "sub": HOSPITAL,
        "aud": AUDIENCE,
        "exp": int(ends.timestamp()),
        "jti": secrets.token_hex(8),
    }
    return jwt.encode({"alg": alg} | (header or {}), claims | other, key, algorithms=algorithms)


def ask_token(signed: str, *, scope: str = " ".join(SCOPES)) -> Any:
    told = {
        "grant_type": "client_credentials",
        "client_assertion_type": JWT_BEARER,
        "client_assertion": signed,
        "scope": scope,
    }
    return Client().post("/fhir/token", told)


def reader(scope: str = " ".join(SCOPES)) -> Client:
    token = ask_token(assertion(), scope=scope).json()["access_token"]
    return Client(headers={"authorization": f"Bearer {token}"})
