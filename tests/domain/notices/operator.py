"""An operator who takes messages over HTTP as the real one does, and can be as unreliable."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Operator:
    """Where it listens, what it delivered, and how it behaves: well, `broken`, `mute`, `silent` or `moved`."""

    url: str = ""
    mood: str = "well"
    sent: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    def take(self, message: dict[str, str]) -> dict[str, str]:
        if not (message["to"].isdigit() and len(message["to"]) == 10):
            return {"id": message["id"], "outcome": "refused", "reason": "number-not-in-use"}
        self.sent.setdefault(message["id"], message)
        return {"id": message["id"], "outcome": "delivered"}


@contextmanager
def listening() -> Iterator[Operator]:
    operator = Operator()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            operator.tokens.add(self.headers["Authorization"])
            if operator.mood == "silent":
                time.sleep(1)
                return
            receipts = [operator.take(message) for message in told["messages"]]
            answers = {
                "well": (200, {"receipts": receipts}),
                "broken": (503, {}),
                "moved": (307, {}),
                "mute": (200, {}),
            }
            status, body = answers[operator.mood]
            self.send_response(status)
            if operator.mood == "moved":
                self.send_header("Location", "http://192.0.2.1/")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_words: object) -> None:
            """Say nothing: the test speaks."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    operator.url = f"http://127.0.0.1:{server.server_port}/"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield operator
    server.shutdown()
    server.server_close()
    thread.join()
