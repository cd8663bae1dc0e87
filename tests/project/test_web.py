"""Who asked: the address and scheme that the web counts and answers by; and how its workers come and go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from tiemchung.project.web import behind_proxies


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function of (peer, headers) that tells what the application hears of it behind the proxies of 10.0.0.0/8."""
    monkeypatch.setenv("TIEMCHUNG_TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1")

    def ask(peer: str, *, told_for: str, proto: str = "https") -> tuple[str, str]:
        heard: dict[str, Any] = {}
        environ = {
            "REMOTE_ADDR": peer,
            "HTTP_X_FORWARDED_FOR": told_for,
            "HTTP_X_FORWARDED_PROTO": proto,
            "wsgi.url_scheme": "http",
        }
        behind_proxies(lambda environ, _start: heard.update(environ))(environ, None)
        return heard["REMOTE_ADDR"], heard["wsgi.url_scheme"]

    return ask


def test_behind_a_trusted_proxy_everybody_has_their_own_address(asked: Any) -> None:
    assert asked("10.1.2.3", told_for="203.0.113.7") == ("203.0.113.7", "https")
    assert asked("127.0.0.1", told_for="203.0.113.8, 10.9.9.9") == ("203.0.113.8", "https")


def test_what_a_stranger_writes_before_the_proxy_s_word_is_not_believed(asked: Any) -> None:
    assert asked("10.1.2.3", told_for="192.0.2.99, 203.0.113.7") == ("203.0.113.7", "https")


def test_from_elsewhere_the_headers_say_nothing(asked: Any) -> None:
    assert asked("198.51.100.5", told_for="203.0.113.7") == ("198.51.100.5", "http")


def test_without_proxies_no_header_is_believed(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIEMCHUNG_TRUSTED_PROXIES")
    assert asked("10.1.2.3", told_for="203.0.113.7") == ("10.1.2.3", "http")


@pytest.mark.parametrize("asked_by", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_still_loads_ends_when_it_is_asked_to(asked_by: signal.Signals) -> None:
    """Granian forks its workers with its own handlers in place, which swallow the signal in a worker."""
    words = (
        "import os, signal; from tiemchung.plumbing import leash; "
        f"signal.signal({asked_by}, lambda *_: None); leash.follow_server({os.getpid()}); os.kill(os.getpid(), {asked_by})"
    )
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == -asked_by
