"""An excursion that a logger saw is a kind of alert."""

from __future__ import annotations

from django.db import migrations, models

KINDS = [
    "anaphylaxis",
    "excursion",
    "excursion-logged",
    "stock-negative",
    "pace-impossible",
    "device-forked",
    "site-silent",
    "entries-set-aside",
]


class Migration(migrations.Migration):
    dependencies = [("response", "0007_called")]

    operations = [
        migrations.RemoveConstraint("alert", "response_alert_kind_is_known"),
        migrations.AddConstraint(
            "alert",
            models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="response_alert_kind_is_known"),
        ),
    ]
