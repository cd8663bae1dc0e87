"""Scans of paper slips that wait on a site's bench to be typed."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

from tiemchung.plumbing.rowsecurity import policy_sql


class Migration(migrations.Migration):
    dependencies = [("mending", "0010_repairs")]

    operations = [
        migrations.CreateModel(
            name="Scan",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("site", models.TextField()),
                ("given_on", models.DateField()),
                ("state", models.TextField()),
                ("by", models.UUIDField()),
                ("kept_at", models.DateTimeField()),
                ("typist", models.UUIDField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(null=True)),
                ("visit", models.UUIDField(null=True)),
                ("person", models.UUIDField(null=True)),
                ("digest", models.BinaryField()),
                ("sealed", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(("sealed__isnull", False)), fields=["kept_at"], name="mending_scans_with_picture"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            Q(
                                ("settled_at__isnull", True),
                                ("state", "waiting"),
                                ("typist__isnull", True),
                                ("visit__isnull", True),
                            ),
                            Q(
                                ("settled_at__isnull", True),
                                ("state", "typing"),
                                ("typist__isnull", False),
                                ("visit__isnull", True),
                            ),
                            Q(
                                ("settled_at__isnull", False),
                                ("state", "entered"),
                                ("typist__isnull", False),
                                ("visit__isnull", False),
                            ),
                            Q(
                                ("settled_at__isnull", False),
                                ("state__in", ["unreadable", "duplicate"]),
                                ("typist__isnull", False),
                                ("visit__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="mending_scan_stands_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(
                                ("reason__in", ["blurred", "cut-off", "handwriting", "no-slip"]),
                                ("reason__isnull", False),
                                ("state", "unreadable"),
                            ),
                            Q(Q(("state", "unreadable"), _negated=True), ("reason__isnull", True)),
                            _connector="OR",
                        ),
                        name="mending_scan_unreadable_says_why",
                    ),
                    models.UniqueConstraint(fields=("site", "given_on", "digest"), name="mending_scan_once"),
                ],
            },
        ),
        migrations.RunSQL(policy_sql("mending_scan"), migrations.RunSQL.noop),
    ]
