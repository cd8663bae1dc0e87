"""`tiemchung hospital`: another system that reads a book over FHIR, with the code its owner was given for it.

It does what a hospital's own software would: signs an assertion with its key (SMART Backend Services), takes up the
citizen's consent with the code, and reads the person, the doses and what comes next. What it was given is kept beside its
key, so that without a code it reads again what it still may, for as long as the owner allows it.
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
    from collections.abc import Iterator, Mapping, Sequence

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TERM_S: Final = 240
"""How long an assertion is good for; the profile allows five minutes."""
OK: Final = 200
_OVER: Final = "invalid_grant"
"""What the platform says of a consent that is over or was taken back."""


class RefusedError(Exception):
    """The platform refuses: the message tells what it said."""


class OpenBooks:
    """The books that stand open to a hospital: whose, with what reads each again. Kept for the hospital alone."""

    def __init__(self, key: Path) -> None:
        self._path = key.with_suffix(".books.json")
        self._refresh: dict[str, str] = {}
        if self._path.exists():
            self._refresh = json.loads(self._path.read_text(encoding="utf-8"))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Go through persons, each with its refresh token."""
        return iter(list(self._refresh.items()))

    def keep(self, opened: Mapping[str, Any]) -> None:
        """Remember a book that the platform has opened."""
        self._refresh[opened["patient"]] = opened["refresh_token"]
        self._write()

    def forget(self, person: str) -> None:
        """Let go of a book that its owner has shut."""
        del self._refresh[person]
        self._write()

    def _write(self) -> None:
        draft = self._path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(self._refresh), encoding="utf-8")
        draft.rename(self._path)


def main(argv: Sequence[str] | None = None) -> int:
    """Print what the books' owners allow this hospital to read, as FHIR resources; return 0, or 1 if it may not read one."""
    told = _parser().parse_args(argv)
    known = json.loads(told.key.read_text(encoding="utf-8"))
    books = OpenBooks(told.key)
    try:
        if told.code:
            opened = take_up(told.url, known, code=told.code)
            books.keep(opened)
            found, shut = read(told.url, opened), list[str]()
        else:
            found, shut = read_again(told.url, known, books)
    except (RefusedError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command speaks to whoever typed it
        return 1
    for person in shut:
        print(f"The book of {person} is shut: its owner took it back, or its time is over.", file=sys.stderr)  # noqa: T201 - same
    if not found:
        print("No book is open to this hospital. Ask its owner for a code.", file=sys.stderr)  # noqa: T201 - same
        return 1
    # A terminal that has no Vietnamese would lose the names: there they are written by their numbers, and stay whole.
    readable = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(found, ensure_ascii=not readable, indent=2))  # noqa: T201 - same
    return 1 if shut else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tiemchung hospital", description="Read a book as a partner system.")
    parser.add_argument("--url", required=True, help="the platform, as http://localhost:8000")
    parser.add_argument(
        "--key", type=Path, required=True, metavar="FILE", help="the hospital's key, as the demo made it"
    )
    parser.add_argument(
        "code",
        nargs="?",
        default="",
        help="the code that the book's owner was given for this hospital; without it the books that stand open are read again",
    )
    return parser


def take_up(url: str, known: Mapping[str, Any], *, code: str) -> dict[str, Any]:
    """Take up the consent behind a code: a token, whose book it opens, and what opens it again."""
    return _token(url, known, {"grant_type": "authorization_code", "code": code, "scope": " ".join(known["scopes"])})


def open_again(url: str, known: Mapping[str, Any], *, refresh: str) -> dict[str, Any]:
    """Return a new token for a consent that was taken up before; raise RefusedError once it is over."""
    return _token(url, known, {"grant_type": "refresh_token", "refresh_token": refresh})


def read(url: str, opened: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read of the person, the doses and what comes next all that was allowed; raise RefusedError once the book is shut."""
    person, token, allowed = opened["patient"], opened["access_token"], opened["scope"].split()
    found = {
        "Patient": f"/fhir/Patient/{person}",
        "Immunization": f"/fhir/Immunization?patient={person}",
        "ImmunizationRecommendation": f"/fhir/ImmunizationRecommendation?patient={person}",
    }
    return [_ask(url, at, token=token) for kind, at in found.items() if f"patient/{kind}.rs" in allowed]


def read_again(url: str, known: Mapping[str, Any], books: OpenBooks) -> tuple[list[dict[str, Any]], list[str]]:
    """Read every book that still stands open; return what they hold, and whose were shut meanwhile and are forgotten."""
    found, shut = [], []
    for person, refresh in books:
        try:
            opened = open_again(url, known, refresh=refresh)
        except RefusedError as refused:
            if _OVER not in str(refused):
                raise
            books.forget(person)
            shut.append(person)
        else:
            found += read(url, opened)
    return found, shut


def _token(url: str, known: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    client = known["client"]
    claims = {
        "iss": client,
        "sub": client,
        "aud": f"{url}/fhir/token",
        "exp": int(time.time()) + TERM_S,
        "jti": secrets.token_hex(16),
    }
    assertion = jwt.encode({"alg": "ES256"}, claims, ECKey.import_key(known["key"]))
    form = {**asked, "client_assertion_type": ASSERTION, "client_assertion": assertion}
    return _ask(url, "/fhir/token", form=form)


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
