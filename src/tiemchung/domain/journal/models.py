"""Tables of the journal. They are made by SQL in the migration: partitions, a sequence and functions have no other words."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tiemchung.plumbing.tables import DataClass, Placement


class Entry(models.Model):
    """A fact, once and for ever: appended, never changed. The body is sealed; the digest is over the clear bytes."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1
    field_classes: ClassVar = {"person": DataClass.C2, "body": DataClass.C3}

    id = models.UUIDField(primary_key=True)
    sequence = models.BigIntegerField()
    position = models.BigIntegerField()
    written_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    occurred_at = models.DateTimeField()
    device_sequence = models.IntegerField()
    kind = models.TextField()
    device = models.UUIDField()
    person = models.UUIDField(null=True)
    site = models.TextField()
    digest = models.BinaryField()
    body = models.BinaryField()
    place = models.SmallIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "journal_entry"


class Block(models.Model):
    """The bodies of neighboring entries of one chain, appended by one transaction and sealed together.

    An entry with a `place` has its line here: in the block of its device and position that begins so many sequences before it.
    """

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1
    field_classes: ClassVar = {"body": DataClass.C3}

    pk = models.CompositePrimaryKey("device", "first", "position")
    device = models.UUIDField()
    first = models.IntegerField()
    position = models.BigIntegerField()
    site = models.TextField()
    body = models.BinaryField()

    class Meta:
        managed = False
        db_table = "journal_block"


class Generation(models.Model):
    """One life of the database on one server. A dump restored elsewhere begins a new one, for there ids of transactions start low."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C1

    number = models.IntegerField(primary_key=True)
    system_identifier = models.BigIntegerField(unique=True)
    began_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "journal_generation"


class Chain(models.Model):
    """Where the chain of one device stands. Its row is the lock under which the device's batches are taken."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1

    device = models.UUIDField(primary_key=True)
    last_sequence = models.IntegerField()
    head = models.BinaryField()
    last_occurred_at = models.DateTimeField(null=True)
    set_aside = models.IntegerField()
    forked_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "journal_chain"


class Batch(models.Model):
    """One signed batch as it was taken: with the entries' bytes it proves later what the device said."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1

    id = models.UUIDField(primary_key=True)
    device = models.UUIDField()
    first = models.IntegerField()
    count = models.IntegerField()
    previous = models.BinaryField()
    head = models.BinaryField()
    signature = models.BinaryField()
    site = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "journal_batch"


class SetAside(models.Model):
    """An entry that could not be taken as a fact, kept whole until a human has looked."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1
    field_classes: ClassVar = {"body": DataClass.C3}

    id = models.UUIDField(primary_key=True)
    device = models.UUIDField()
    device_sequence = models.IntegerField()
    entry = models.UUIDField(null=True)
    reason = models.TextField()
    site = models.TextField()
    recorded_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    closed_why = models.TextField()
    digest = models.BinaryField()
    body = models.BinaryField()

    class Meta:
        managed = False
        db_table = "journal_set_aside"


class Unfolded(models.Model):
    """An entry that is kept and not yet folded: its room has not had its turn, or what it refers to is not here."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1

    entry = models.UUIDField(primary_key=True)
    kind = models.TextField()
    reason = models.TextField()
    site = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "journal_unfolded"


class Cursor(models.Model):
    """How far one follower has read."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C1

    consumer = models.TextField(primary_key=True)
    position = models.BigIntegerField()
    sequence = models.BigIntegerField()
    moved_at = models.DateTimeField()
    read_until = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "journal_cursor"


class View(models.Model):
    """Somebody looked at identity or health of a person: who, when, why, at which site."""

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    viewed_at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    actor_kind = models.TextField()
    purpose = models.TextField()
    site = models.TextField()

    class Meta:
        managed = False
        db_table = "journal_view"


class Anchor(models.Model):
    """The Merkle root over an hour's settled entries: whoever keeps it elsewhere can prove later that none was changed."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C1

    id = models.UUIDField(primary_key=True)
    from_position = models.BigIntegerField()
    from_sequence = models.BigIntegerField()
    to_position = models.BigIntegerField()
    to_sequence = models.BigIntegerField()
    entries = models.BigIntegerField()
    root = models.BinaryField()
    previous = models.BinaryField()
    anchored_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "journal_anchor"
