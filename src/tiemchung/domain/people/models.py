"""Tables of people. Names, numbers and phones lie sealed, each with a keyed hash by which it is found again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tiemchung.plumbing.tables import DataClass, Placement


class Person(models.Model):
    """One person as first told at one place. Two rows may be one human being: `SameAs` says so, and nothing is moved."""

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C2

    id = models.UUIDField(primary_key=True)
    recorded_at = models.DateTimeField()
    born_from = models.DateField(null=True)
    born_to = models.DateField(null=True)
    sex = models.SmallIntegerField()
    commune = models.TextField()
    target_group = models.TextField()
    site = models.TextField()
    name_key = models.BinaryField()
    name_tokens = models.BinaryField()
    name = models.BinaryField()
    entry = models.UUIDField()

    class Meta:
        db_table = "people_person"
        constraints = [
            models.CheckConstraint(condition=models.Q(born_from__lte=models.F("born_to")), name="born_in_order")
        ]


class Identifier(models.Model):
    """An identity number of a person: a directory from the number's keyed hash to the person. Not unique: two is a doubt.

    A number that ended still finds whoever had it: doses were written down under it. `valid_from` is empty where nobody
    told since when the number holds, `valid_to` is the first day on which it held no more.
    """

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("hash", "kind", "person_id")
    hash = models.BinaryField()
    kind = models.TextField()
    person_id = models.UUIDField()
    site = models.TextField()
    recorded_at = models.DateTimeField()
    sealed = models.BinaryField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "people_identifier"
        indexes = [models.Index(fields=["person_id"], name="identifiers_of_a_person")]
        constraints = [
            models.CheckConstraint(condition=models.Q(valid_from__lte=models.F("valid_to")), name="valid_in_order")
        ]


class Contact(models.Model):
    """A phone number at which a person can be reached, which may be a relative's. It proves nothing about who answers."""

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("hash", "person_id")
    hash = models.BinaryField()
    person_id = models.UUIDField()
    site = models.TextField()
    recorded_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "people_contact"
        indexes = [models.Index(fields=["person_id"], name="contacts_of_a_person")]


class Former(models.Model):
    """How a person was told until a decision corrected it. The id is the correction's, in the journal.

    `rewords` says that name, birth or sex changed, which certificates carry; `reached` holds the numbers and phones that
    the correction took away, sealed, or nothing.
    """

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    ended_at = models.DateTimeField()
    born_from = models.DateField(null=True)
    born_to = models.DateField(null=True)
    sex = models.SmallIntegerField()
    commune = models.TextField()
    site = models.TextField()
    name = models.BinaryField()
    rewords = models.BooleanField(db_default=True)
    reached = models.BinaryField(null=True)

    class Meta:
        db_table = "people_former"


class Restriction(models.Model):
    """A person's data serve care and the law alone, from when a decision said so until the person ends it."""

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    site = models.TextField()
    commune = models.TextField()

    class Meta:
        db_table = "people_restriction"
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"], condition=models.Q(ended_at=None), name="one_restriction_at_a_time"
            )
        ]


class SameAs(models.Model):
    """Two person rows are one human being, from one instant until the link is ended. A merge moves nothing (DESIGN, law 6)."""

    placement: ClassVar = Placement.REFERENCE
    data_class: ClassVar = DataClass.C2

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField()
    other = models.UUIDField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_same_as"
        indexes = [
            models.Index(fields=["person"], name="links_of_a_person"),
            models.Index(fields=["other"], name="links_of_the_other"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(person=models.F("other")), name="linked_to_another"),
            models.UniqueConstraint(
                fields=["person", "other"], condition=models.Q(valid_to=None), name="one_open_link_a_pair"
            ),
        ]
