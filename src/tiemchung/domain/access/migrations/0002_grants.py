"""What the web's and the workers' roles may do with the tables of access, of Django's sign-in and of allauth."""

from __future__ import annotations

from django.conf import settings
from django.db import migrations

from tiemchung.plumbing.rowsecurity import grant_sql

KEPT = "SELECT, INSERT, UPDATE"
PASSING = "SELECT, INSERT, UPDATE, DELETE"
OWN_TABLES = [
    "access_staff",
    "access_roleassignment",
    "access_staffpasskey",
    "access_device",
    "access_enrollment",
    "access_deviceword",
    "access_bundleissue",
]
SIGN_IN_TABLES = [
    "auth_user",
    "auth_user_groups",
    "auth_user_user_permissions",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_session",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
]
# Django's DatabaseCache makes such a table by a command of its own; here the migration does. Its rows may be lost.
CACHE = """
CREATE UNLOGGED TABLE access_cache (cache_key text PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX access_cache_expires ON access_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(CACHE, "DROP TABLE access_cache"),
        *[migrations.RunSQL(grant_sql(table, app=KEPT), migrations.RunSQL.noop) for table in OWN_TABLES],
        *[
            migrations.RunSQL(grant_sql(table, app=PASSING), migrations.RunSQL.noop)
            for table in [*SIGN_IN_TABLES, "access_spentnonce", "access_cache"]
        ],
    ]
