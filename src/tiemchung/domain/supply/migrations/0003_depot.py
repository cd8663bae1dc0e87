"""The depot: stores and their fridges, consignments, shipments, temperatures, counts, and what takes two persons.

No row here names a person beside the staff, so grants are enough.
"""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql

WRITTEN = "SELECT, INSERT, UPDATE"
TABLES = [
    *("arrival", "consignment", "decision", "fridge", "reading", "recallanswer", "shelf", "shipment", "shipmentline"),
    *("stocktake", "stocktakeline"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("supply", "0002_rights_and_views"),
    ]

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("shipment", models.UUIDField()),
                ("told_by", models.UUIDField(null=True)),
                ("arrived_at", models.DateTimeField()),
                ("site", models.TextField()),
                ("verdict", models.TextField()),
                ("note", models.TextField(db_default="", default="")),
            ],
        ),
        migrations.CreateModel(
            name="Consignment",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("told_by", models.UUIDField(null=True)),
                ("received_at", models.DateTimeField()),
                ("doses", models.IntegerField()),
                ("vials", models.IntegerField()),
                ("site", models.TextField()),
                ("lot", models.TextField()),
                ("invoice", models.TextField()),
                ("certificate", models.TextField()),
                ("packing", models.TextField(db_default="", default="")),
                ("element_string", models.TextField(db_default="", default="")),
                ("verdict", models.TextField()),
                ("state", models.TextField(db_default="waiting", default="waiting")),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("subject", models.UUIDField(null=True)),
                ("proposed_by", models.UUIDField()),
                ("agreed_by", models.UUIDField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                ("proposed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("doses", models.IntegerField(db_default=0, default=0)),
                ("kind", models.TextField()),
                ("site", models.TextField()),
                ("lot", models.TextField()),
                ("cause", models.TextField(db_default="", default="")),
                ("reason", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Fridge",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "site", "code", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("site", models.TextField()),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("low_c", models.FloatField(null=True)),
                ("high_c", models.FloatField()),
            ],
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("told_by", models.UUIDField(null=True)),
                ("taken_at", models.DateTimeField()),
                ("temp_c", models.FloatField()),
                ("lowest_c", models.FloatField(null=True)),
                ("highest_c", models.FloatField(null=True)),
                ("minutes_outside", models.IntegerField(null=True)),
                ("site", models.TextField()),
                ("fridge", models.TextField()),
                ("note", models.TextField(db_default="", default="")),
            ],
        ),
        migrations.CreateModel(
            name="RecallAnswer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "site", "lot", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("told_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField()),
                ("doses", models.IntegerField()),
                ("site", models.TextField()),
                ("lot", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Shelf",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "site", "lot", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("site", models.TextField()),
                ("lot", models.TextField()),
                ("fridge", models.TextField(db_default="", default="")),
                ("thawed_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("picked_by", models.UUIDField(null=True)),
                ("dispatched_by", models.UUIDField(null=True)),
                ("picked_at", models.DateTimeField()),
                ("dispatched_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("origin", models.TextField()),
                ("destination", models.TextField()),
                ("purpose", models.TextField()),
                ("state", models.TextField()),
                ("warm", models.BooleanField(db_default=True, default=True)),
                ("note", models.TextField(db_default="", default="")),
            ],
        ),
        migrations.CreateModel(
            name="ShipmentLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "shipment", "lot", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("shipment", models.UUIDField()),
                ("sent", models.IntegerField()),
                ("arrived", models.IntegerField(db_default=0, default=0)),
                ("explained", models.IntegerField(db_default=0, default=0)),
                ("thawed_on", models.DateField(null=True)),
                ("lot", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Stocktake",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("told_by", models.UUIDField(null=True)),
                ("counted_at", models.DateTimeField()),
                ("site", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="StocktakeLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "stocktake", "lot", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stocktake", models.UUIDField()),
                ("counted", models.IntegerField()),
                ("ledger", models.IntegerField()),
                ("explained", models.BooleanField(db_default=False, default=False)),
                ("replaced", models.BooleanField(db_default=False, default=False)),
                ("site", models.TextField()),
                ("lot", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Store",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("level", models.TextField()),
                ("supplier", models.TextField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="lot",
            name="recalled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(("recalled_at__isnull", True), ("status", "held"), _connector="OR"),
                name="supply_lot_recalled_is_held",
            ),
        ),
        migrations.AddIndex(
            model_name="arrival",
            index=models.Index(fields=["shipment"], name="supply_arrival_of"),
        ),
        migrations.AddIndex(
            model_name="consignment",
            index=models.Index(fields=["site", "state"], name="supply_consignment_state"),
        ),
        migrations.AddConstraint(
            model_name="consignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("doses__gt", 0), ("vials__gt", 0)), name="supply_consignment_has_doses"
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["site"], name="supply_decision_open"
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["lot", "proposed_at"], name="supply_decision_lot"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agreed_by__isnull", True),
                    models.Q(("agreed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="supply_decision_takes_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("site", "lot", "kind", "subject"),
                name="supply_decision_one_open",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="fridge",
            constraint=models.CheckConstraint(
                condition=models.Q(("low_c__isnull", True), ("low_c__lt", models.F("high_c")), _connector="OR"),
                name="supply_fridge_limits_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["site", "fridge", "taken_at"], name="supply_reading_of"),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(fields=["origin", "state"], name="supply_shipment_from"),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(fields=["destination", "state"], name="supply_shipment_to"),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin", models.F("destination")), _negated=True),
                name="supply_shipment_goes_elsewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dispatched_at__isnull", True), ("state__in", ["picked", "cancelled"])),
                    models.Q(("dispatched_at__isnull", False), ("state__in", ["on-road", "arrived"])),
                    _connector="OR",
                ),
                name="supply_shipment_dispatched_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipmentline",
            constraint=models.CheckConstraint(
                condition=models.Q(("arrived__gte", 0), ("sent__gt", 0)), name="supply_line_sends_doses"
            ),
        ),
        migrations.AddIndex(
            model_name="stocktake",
            index=models.Index(fields=["site", "counted_at"], name="supply_stocktake_of"),
        ),
        migrations.AddIndex(
            model_name="stocktakeline",
            index=models.Index(
                condition=models.Q(
                    ("explained", False), ("replaced", False), models.Q(("counted", models.F("ledger")), _negated=True)
                ),
                fields=["site", "lot"],
                name="supply_count_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="stocktakeline",
            constraint=models.CheckConstraint(
                condition=models.Q(("counted__gte", 0)), name="supply_counted_not_below_nothing"
            ),
        ),
        migrations.AddIndex(model_name="balance", index=models.Index(fields=["lot"], name="supply_balance_lot")),
        migrations.RunSQL(
            "\n".join([grant_sql("supply_store"), *(grant_sql(f"supply_{table}", app=WRITTEN) for table in TABLES)]),
            migrations.RunSQL.noop,
        ),
    ]
