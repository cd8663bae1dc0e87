"""Somebody's browser: it keeps cookies, sends forms with their token, and follows no address by itself."""

from __future__ import annotations

import http.client
import re
import secrets
from collections import defaultdict
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import msgspec

from tiemchung_world.center import Answer, Center, insist

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FORM: Final = "application/x-www-form-urlencoded"
CSRF: Final = "csrftoken"
SIGN_IN: Final = "/account/login/"
DEMO_SIGN_IN: Final = "/demo/sign-in/"
PHONES_AT_ONCE: Final = 200
"""Phones whose messages are read by one request; its address stays under 3 kB. Ours."""
_TAG: Final = re.compile(r"<[^>]+>")


class PageRefusedError(Exception):
    """The platform answers a page or a form otherwise than somebody who does it right may expect."""

    def __init__(self, what: str, answer: Answer) -> None:
        text = " ".join(_TAG.sub(" ", answer.body.decode("utf-8", "replace")).split())
        super().__init__(f"{what}: {answer.status} {text[:600]}")
        self.status = answer.status


class Browser:
    """One browser with its cookies; used by one thread at a time."""

    def __init__(self, center: Center) -> None:
        self._center = center
        self._cookies: dict[str, str] = {}
        self.requests = 0

    def get(self, path: str, *, accept: str = "text/html", moved: bool = False) -> Answer:
        """Open a page; raise PageRefusedError when it is not shown, nor, where that is expected, leads elsewhere."""
        answer = self._ask("GET", path, None, {"Accept": accept})
        if answer.status != http.client.OK and not (moved and answer.status == http.client.FOUND):
            raise PageRefusedError(f"GET {path}", answer)
        return answer

    def send(self, path: str, fields: Mapping[str, str] | Sequence[tuple[str, str]]) -> Answer:
        """Send a form; raise PageRefusedError when it is not taken. Forms carry their own id: sent again, they are one."""
        pairs = list(fields.items()) if hasattr(fields, "items") else list(fields)
        body = urlencode([*pairs, ("csrfmiddlewaretoken", self._cookies.get(CSRF, ""))]).encode()
        return self._taken(path, self._ask("POST", path, body, {"Content-Type": FORM}))

    def send_file(self, path: str, fields: Mapping[str, str], *, name: str, content: bytes) -> Answer:
        """Send a form with one file in its field `tep`."""
        boundary = f"----{secrets.token_hex(16)}"
        told = {**fields, "csrfmiddlewaretoken": self._cookies.get(CSRF, "")}
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in told.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="tep"; filename="{name}"\r\n'
        parts += [head.encode(), b"Content-Type: text/csv\r\n\r\n", content, f"\r\n--{boundary}--\r\n".encode()]
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self._taken(path, self._ask("POST", path, b"".join(parts), headers))

    def messages(self, phone: str) -> list[str]:
        """Return the messages that a phone has received, the newest first."""
        return self.messages_on([phone]).get(phone, [])

    def messages_on(self, phones: Iterable[str]) -> dict[str, list[str]]:
        """Return the messages that each of these phones has received, the newest first; one without any is absent."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        asked = list(dict.fromkeys(phones))
        for start in range(0, len(asked), PHONES_AT_ONCE):
            some = ",".join(asked[start : start + PHONES_AT_ONCE])
            told = self.get(f"/demo/outbox?to={quote(some)}", accept="application/json")
            for line in msgspec.json.decode(told.body):
                found[line["to"]].append(line["text"])
        return dict(found)

    def sign_in_staff(self, login: str) -> None:
        """Sign in as somebody on the staff by the demo's one click."""
        self.get(SIGN_IN)
        self.send(DEMO_SIGN_IN, {"login": login})

    def _taken(self, path: str, answer: Answer) -> Answer:
        if answer.status not in {http.client.OK, http.client.FOUND}:
            raise PageRefusedError(f"POST {path}", answer)
        return answer

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        def ask() -> Answer:
            self.requests += 1
            cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
            return self._center.request(method, path, body, headers={**headers, "Cookie": cookies})

        answer = insist(ask)
        for line in answer.cookies:
            for name, morsel in SimpleCookie(line).items():
                if morsel.value:
                    self._cookies[name] = morsel.value
                else:
                    self._cookies.pop(name, None)
        return answer
