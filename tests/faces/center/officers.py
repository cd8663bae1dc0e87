"""Somebody on duty, signed in as the real sign-in leaves its session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client

from tiemchung.domain.access.actions import load_staff
from tiemchung.kernel.actor import SYSTEM

NOW = datetime(2021, 9, 13, 3, 0, 30, tzinfo=UTC)
SignIn = Callable[..., Client]


def sign_in_as(login: str, **role: str) -> Client:
    """Return the browser of a new member of the staff with this role."""
    load_staff([{"id": str(uuid4()), "name": "Vũ Hải Yến", "login": login, "roles": [role]}], actor=SYSTEM, now=NOW)
    client = Client()
    user = User.objects.get(username=login)
    client.force_login(user)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, "mfa", type="totp")
    request.session.save()
    return client
