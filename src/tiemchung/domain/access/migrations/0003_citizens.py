"""Accounts, sign-ins, one-time codes, links, proofs and their codes, requests about own data, drafts."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_grants"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("phone_hash", models.BinaryField(unique=True)),
                ("phone", models.BinaryField()),
                ("opened_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AskCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.BinaryField()),
                ("day", models.DateField()),
                ("count", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="DeskCode",
            fields=[
                ("code_hash", models.BinaryField(primary_key=True, serialize=False)),
                ("account", models.UUIDField()),
                ("link", models.UUIDField()),
                ("expires_at", models.DateTimeField()),
                ("spent_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("how", models.TextField()),
                ("since", models.DateTimeField()),
                ("site", models.TextField(blank=True)),
                ("by", models.UUIDField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_why", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="ConfirmedPhone",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "phone_hash", "person_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("phone_hash", models.BinaryField()),
                ("person_id", models.UUIDField()),
                ("year_hash", models.BinaryField()),
                ("site", models.TextField()),
                ("confirmed_by", models.UUIDField(null=True)),
                ("confirmed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["person_id"], name="access_phones_of_person")],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account", models.UUIDField()),
                ("flow", models.TextField()),
                ("told", models.BinaryField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "flow"), name="access_one_draft_a_flow")],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account", models.UUIDField()),
                ("person", models.UUIDField()),
                ("relation", models.TextField()),
                ("state", models.TextField()),
                ("how", models.TextField(blank=True)),
                ("since", models.DateTimeField()),
                ("told", models.BinaryField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account"], name="access_links_of_account"),
                    models.Index(fields=["person"], name="access_links_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("account", "person"),
                        name="access_one_open_link_a_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["claimed", "proved"])), name="access_link_state_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("relation__in", ["self", "child", "helped"])),
                        name="access_relation_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "proved"), _negated=True),
                            models.Q(("how", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="access_proved_link_says_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "claimed"), _negated=True), ("told__isnull", False), _connector="OR"
                        ),
                        name="access_claim_says_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OneTimeCode",
            fields=[
                ("request_hash", models.BinaryField(primary_key=True, serialize=False)),
                ("id", models.UUIDField(unique=True)),
                ("phone_hash", models.BinaryField()),
                ("phone", models.BinaryField()),
                ("code_hash", models.BinaryField()),
                ("channel", models.TextField()),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("spent_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["expires_at"], name="access_code_by_expiry")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tries__gte", 0), ("tries__lte", 5)), name="access_code_has_five_tries"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnRequest",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account", models.UUIDField()),
                ("person", models.UUIDField()),
                ("about", models.TextField()),
                ("dose", models.UUIDField(null=True)),
                ("site", models.TextField(blank=True)),
                ("commune", models.TextField(blank=True)),
                ("told", models.BinaryField()),
                ("state", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("taken_by", models.UUIDField(null=True)),
                ("answer", models.BinaryField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account"], name="access_requests_of_account"),
                    models.Index(fields=["site", "state"], name="access_requests_at_site"),
                    models.Index(fields=["commune", "state"], name="access_requests_in_commune"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProofCode",
            fields=[
                ("code_hash", models.BinaryField(primary_key=True, serialize=False)),
                ("year_hash", models.BinaryField()),
                ("person", models.UUIDField()),
                ("site", models.TextField()),
                ("issued_by", models.UUIDField(null=True)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("spent_at", models.DateTimeField(null=True)),
                ("spent_by", models.UUIDField(null=True)),
                ("void_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["person"], name="access_codes_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tries__gte", 0), ("tries__lte", 5)), name="access_slip_has_five_tries"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("token_hash", models.BinaryField(primary_key=True, serialize=False)),
                ("id", models.UUIDField(unique=True)),
                ("account", models.UUIDField()),
                ("browser", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["account"], name="access_sign_in_of_account")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("opened_at"))), name="access_sign_in_ends"
                    )
                ],
            },
        ),
    ]
