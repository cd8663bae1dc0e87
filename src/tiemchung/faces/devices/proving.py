"""Who asks: a tablet or a hub proves each request with its key."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import APIKeyHeader

from tiemchung.domain.access import actions as access
from tiemchung.domain.access.errors import RequestNotSigned
from tiemchung.domain.access.values import Device, DeviceKind
from tiemchung.plumbing.time import clock


class SignedRequest(APIKeyHeader):
    """A request signed by an enrolled device over method, path and a nonce that serves once. A hub is none of those here."""

    param_name = "Authorization"
    of_hubs = False

    def authenticate(self, request: HttpRequest, key: str | None) -> Device:
        """Return the device; raises `RequestNotSigned` for anybody else. Whoever asks, lives: the site is not silent."""
        now = clock().now()
        device = access.prove_request(key or "", method=request.method or "", path=request.get_full_path(), now=now)
        if (device.kind is DeviceKind.HUB) is not self.of_hubs:
            raise RequestNotSigned
        access.count_request(device, path=request.path)
        access.hear(device.id, at=now)
        return device


class SignedByHub(SignedRequest):
    """A request signed by a site's enrolled hub, which may ask for nothing that a tablet may."""

    of_hubs = True
