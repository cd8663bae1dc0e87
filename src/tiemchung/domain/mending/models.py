"""Tables of mending: complaints as they were told, and the cases in which everything that is to be mended is worked."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tiemchung.domain.mending.values import (
    LIKELY,
    CaseState,
    ComplaintState,
    Origin,
    Outcome,
    RepairState,
    ScanState,
    StepKind,
    UnreadableWhy,
)
from tiemchung.plumbing.tables import DataClass, Placement


class Complaint(models.Model):
    """What somebody wrote on the portal, as they wrote it. How it goes on is told by the case of the same id."""

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C3
    field_classes: ClassVar[dict[str, DataClass]] = {
        "id": DataClass.C1,
        "kind": DataClass.C1,
        "site": DataClass.C1,
        "filed_at": DataClass.C1,
        "due_at": DataClass.C1,
        "state": DataClass.C1,
        "number_hash": DataClass.C2,
    }

    id = models.UUIDField(primary_key=True)
    number_hash = models.BinaryField(unique=True)
    kind = models.TextField()
    site = models.TextField()
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.TextField(default=ComplaintState.OPEN.value)
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mending_state_is_known",
                condition=models.Q(state__in=[state.value for state in ComplaintState]),
            ),
            models.CheckConstraint(
                name="mending_due_after_filing", condition=models.Q(due_at__gt=models.F("filed_at"))
            ),
        ]
        indexes: ClassVar = [models.Index(name="mending_open_by_site", fields=["state", "site", "due_at"])]


class Case(models.Model):
    """Something to be mended, from when it was asked or found until it is decided, on the desk of a site, a ward or the center.

    `site` and `commune` tell whose it is: "*" is the center's, "-" is none. The sealed part is its number;
    `proposed` how a person is to be told, sealed, while a second person has yet to agree. `phone_hash` is of the phone that
    was left, and `confirmed_at` when whoever holds it said that they asked; to them the sealed `answer` is told.
    """

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {
        "person": DataClass.C2,
        "other": DataClass.C2,
        "number_hash": DataClass.C2,
        "sealed": DataClass.C2,
        "proposed": DataClass.C2,
        "phone_hash": DataClass.C2,
        "answer": DataClass.C3,
    }

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField(null=True)
    other = models.UUIDField(null=True)
    dose = models.UUIDField(null=True)
    owner = models.UUIDField(null=True)
    proposed_by = models.UUIDField(null=True)
    decided_by = models.UUIDField(null=True)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    origin = models.TextField()
    kind = models.TextField()
    site = models.TextField()
    commune = models.TextField()
    state = models.TextField()
    outcome = models.TextField(null=True)  # noqa: DJ001 - not decided yet is not an empty outcome
    number_hash = models.BinaryField(unique=True)
    sealed = models.BinaryField()
    proposed = models.BinaryField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    level = models.SmallIntegerField(db_default=0)
    reason = models.TextField(null=True)  # noqa: DJ001 - not turned down is not an empty reason
    phone_hash = models.BinaryField(null=True)
    answer = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mending_case_origin_is_known", condition=Q(origin__in=[origin.value for origin in Origin])
            ),
            models.CheckConstraint(
                name="mending_case_stands_somewhere",
                condition=Q(
                    state=CaseState.OPEN.value, outcome__isnull=True, proposed_by__isnull=True, decided_at__isnull=True
                )
                | Q(
                    state=CaseState.PROPOSED.value,
                    outcome__in=[end.value for end in Outcome],
                    proposed_by__isnull=False,
                    decided_at__isnull=True,
                )
                | Q(
                    state=CaseState.DECIDED.value,
                    outcome__in=[end.value for end in Outcome],
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="mending_case_decided_by_somebody",
                condition=~Q(state=CaseState.DECIDED.value)
                | Q(decided_by__isnull=False)
                | Q(origin=Origin.PLATFORM.value, kind=LIKELY, outcome=Outcome.NOT_UPHELD.value),
            ),
            models.CheckConstraint(
                name="mending_case_two_are_two",
                condition=Q(proposed_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(proposed_by=models.F("decided_by")),
            ),
            models.UniqueConstraint(
                name="mending_one_doubt_a_pair", fields=["person", "other"], condition=Q(other__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="mending_cases_waiting", fields=["due_at"], condition=~Q(state=CaseState.DECIDED.value)),
            models.Index(name="mending_cases_filed", fields=["filed_at"]),
            models.Index(name="mending_cases_decided", fields=["-decided_at"]),
            models.Index(name="mending_cases_of_person", fields=["person"]),
            models.Index(
                name="mending_proposed_other",
                fields=["other"],
                condition=Q(state=CaseState.PROPOSED.value, other__isnull=False),
            ),
            models.Index(name="mending_cases_of_phone", fields=["phone_hash"], condition=Q(phone_hash__isnull=False)),
        ]


class Slip(models.Model):
    """A photo of a paper slip that came with a complaint: drawn anew, sealed, on the desk of its case."""

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {"sealed": DataClass.C3}

    id = models.UUIDField(primary_key=True)
    of_case = models.UUIDField()
    kept_at = models.DateTimeField()
    size = models.IntegerField()
    site = models.TextField()
    commune = models.TextField()
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="mending_slip_has_bytes", condition=Q(size__gt=0))]
        indexes: ClassVar = [models.Index(name="mending_slips_of", fields=["of_case"])]


class Step(models.Model):
    """One step of a case. Its id is made by the form that took it, so that a second click is the same step."""

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {"text": DataClass.C3}

    id = models.UUIDField(primary_key=True)
    of_case = models.UUIDField()
    by = models.UUIDField(null=True)
    at = models.DateTimeField()
    what = models.TextField()
    site = models.TextField()
    commune = models.TextField()
    to_site = models.TextField()
    outcome = models.TextField(null=True)  # noqa: DJ001 - most steps say nothing of how it ends
    text = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mending_step_is_known", condition=Q(what__in=[kind.value for kind in StepKind])
            ),
        ]
        indexes: ClassVar = [models.Index(name="mending_steps_of", fields=["of_case", "at"])]


class Speed(models.Model):
    """How fast the complaints of the last month were answered in a province, "" for those of the response center."""

    placement: ClassVar[Placement] = Placement.REFERENCE
    data_class: ClassVar[DataClass] = DataClass.C0

    province = models.TextField(primary_key=True)
    as_of = models.DateTimeField()
    filed = models.IntegerField()
    decided = models.IntegerField()
    in_time = models.IntegerField()
    overdue = models.IntegerField()
    median_minutes = models.IntegerField(null=True)


class Repair(models.Model):
    """One error that hit many doses of a site's day, how it is to be mended, and who proposed and agreed.

    `lot` is the lot as it was told, `to_lot` as it was; `to_product` is empty where the product was told right. One that
    takes another back names it.
    """

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {"words": DataClass.C3}

    id = models.UUIDField(primary_key=True)
    site = models.TextField()
    given_on = models.DateField()
    lot = models.TextField()
    to_lot = models.TextField()
    to_product = models.TextField()
    takes_back = models.UUIDField(null=True)
    state = models.TextField()
    words = models.BinaryField()
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mending_repair_stands_somewhere",
                condition=Q(state=RepairState.PROPOSED.value, decided_by__isnull=True, decided_at__isnull=True)
                | Q(state=RepairState.DROPPED.value, decided_by__isnull=False, decided_at__isnull=False)
                | Q(state=RepairState.DONE.value, decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(proposed_by=models.F("decided_by")),
            ),
            models.UniqueConstraint(
                name="mending_taken_back_once",
                fields=["takes_back"],
                condition=Q(takes_back__isnull=False) & ~Q(state=RepairState.DROPPED.value),
            ),
        ]
        indexes: ClassVar = [models.Index(name="mending_repairs_of_site", fields=["site", "-proposed_at"])]


class RepairedDose(models.Model):
    """A dose that a repair mends, with the product it is to have, under the id that its correction has or would have."""

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C1

    id = models.UUIDField(primary_key=True)
    repair = models.UUIDField()
    dose = models.UUIDField()
    site = models.TextField()
    product = models.TextField()
    to_product = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="mending_repaired_once", fields=["repair", "dose"])]


class Scan(models.Model):
    """A photo of a paper slip of a site's day that waits to be typed, or what became of it. Drawn anew and sealed.

    `digest` is the keyed hash of the picture, by which the same file is known when it comes again. The row stays for the
    count when its picture is erased.
    """

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {
        "sealed": DataClass.C3,
        "digest": DataClass.C2,
        "person": DataClass.C2,
    }

    id = models.UUIDField(primary_key=True)
    site = models.TextField()
    given_on = models.DateField()
    state = models.TextField()
    by = models.UUIDField()
    kept_at = models.DateTimeField()
    typist = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    reason = models.TextField(null=True)  # noqa: DJ001 - what can be read has no such reason
    visit = models.UUIDField(null=True)
    person = models.UUIDField(null=True)
    digest = models.BinaryField()
    sealed = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mending_scan_stands_somewhere",
                condition=Q(
                    state=ScanState.WAITING.value, typist__isnull=True, settled_at__isnull=True, visit__isnull=True
                )
                | Q(state=ScanState.TYPING.value, typist__isnull=False, settled_at__isnull=True, visit__isnull=True)
                | Q(state=ScanState.ENTERED.value, typist__isnull=False, settled_at__isnull=False, visit__isnull=False)
                | Q(
                    state__in=[ScanState.UNREADABLE.value, ScanState.DUPLICATE.value],
                    typist__isnull=False,
                    settled_at__isnull=False,
                    visit__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="mending_scan_unreadable_says_why",
                # Nothing is in a list, or not in it, to the database: that a reason is there is asked by itself.
                condition=Q(
                    state=ScanState.UNREADABLE.value,
                    reason__isnull=False,
                    reason__in=[why.value for why in UnreadableWhy],
                )
                | (~Q(state=ScanState.UNREADABLE.value) & Q(reason__isnull=True)),
            ),
            models.UniqueConstraint(name="mending_scan_once", fields=["site", "given_on", "digest"]),
        ]
        indexes: ClassVar = [
            models.Index(name="mending_scans_with_picture", fields=["kept_at"], condition=Q(sealed__isnull=False)),
        ]
