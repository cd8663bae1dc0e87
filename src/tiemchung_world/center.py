"""HTTP to the platform, one kept connection per thread, with the ways a mobile network has of failing."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

NDJSON: Final = "application/x-ndjson"
JSON: Final = "application/json"
_BROKEN: Final = (http.client.HTTPException, OSError)
"""What a connection raises when the other side is away: refused, reset, timed out, closed in mid-answer."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A complete answer; `seconds` from the first byte sent to the last received."""

    status: int
    body: bytes
    seconds: float
    cookies: tuple[str, ...] = ()
    location: str = ""

    def json(self) -> dict[str, Any]:
        """Return the body as an object; an empty one when it is none."""
        try:
            told = msgspec.json.decode(self.body)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}

    @property
    def code(self) -> str:
        """Return the problem's code, or nothing."""
        return str(self.json().get("code", ""))


PATIENCE_S: Final = 180.0
"""How long a center may be away before a tablet gives up: a database that was killed is back in less."""
_RETRIED: Final = frozenset({429, 500, 502, 503, 504})
_FIRST_WAIT_S: Final = 0.05
_LONGEST_WAIT_S: Final = 2.0


class NoAnswerError(Exception):
    """The connection broke before the answer was complete: nobody knows whether the request was taken."""


def insist(
    ask: Callable[[], Answer],
    *,
    patience_s: float = PATIENCE_S,
    on_retry: Callable[[str], None] = lambda _why: None,
) -> Answer:
    """Ask until the center is there to answer, whatever the answer says; for requests that may be repeated.

    A broken connection, 429 and 5xx are no answers. Raises NoAnswerError, or returns the last 5xx, when patience ends.
    """
    give_up_at = time.monotonic() + patience_s
    wait_s = _FIRST_WAIT_S
    while True:
        late = time.monotonic() > give_up_at
        try:
            answer = ask()
        except NoAnswerError:
            if late:
                raise
            on_retry("no-answer")
        else:
            if answer.status not in _RETRIED or late:
                return answer
            on_retry(f"retry-{answer.status}")
        time.sleep(wait_s)
        wait_s = min(2 * wait_s, _LONGEST_WAIT_S)


class Center:
    """The platform at a URL."""

    def __init__(self, url: str, *, timeout_s: float = 60.0) -> None:
        parts = urlsplit(url)
        if parts.hostname is None or parts.scheme != "http":
            raise ValueError(f"not an http address: {url!r}")
        self.url = url.rstrip("/")
        self._host = parts.hostname
        self._port = parts.port or 80
        self._timeout_s = timeout_s
        self._mine = threading.local()

    def request(
        self, method: str, path: str, body: bytes | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request and wait for its answer; raise NoAnswerError when the connection breaks meanwhile."""
        connection = self._connection()
        started = time.perf_counter()
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            content = response.read()
        except _BROKEN as error:
            self._drop()
            raise NoAnswerError(f"{method} {path}: {error!r}") from error
        return Answer(
            status=response.status,
            body=content,
            seconds=time.perf_counter() - started,
            cookies=tuple(response.headers.get_all("Set-Cookie") or ()),
            location=response.headers.get("Location") or "",
        )

    def send_and_hang_up(
        self, method: str, path: str, body: bytes, *, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send a request whole and break the connection before its answer, as a van does that enters a tunnel."""
        connection = self._connection()
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
        except _BROKEN:
            pass
        finally:
            self._drop()

    def post_json(self, path: str, told: Mapping[str, Any]) -> Answer:
        """Send a JSON object."""
        return self.request("POST", path, json.dumps(told).encode(), headers={"Content-Type": JSON})

    def set_clock(self, at: datetime, *, factor: float) -> None:
        """Set the demo clock of the platform: it stands at `at` now and runs `factor` times as fast as ours."""
        told = {"starts_at": at.isoformat().replace("+00:00", "Z"), "factor": factor}
        answer = insist(lambda: self.post_json("/demo/clock", told))
        if answer.status >= http.client.BAD_REQUEST:
            raise RuntimeError(f"the platform refuses to set its clock: {answer.status} {answer.body[:200]!r}")

    def _connection(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)
            self._mine.connection = connection
        return connection

    def _drop(self) -> None:
        self._connection().close()
        self._mine.connection = None
