"""A case of two records that are certainly one person is decided by the platform itself; every other one by somebody."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

ENDS = ["upheld", "not-upheld", "come-in-person"]


class Migration(migrations.Migration):
    dependencies = [("mending", "0006_slips")]

    operations = [
        migrations.RemoveConstraint(model_name="case", name="mending_case_stands_somewhere"),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("decided_at__isnull", True),
                    ("outcome__isnull", True),
                    ("proposed_by__isnull", True),
                    ("state", "open"),
                )
                | Q(
                    ("decided_at__isnull", True),
                    ("outcome__in", ENDS),
                    ("proposed_by__isnull", False),
                    ("state", "proposed"),
                )
                | Q(("decided_at__isnull", False), ("outcome__in", ENDS), ("state", "decided")),
                name="mending_case_stands_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=Q(("state", "decided"), _negated=True)
                | Q(("decided_by__isnull", False))
                | Q(("kind", "identity-likely"), ("origin", "platform"), ("outcome", "not-upheld")),
                name="mending_case_decided_by_somebody",
            ),
        ),
    ]
