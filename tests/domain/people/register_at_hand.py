"""A population register at hand for tests: the simulated one, over HTTP, with a mishap whenever a test wants one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung_world.register.service import Reply, Request, Service

NOW = datetime(2021, 10, 4, 2, 0, tzinfo=UTC)
OURS, THEIRS, STRANGER = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
PEOPLE = """number,old_number,name,born,sex,commune
079187004417,271234567,Nguyễn Thị Ánh Hằng,1987-03-02,female,26734
"""
Mishap = Callable[[Request, Reply], Reply]


class Unreliable(Service):
    """A register to which something happens on request: each mishap befalls one answer, in order."""

    mishaps: list[Mishap]

    def reply(self, request: Request) -> Reply:
        reply = super().reply(request)
        return self.mishaps.pop(0)(request, reply) if self.mishaps else reply
