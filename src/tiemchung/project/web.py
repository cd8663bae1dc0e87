"""The web process: WSGI on granian. Its workers die with it, however it dies."""

from __future__ import annotations

import argparse
import functools
import importlib
import logging
import os
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from tiemchung.plumbing import leash
from tiemchung.plumbing.memory import collect_rarely
from tiemchung.project import environment

log = logging.getLogger(__name__)

_BUSIEST_WAITS_S = 10


def main(_arguments: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are finished first, for 10 seconds at most."""
    settings, _ = environment.read(os.environ)
    server = Granian(
        target="tiemchung.project.wsgi:application",
        address=settings.bind_host,
        port=settings.bind_port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=_BUSIEST_WAITS_S,
    )
    server.serve(target_loader=functools.partial(_load, os.getpid()), wrap_loader=False)


def behind_proxies(application: Callable[..., Any]) -> Callable[..., Any]:
    """Let a request tell the address and the scheme of whoever asked a trusted proxy; from elsewhere its headers say nothing.

    Without this, limits that count by address would count the whole country behind one proxy as one.
    """
    settings, _ = environment.read(os.environ)
    if not settings.trusted_proxies:
        return application
    wrapped: Callable[..., Any] = wrap_wsgi_with_proxy_headers(
        application, trusted_hosts=list(settings.trusted_proxies)
    )
    return wrapped


def _load(server_process: int) -> Callable[..., Any]:
    leash.follow_server(server_process)
    application = behind_proxies(importlib.import_module("tiemchung.project.wsgi").application)
    importlib.import_module("tiemchung.project.urls")
    _remember()
    collect_rarely()
    return application


def _remember() -> None:
    """Read the reference data before the first request; a web without a database comes up all the same and says so."""
    from django.db import DatabaseError, connections  # noqa: PLC0415 - the process that only starts others needs no Django

    from tiemchung.plumbing.reference import remember_all  # noqa: PLC0415 - same

    try:
        remember_all()
    except DatabaseError as fault:
        log.warning("the reference data are read at the first request: %s", type(fault).__name__)
    finally:
        connections.close_all()
