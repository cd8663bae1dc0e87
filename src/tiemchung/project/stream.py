"""The process of server-sent events: ASGI on granian, small and apart, so that no open board takes a thread of the web."""

from __future__ import annotations

import argparse
import functools
import importlib
import os
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.utils.proxies import wrap_asgi_with_proxy_headers

from tiemchung.plumbing import leash
from tiemchung.project import environment

_WAITS_S = 2


def main(_arguments: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM. Boards whose stream ends ask by themselves, and come back to it."""
    settings, _ = environment.read(os.environ)
    server = Granian(
        target="tiemchung.project.asgi:application",
        address=settings.stream_host,
        port=settings.stream_port,
        interface=Interfaces.ASGINL,
        workers=1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=_WAITS_S,
    )
    server.serve(target_loader=functools.partial(_load, os.getpid()), wrap_loader=False)


def _load(server_process: int) -> Callable[..., Any]:
    leash.follow_server(server_process)
    settings, _ = environment.read(os.environ)
    application: Callable[..., Any] = importlib.import_module("tiemchung.project.asgi").application
    if settings.trusted_proxies:
        application = wrap_asgi_with_proxy_headers(application, trusted_hosts=list(settings.trusted_proxies))
    return application
