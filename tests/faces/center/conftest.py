"""Somebody on duty, signed in as the real sign-in leaves its session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client

from tiemchung.domain.access.actions import load_staff
from tiemchung.kernel.actor import SYSTEM

NOW = datetime(2021, 9, 13, 3, 0, 30, tzinfo=UTC)
SignIn = Callable[..., Client]


@pytest.fixture
def sign_in(committed_db: None) -> SignIn:
    """Return a function of (login, **role) that gives the browser of somebody with that role."""

    def signed_in(login: str, **role: str) -> Client:
        load_staff([{"id": str(uuid4()), "name": "Vũ Hải Yến", "login": login, "roles": [role]}], actor=SYSTEM, now=NOW)
        client = Client()
        user = User.objects.get(username=login)
        client.force_login(user)
        request = HttpRequest()
        request.session = client.session
        record_authentication(request, user, "mfa", type="totp")
        request.session.save()
        return client

    return signed_in
