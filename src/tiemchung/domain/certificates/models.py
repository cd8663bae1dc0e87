"""Tables of certificates: where doses stand, what was signed and revoked, whose keys are trusted, and the log of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tiemchung.domain.certificates.values import Kind, Reason, State
from tiemchung.plumbing.tables import DataClass, Placement


class Preparation(models.Model):
    """Where one dose stands: waiting, ready, or withheld with its reason, and since when. `id` is the dose's.

    `facts` is a digest of what a certificate of it would say; `due` tells that something may have to be signed or revoked.
    """

    placement: ClassVar[Placement] = Placement.PERSON
    data_class: ClassVar[DataClass] = DataClass.C3

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    since = models.DateTimeField()
    state = models.SmallIntegerField()
    reason = models.SmallIntegerField()
    site = models.TextField()
    facts = models.BigIntegerField(default=0)
    due = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["since"], condition=models.Q(due=True), name="doses_to_be_signed"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="only_a_ready_dose_has_no_reason",
                condition=models.Q(state=State.READY, reason=Reason.NONE)
                | (~models.Q(state=State.READY) & ~models.Q(reason=Reason.NONE)),
            ),
        ]


class Certificate(models.Model):
    """What was signed for one dose, sealed. Of a dose at most one is in force; a revoked one stays readable."""

    placement: ClassVar[Placement] = Placement.PERSON
    data_class: ClassVar[DataClass] = DataClass.C3

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    dose = models.UUIDField()
    log = models.UUIDField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    facts = models.BigIntegerField()
    kind = models.SmallIntegerField()
    withdrawn = models.SmallIntegerField(null=True)
    site = models.TextField()
    hash = models.BinaryField()
    leaf = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["log", "id"], name="certificates_of_a_log_line"),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(kind=Kind.PASS, withdrawn=None),
                name="passes_in_force",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person_id", "dose"], condition=models.Q(withdrawn=None), name="one_in_force_a_dose"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn=None, withdrawn_at=None)
                | models.Q(withdrawn__isnull=False, withdrawn_at__isnull=False),
                name="withdrawn_at_some_time",
            ),
        ]


class Signer(models.Model):
    """A public key whose signatures are believed: ours by their key file's name, others' by their country."""

    placement: ClassVar[Placement] = Placement.REFERENCE
    data_class: ClassVar[DataClass] = DataClass.C0

    pk = models.CompositePrimaryKey("kid", "public_key")
    kid = models.BinaryField()
    public_key = models.BinaryField()
    country = models.TextField()
    kind = models.SmallIntegerField()
    name = models.TextField()
    uses = models.TextField()
    certificate = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    signs_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], condition=~models.Q(name=""), name="one_public_key_a_key_file"),
        ]


class Revocation(models.Model):
    """A revoked certificate by the hash of its name: nobody reads a person out of it. Published."""

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C0

    hash = models.BinaryField(primary_key=True)
    revoked_on = models.DateField()
    expires_at = models.DateTimeField()
    replaced = models.BooleanField()


class LogLine(models.Model):
    """A line of the transparency log: the root over what was signed or revoked together. No line has two successors."""

    placement: ClassVar[Placement] = Placement.REFERENCE
    data_class: ClassVar[DataClass] = DataClass.C0

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    what = models.TextField()
    leaves = models.IntegerField()
    root = models.BinaryField()
    previous = models.BinaryField(unique=True)
    head = models.BinaryField(unique=True)
