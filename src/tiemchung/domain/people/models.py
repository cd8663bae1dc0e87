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
        indexes = [
            models.Index(fields=["name_tokens", "born_from"], include=["commune", "id"], name="persons_by_name"),
            models.Index(fields=["born_from", "commune"], name="persons_by_birth"),
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


class RegisterState(models.Model):
    """What the population register said of a person, and since when it is to be asked (`due_at`; nothing while it is not).

    `asked_about` is a keyed hash of the fields of the answer: other fields are another question. `list` is the signed list
    under which it is asked which fields differ, and `fields` tells them, a bit each in the order of the interface.
    """

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C2

    person_id = models.UUIDField(primary_key=True)
    exchange = models.UUIDField(null=True)
    list = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    state = models.SmallIntegerField(db_default=0)
    fields = models.SmallIntegerField(db_default=0)
    site = models.TextField()
    commune = models.TextField()
    asked_about = models.BinaryField(null=True)

    class Meta:
        db_table = "people_register_state"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=[0, 1, 2, 3]), name="register_state_is_known")
        ]
        indexes = [
            models.Index(
                fields=["due_at", "person_id"], condition=models.Q(due_at__isnull=False), name="register_states_due"
            ),
            models.Index(fields=["commune", "state", "person_id"], name="register_states_of_a_ward"),
        ]


class RegisterList(models.Model):
    """A list that a ward's officer signed for the register to say which fields differ, until the ward signs it as mended."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("site", "id")
    id = models.UUIDField()
    sent_by = models.UUIDField()
    sent_at = models.DateTimeField()
    signed_by = models.UUIDField(null=True)
    signed_at = models.DateTimeField(null=True)
    site = models.TextField()
    commune = models.TextField()

    class Meta:
        db_table = "people_register_list"
        indexes = [
            models.Index(fields=["id"], name="register_list_by_id"),
            models.Index(fields=["commune", "-sent_at"], name="register_lists_of_a_ward"),
        ]


class RegisterListed(models.Model):
    """Somebody of a list that was sent to the register."""

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("person_id", "list")
    person_id = models.UUIDField()
    list = models.UUIDField()
    site = models.TextField()
    commune = models.TextField()

    class Meta:
        db_table = "people_register_listed"
        indexes = [models.Index(fields=["list", "person_id"], name="persons_of_a_register_list")]


class RegisterLine(models.Model):
    """How the line to the population register has been, for all processes; one row, real time.

    `held` is why nobody is asked about until somebody has looked, nothing otherwise.
    """

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C1

    id = models.SmallIntegerField(primary_key=True)
    failures = models.IntegerField()
    pause_s = models.FloatField()
    until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    reason = models.TextField()
    held = models.TextField(db_default="")

    class Meta:
        db_table = "people_register_line"


class RegisterFeed(models.Model):
    """How far the register's changes have been read; one row, real time. `held` is why nobody reads on, nothing otherwise."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C1

    id = models.SmallIntegerField(primary_key=True)
    read_to = models.BigIntegerField()
    read_at = models.DateTimeField()
    held = models.TextField()

    class Meta:
        db_table = "people_register_feed"


class RegisterChange(models.Model):
    """What the register told of whoever has a number, kept until a person with it is right: a directory from the number's hash.

    `becomes` is the new number, sealed, and nothing of a death or a move; `commune` is where somebody moved to.
    """

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("hash", "kind", "sequence")
    hash = models.BinaryField()
    kind = models.TextField()
    sequence = models.BigIntegerField()
    exchange = models.UUIDField()
    told_at = models.DateTimeField()
    followed_at = models.DateTimeField(null=True)
    day = models.DateField()
    what = models.TextField()
    commune = models.TextField()
    becomes = models.BinaryField(null=True)

    class Meta:
        db_table = "people_register_change"
        indexes = [
            models.Index(fields=["sequence"], condition=models.Q(followed_at=None), name="register_changes_to_follow")
        ]


class RegisterNews(models.Model):
    """What a change came to for a person. A death or a move is open until somebody of the ward settles it, if ever.

    `taken` is whether it holds: of a death until somebody finds the person alive, of a move once the ward has taken it over.
    """

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("person_id", "sequence")
    person_id = models.UUIDField()
    sequence = models.BigIntegerField()
    exchange = models.UUIDField()
    told_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    day = models.DateField()
    what = models.TextField()
    new_commune = models.TextField()
    taken = models.BooleanField()
    site = models.TextField()
    commune = models.TextField()

    class Meta:
        db_table = "people_register_news"
        indexes = [
            models.Index(
                fields=["commune", "what", "sequence"],
                condition=models.Q(settled_at=None) & ~models.Q(what="renumbered"),
                name="register_news_of_a_ward",
            ),
            models.Index(
                fields=["person_id"], condition=models.Q(what="died", taken=True), name="who_is_told_to_be_dead"
            ),
        ]


class RegisterExchange(models.Model):
    """Question and answer of an exchange with the population register, sealed, so that a dispute can be shown."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C2

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "people_register_exchange"
        indexes = [models.Index(fields=["at"], name="register_exchanges_by_age")]


class ToLink(models.Model):
    """Somebody new or told otherwise whom linkage has yet to compare with everybody.

    `entry` is what told of them last, and `site` where: a case about them lies on its desk.
    """

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C2

    person_id = models.UUIDField(primary_key=True)
    entry = models.UUIDField()
    site = models.TextField()

    class Meta:
        db_table = "people_to_link"


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
