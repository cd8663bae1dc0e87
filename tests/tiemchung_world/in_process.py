"""The platform's own pages, asked by the world without a network between: what it sends is what they take."""

from __future__ import annotations

from collections.abc import Mapping

from django.test import Client

from tiemchung_world.center import Answer, Center


class InProcess(Center):
    """A center whose requests are answered by this process's own views, CSRF protection included."""

    def __init__(self) -> None:
        super().__init__("http://testserver")

    def request(
        self, method: str, path: str, body: bytes | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        told = dict(headers or {})
        kind = told.pop("Content-Type", "application/octet-stream")
        client = Client(enforce_csrf_checks=True, raise_request_exception=True)
        response = client.generic(method, path, body or b"", content_type=kind, headers=told)
        return Answer(
            status=response.status_code,
            body=response.content,
            seconds=0.0,
            cookies=tuple(morsel.OutputString() for morsel in response.cookies.values()),
            location=response.get("Location", ""),
        )
