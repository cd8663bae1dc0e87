"""What access knows. `service` is about devices and staff, `citizens` about accounts, links and proofs."""

from __future__ import annotations

from tiemchung.domain.access.queries.citizens import (
    actor_with,
    citizen_actor,
    claims_at_desk,
    holders_of,
    links_of,
    masked_numbers,
    proved_persons,
    slip_in_hand,
)
from tiemchung.domain.access.queries.consents import allowed, consents_of
from tiemchung.domain.access.queries.own import draft, requests_of, story_of_request
from tiemchung.domain.access.queries.partners import partner, partners
from tiemchung.domain.access.queries.presence import numbers_shown_at, opened_at, presence
from tiemchung.domain.access.queries.service import (
    actor_of_staff,
    actor_of_user,
    device_for_batch,
    devices_cut_off,
    devices_of,
    first_site_with_staff,
    hubs_of,
    last_words,
    passkeys_of,
    passkeys_of_many,
    posts_of,
    roster,
    staff_names,
    staff_of_login,
    staff_of_site,
    tablets_known,
)
from tiemchung.domain.access.queries.signing import account_of, asked, phone_of, sign_ins_of
from tiemchung.domain.access.queries.unlocking import unlockings

__all__ = [
    "account_of",
    "actor_of_staff",
    "actor_of_user",
    "actor_with",
    "allowed",
    "asked",
    "citizen_actor",
    "claims_at_desk",
    "consents_of",
    "device_for_batch",
    "devices_cut_off",
    "devices_of",
    "draft",
    "first_site_with_staff",
    "holders_of",
    "hubs_of",
    "last_words",
    "links_of",
    "masked_numbers",
    "numbers_shown_at",
    "opened_at",
    "partner",
    "partners",
    "passkeys_of",
    "passkeys_of_many",
    "phone_of",
    "posts_of",
    "presence",
    "proved_persons",
    "requests_of",
    "roster",
    "sign_ins_of",
    "slip_in_hand",
    "staff_names",
    "staff_of_login",
    "staff_of_site",
    "story_of_request",
    "tablets_known",
    "unlockings",
]
