"""A role is a word; which words there are is said by `Role`, so that a new role needs no change of the table."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0006_requests")]

    operations = [
        migrations.RemoveConstraint(model_name="roleassignment", name="access_role_is_known"),
        migrations.AddConstraint(
            model_name="roleassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(role__regex="^[a-z]+(-[a-z]+)*$"), name="access_role_is_a_word"
            ),
        ),
    ]
