"""How often one address may do what costs us work. Real time, and counts only: no address is kept longer than the hour."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache
from django.http import HttpRequest

_HOUR_S = 3600


def within_hourly_limit(request: HttpRequest, *, what: str, most: int) -> bool:
    """Count one more of `what` from the request's address in this hour, and tell whether that is still within `most`.

    Many people may share an address (a ward's computer, a carrier): limits are generous, and a page says what else
    to do. Two requests at the same instant may count as one.
    """
    hour = int(time.time()) // _HOUR_S
    told = f"{what}\0{hour}\0{request.META.get('REMOTE_ADDR', '')}"
    key = f"limit:{hashlib.sha256(told.encode()).hexdigest()[:32]}"
    cache.add(key, 0, timeout=2 * _HOUR_S)
    return cache.incr(key) <= most
