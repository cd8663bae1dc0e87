"""When an incident's time had passed, and the step that says so."""

from __future__ import annotations

from django.db import migrations, models

KINDS = ["opened", "taken", "assigned", "commented", "escalated", "resolved"]


class Migration(migrations.Migration):
    dependencies = [("response", "0008_logged")]

    operations = [
        migrations.AddField("incident", "escalated_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("step", "response_step_is_known"),
        migrations.AddConstraint(
            "step",
            models.CheckConstraint(condition=models.Q(("what__in", KINDS)), name="response_step_is_known"),
        ),
    ]
