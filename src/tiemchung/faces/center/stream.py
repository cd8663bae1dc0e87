"""Server-sent events for the boards: one look a moment for everybody, one word to each, and no more is said in it.

The word carries nothing: a board that hears it asks for itself again through its own door. A reader who is slow holds
one word at most and is let go of after a while; one who has gone is noticed; nobody waits for either.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import connections
from django.http import HttpRequest, HttpResponse

from tiemchung.domain.figures import queries as figures
from tiemchung.domain.journal import queries as journal
from tiemchung.faces.shared.doors import staff_of
from tiemchung.kernel.actor import Power

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LOOK_EVERY_S = 2.0
"""How often the journal is looked at, once for all readers. A board that hears of every look asks as often."""
BREATH_EVERY_S = 15.0
"""After how long a reader to whom nothing was said is sent a line that says nothing, so that no proxy hangs up."""
PATIENCE_S = 10.0
"""How long a reader may take for one line before it is let go of; its board then asks by itself again."""
ADMIT_EVERY_S = 60.0
"""How often it is asked again whether the reader may still look: a sign-in may have ended meanwhile."""
MOST_READERS = 2_000
"""Open boards of one process. Whoever comes later is told to come again, and their board asks by itself."""

CHANGED = b"event: changed\ndata:\n\n"
BREATH = b":\n\n"


def look() -> str:
    """Return a mark that differs whenever there may be something new on a board."""
    try:
        return f"{journal.newest_sequence()} {figures.as_of()}"
    finally:
        connections.close_all()


def admits(scope: Scope) -> bool:
    """Tell whether the session behind a request belongs to somebody who may see a board now."""
    request = HttpRequest()
    request.method = "GET"
    request.META["REMOTE_ADDR"] = (scope.get("client") or [""])[0]
    cookies: SimpleCookie = SimpleCookie()
    with contextlib.suppress(CookieError):
        cookies.load("; ".join(_told(scope, b"cookie")))
    request.COOKIES = {name: morsel.value for name, morsel in cookies.items()}
    try:
        SessionMiddleware(_nothing).process_request(request)
        AuthenticationMiddleware(_nothing).process_request(request)
        actor = staff_of(request)
        return actor is not None and actor.can(Power.SEE_BOARD)
    finally:
        connections.close_all()


class Stream:
    """The ASGI application: readers come, hear that something changed, and go."""

    def __init__(self, *, look: Callable[[], str] = look, admits: Callable[[Scope], bool] = admits) -> None:
        self._look = look
        self._admits = admits
        self._readers: set[asyncio.Event] = set()
        self._looking: asyncio.Task[None] | None = None

    @property
    def readers(self) -> int:
        """Return how many are listening."""
        return len(self._readers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a stream ends when its reader has gone, is too slow, or may not look any more."""
        if scope["type"] != "http":
            return
        if scope["method"] != "GET":
            await _refuse(send, 405)
        elif not await asyncio.to_thread(self._admits, scope):
            await _refuse(send, 403)
        elif len(self._readers) >= MOST_READERS:
            await _refuse(send, 503)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        news = asyncio.Event()
        self._readers.add(news)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._keep_looking())
        gone = asyncio.create_task(_gone(receive))
        telling = asyncio.create_task(self._tell(scope, send, news))
        try:
            await asyncio.wait({gone, telling}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._readers.discard(news)
            for task in (gone, telling):
                task.cancel()
            await asyncio.gather(gone, telling, return_exceptions=True)

    async def _tell(self, scope: Scope, send: Send, news: asyncio.Event) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            *_for_our_pages(scope),
        ]
        await _in_time(send({"type": "http.response.start", "status": 200, "headers": headers}))
        await _in_time(_line(send, CHANGED))
        admitted_at = asyncio.get_running_loop().time()
        while True:
            line = BREATH
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BREATH_EVERY_S):
                    await news.wait()
                    news.clear()
                    line = CHANGED
            if asyncio.get_running_loop().time() - admitted_at > ADMIT_EVERY_S:
                if not await asyncio.to_thread(self._admits, scope):
                    await _in_time(_line(send, b"", more=False))
                    return
                admitted_at = asyncio.get_running_loop().time()
            await _in_time(_line(send, line))

    async def _keep_looking(self) -> None:
        """Look while anybody listens; a database that is away for a while is only nothing new."""
        seen = ""
        while self._readers:
            try:
                now = await asyncio.to_thread(self._look)
            except Exception as fault:  # noqa: BLE001 - whatever the database's going away looks like from here
                log.warning("the stream cannot look: %s", type(fault).__name__)
                now = seen
            if now != seen:
                seen = now
                for news in self._readers:
                    news.set()
            await asyncio.sleep(LOOK_EVERY_S)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _line(send: Send, line: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": line, "more_body": more})


async def _in_time(sending: Awaitable[None]) -> None:
    # Not `wait_for`: before Python 3.12 it may swallow the cancellation that ends this reader.
    async with asyncio.timeout(PATIENCE_S):
        await sending


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store"), (b"retry-after", b"60")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _for_our_pages(scope: Scope) -> Iterable[tuple[bytes, bytes]]:
    """Let our own pages read what is said, where they come from another port; a page of somebody else's may not."""
    if settings.TIEMCHUNG_PUBLIC_URL in _told(scope, b"origin"):
        yield b"access-control-allow-origin", settings.TIEMCHUNG_PUBLIC_URL.encode()
        yield b"access-control-allow-credentials", b"true"
        yield b"vary", b"origin"


def _told(scope: Scope, header: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == header]


def _nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()
