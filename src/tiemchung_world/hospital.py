"""`tiemchung hospital`: another system that reads a book over FHIR, with the code its owner was given for it.

It does what a hospital's own software would: signs an assertion with its key (SMART Backend Services), takes up the
citizen's consent with the code, and reads the person, the doses and what comes next.
"""

from __future__ import annotations

import argparse
import http.client
import json
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TERM_S: Final = 240
"""How long an assertion is good for; the profile allows five minutes."""
OK: Final = 200


class RefusedError(Exception):
    """The platform refuses: the message tells what it said."""


def main(argv: Sequence[str] | None = None) -> int:
    """Print what the book's owner allowed this hospital to read, as FHIR resources; return 0, or 1 if refused."""
    told = _parser().parse_args(argv)
    known = json.loads(told.key.read_text(encoding="utf-8"))
    try:
        opened = take_up(told.url, known, code=told.code)
        found = read(told.url, opened)
    except (RefusedError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command speaks to whoever typed it
        return 1
    print(json.dumps(found, ensure_ascii=False, indent=2))  # noqa: T201 - same
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tiemchung hospital", description="Read a book as a partner system.")
    parser.add_argument("--url", required=True, help="the platform, as http://localhost:8000")
    parser.add_argument(
        "--key", type=Path, required=True, metavar="FILE", help="the hospital's key, as the demo made it"
    )
    parser.add_argument("code", help="the code that the book's owner was given for this hospital")
    return parser


def take_up(url: str, known: Mapping[str, Any], *, code: str) -> dict[str, Any]:
    """Take up the consent behind a code: a token, and whose book it opens."""
    client = known["client"]
    claims = {
        "iss": client,
        "sub": client,
        "aud": f"{url}/fhir/token",
        "exp": int(time.time()) + TERM_S,
        "jti": secrets.token_hex(16),
    }
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "scope": " ".join(known["scopes"]),
        "client_assertion_type": ASSERTION,
        "client_assertion": jwt.encode({"alg": "ES256"}, claims, ECKey.import_key(known["key"])),
    }
    return _ask(url, "/fhir/token", form=form)


def read(url: str, opened: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read the person, the doses and what comes next; raise RefusedError once the book is shut again."""
    person, token = opened["patient"], opened["access_token"]
    return [
        _ask(url, address, token=token)
        for address in (
            f"/fhir/Patient/{person}",
            f"/fhir/Immunization?patient={person}",
            f"/fhir/ImmunizationRecommendation?patient={person}",
        )
    ]


def _ask(url: str, address: str, *, form: Mapping[str, str] | None = None, token: str = "") -> dict[str, Any]:
    there = urlsplit(url)
    kind = http.client.HTTPSConnection if there.scheme == "https" else http.client.HTTPConnection
    connection = kind(there.netloc, timeout=30)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        if form is None:
            connection.request("GET", address, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", address, body=urlencode(form), headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
    finally:
        connection.close()
    if answer.status != OK:
        raise RefusedError(f"{answer.status} {address}: {body[:400]}")
    told: dict[str, Any] = json.loads(body)
    return told
