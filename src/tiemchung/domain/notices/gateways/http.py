"""An operator's gateway over HTTP: one POST a batch, one receipt a message.

The request is `{"messages": [{"id", "channel", "to", "text"}]}` with a bearer token, the answer
`{"receipts": [{"id", "outcome", "reason"}]}`. An operator with another interface stands behind an adapter of its own.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Sequence

import msgspec

from tiemchung.domain.notices.errors import GatewayDown
from tiemchung.domain.notices.values import Outgoing, Receipt
from tiemchung.plumbing import keys

TIMEOUT_S = 10.0
LONGEST_ANSWER = 1_000_000
TOKEN_KEY = "message-gateway"  # noqa: S105 - the name of a key file
"""The key file whose bytes, in hexadecimal, are the token that the operator is told to expect."""


class _Batch(msgspec.Struct):
    messages: list[Outgoing]


class _Answer(msgspec.Struct):
    receipts: list[Receipt]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_words: object, **_named: object) -> None:
        """Follow nobody: messages go to the address that was set and nowhere else."""


class HttpGateway:
    """Hands batches to the operator at an address."""

    def __init__(self, url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._url = url
        self._timeout_s = timeout_s
        self._opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))

    def deliver(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Post the batch and return its receipts; `GatewayDown` for anything but an answer that can be read."""
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's own setting, checked at start
            self._url,
            data=msgspec.json.encode(_Batch(list(batch))),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {keys.secret(TOKEN_KEY).hex()}"},
            method="POST",
        )
        try:
            with self._opener.open(request, timeout=self._timeout_s) as answer:
                body = answer.read(LONGEST_ANSWER)
            return msgspec.json.decode(body, type=_Answer).receipts
        except (OSError, ValueError, msgspec.MsgspecError, urllib.error.URLError) as fault:
            raise GatewayDown(type(fault).__name__) from fault
