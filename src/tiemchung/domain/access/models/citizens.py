"""Tables of citizens' access: accounts, sign-ins, codes, links to persons, proofs, and what people ask about their own data.

An account is a phone that somebody answers, and no person. Numbers and what was typed lie sealed; codes lie as keyed
hashes. Whoever reads the database opens no account with it.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tiemchung.domain.access.values import LinkState, Relation
from tiemchung.plumbing.tables import DataClass, Placement

_STATES = [state.value for state in LinkState]
_RELATIONS = [relation.value for relation in Relation]


class Account(models.Model):
    """A phone at which somebody has answered. It says nothing about who that is."""

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C2

    id = models.UUIDField(primary_key=True)
    phone_hash = models.BinaryField(unique=True)
    phone = models.BinaryField()
    opened_at = models.DateTimeField()


class SignIn(models.Model):
    """A browser in which somebody is signed in. The cookie's token lies here as a hash; times are real ones."""

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C1

    token_hash = models.BinaryField(primary_key=True)
    id = models.UUIDField(unique=True)
    account = models.UUIDField()
    browser = models.TextField()
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account"], name="access_sign_in_of_account")]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("opened_at")), name="access_sign_in_ends")]


class OneTimeCode(models.Model):
    """Six digits that were sent to a phone for one request of one browser, as a keyed hash. Times are real ones."""

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C2

    request_hash = models.BinaryField(primary_key=True)
    id = models.UUIDField(unique=True)
    phone_hash = models.BinaryField()
    phone = models.BinaryField()
    code_hash = models.BinaryField()
    channel = models.TextField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    spent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="access_code_by_expiry")]
        constraints = [
            models.CheckConstraint(condition=Q(tries__gte=0) & Q(tries__lte=5), name="access_code_has_five_tries")
        ]


class AskCount(models.Model):
    """How often something was asked for on one day (real time): by number, by number and browser, by account."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("key", "day")
    key = models.BinaryField()
    day = models.DateField()
    count = models.IntegerField()


class Link(models.Model):
    """What ties an account to a person: claimed (and then only what the account typed, sealed) or proved."""

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C2

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    person = models.UUIDField()
    relation = models.TextField()
    state = models.TextField()
    how = models.TextField(blank=True)
    since = models.DateTimeField()
    told = models.BinaryField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["account"], name="access_links_of_account"),
            models.Index(fields=["person"], name="access_links_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "person"], condition=Q(ended_at=None), name="access_one_open_link_a_pair"
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(ended_at=None, relation=Relation.SELF.value),
                name="access_one_self_an_account",
            ),
            models.CheckConstraint(condition=Q(state__in=_STATES), name="access_link_state_is_known"),
            models.CheckConstraint(condition=Q(relation__in=_RELATIONS), name="access_relation_is_known"),
            models.CheckConstraint(
                condition=~Q(state=LinkState.PROVED.value) | ~Q(how=""), name="access_proved_link_says_how"
            ),
            models.CheckConstraint(
                condition=~Q(state=LinkState.CLAIMED.value) | Q(told__isnull=False), name="access_claim_says_what"
            ),
        ]


class Proof(models.Model):
    """Somebody made sure that this person stands behind an account. `id` is the link's; it stands until withdrawn."""

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    how = models.TextField()
    since = models.DateTimeField()
    site = models.TextField(blank=True)
    by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField(blank=True)


class ProofCode(models.Model):
    """A code on a slip that was handed to a person: 60 bits, once, with the birth year. Both lie as keyed hashes."""

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C2

    code_hash = models.BinaryField(primary_key=True)
    year_hash = models.BinaryField()
    person = models.UUIDField()
    site = models.TextField()
    issued_by = models.UUIDField(null=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    spent_at = models.DateTimeField(null=True)
    spent_by = models.UUIDField(null=True)
    void_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person"], name="access_codes_of_person")]
        constraints = [
            models.CheckConstraint(condition=Q(tries__gte=0) & Q(tries__lte=5), name="access_slip_has_five_tries")
        ]


class ConfirmedPhone(models.Model):
    """A phone of which its person said at a site, face to face: it is mine. OTP to it proves, with the birth year."""

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("phone_hash", "person_id")
    phone_hash = models.BinaryField()
    person_id = models.UUIDField()
    year_hash = models.BinaryField()
    site = models.TextField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person_id"], name="access_phones_of_person")]


class DeskCode(models.Model):
    """A short code that an account shows at a desk, for ten minutes (real time), so that its claim can be confirmed there."""

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C1

    code_hash = models.BinaryField(primary_key=True)
    account = models.UUIDField()
    link = models.UUIDField()
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)


class SpentCode(models.Model):
    """A book's code that was scanned: a keyed hash of it, and at which site it opened which presence. Times are real ones."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C1

    code_hash = models.BinaryField(primary_key=True)
    presence = models.UUIDField()
    site = models.TextField()
    expires_at = models.DateTimeField()


class PresenceGrant(models.Model):
    """Somebody stood at a site's desk and showed a code or a number: their record is open there until this ends (real time)."""

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    site = models.TextField()
    how = models.TextField()
    visit = models.UUIDField(null=True)
    by = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "access_presence"
        indexes = [
            models.Index(fields=["id"], name="access_presence_by_id"),
            models.Index(fields=["visit"], name="access_presence_of_visit"),
        ]


class OwnRequest(models.Model):
    """What somebody asks about their own data: correct it, restrict it, or "this was not me". A task for a human."""

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C3

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    person = models.UUIDField()
    about = models.TextField()
    dose = models.UUIDField(null=True)
    site = models.TextField(blank=True)
    commune = models.TextField(blank=True)
    told = models.BinaryField()
    state = models.TextField()
    asked_at = models.DateTimeField()
    taken_by = models.UUIDField(null=True)
    answer = models.BinaryField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account"], name="access_requests_of_account"),
            models.Index(fields=["site", "state"], name="access_requests_at_site"),
            models.Index(fields=["commune", "state"], name="access_requests_in_commune"),
        ]


class Draft(models.Model):
    """What an account has typed so far in one flow, sealed, so that each page asks one thing and back loses nothing."""

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C2

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    flow = models.TextField()
    told = models.BinaryField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "flow"], name="access_one_draft_a_flow")]


class Consent(models.Model):
    """What somebody allowed another system to read of one book, and until when. Its code is spent by that system, once.

    `given_at`, `ends_at` and `withdrawn_at` are the campaign's time, those of the code real time. `challenge` and `address`
    are those of the request in which the system asked; a code that was read off a screen has neither.
    """

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C2

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    person = models.UUIDField()
    client = models.TextField()
    scopes = ArrayField(models.TextField())
    code_hash = models.BinaryField(unique=True)
    code_ends_at = models.DateTimeField()
    challenge = models.TextField(blank=True)
    address = models.TextField(blank=True)
    spent_at = models.DateTimeField(null=True)
    given_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person"], name="access_consents_of_person")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("given_at")), name="access_consent_ends"),
            models.CheckConstraint(condition=~Q(scopes=[]), name="access_consent_opens_something"),
        ]
