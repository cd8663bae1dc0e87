"""Tables say where their rows live and how personal they are; keys and SQL point down; rooms own what is theirs."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.db import models

from tests.house.plan import SourceFile, contracts, height, rooms, source_files, strings
from tiemchung.plumbing.tables import DataClass, Placement

Model = type[models.Model]

SQL = re.compile(
    r"\b(select\s.*\bfrom|insert\s+into|update\s+\S+.*\bset|delete\s+from|alter\s+table|create\s|join|references|truncate)\b",
    re.IGNORECASE | re.DOTALL,
)
PERSON_COLUMNS = {"person", "person_id"}
INTEGER_SEQUENCES = (models.AutoField, models.BigAutoField, models.SmallAutoField)


def tables() -> list[Model]:
    """Return the models of all rooms, whatever their base."""
    return [model for room in rooms() for model in apps.get_app_config(room).get_models()]


def undeclared(found: Iterable[Model]) -> list[str]:
    """Return what is wrong with the declarations of these models."""
    faults = []
    for model in found:
        name = model._meta.label
        if not isinstance(getattr(model, "placement", None), Placement):
            faults.append(f"{name}: no placement")
        if not isinstance(getattr(model, "data_class", None), DataClass):
            faults.append(f"{name}: no data_class")
        for field, data_class in getattr(model, "field_classes", {}).items():
            if field not in {known.name for known in model._meta.get_fields()}:
                faults.append(f"{name}: field_classes names {field}, which it has not")
            if not isinstance(data_class, DataClass):
                faults.append(f"{name}.{field}: no data class")
    return faults


def misplaced(found: Iterable[Model]) -> list[str]:
    """Return what would not survive being spread over machines (DESIGN, section 6)."""
    faults = []
    for model in found:
        name, placement = model._meta.label, getattr(model, "placement", None)
        if isinstance(model._meta.pk, INTEGER_SEQUENCES) and placement is not Placement.LOCAL:
            faults.append(f"{name}: an integer sequence numbers business rows")
        if placement is Placement.PERSON:
            faults += [
                f"{name}: unique without the person: {', '.join(fields)}"
                for fields in unique_columns(model)
                if not PERSON_COLUMNS & set(fields)
            ]
        faults += [
            f"{name}.{field.name}: a key to {target._meta.label}, which lies on other machines"
            for field, target in foreign_keys(model)
            if placement in {Placement.PERSON, Placement.SITE, Placement.DIRECTORY}
            # Django's own few rows (logins) would be copied to every node.
            if getattr(target, "placement", Placement.REFERENCE) not in {placement, Placement.REFERENCE}
        ]
    return faults


def unique_columns(model: Model) -> Iterator[tuple[str, ...]]:
    """Yield the columns of every unique constraint; a single plain id is rewritten by the command that distributes."""
    key = model._meta.pk
    if isinstance(key, models.CompositePrimaryKey):
        yield tuple(key.field_names)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            yield tuple(constraint.fields)
    yield from (tuple(fields) for fields in model._meta.unique_together)
    for field in model._meta.local_fields:
        if field.unique and not field.primary_key:
            yield (field.name,)


def foreign_keys(model: Model) -> Iterator[tuple[models.ForeignKey[object, object], Model]]:
    """Yield the foreign keys of a model and where they point."""
    for field in model._meta.local_fields:
        if isinstance(field, models.ForeignKey):
            yield field, field.related_model


def pointing_up(found: Iterable[Model]) -> list[str]:
    """Return the foreign keys that point at a higher room."""
    return [
        f"{model._meta.label}.{field.name} -> {target._meta.label}"
        for model in found
        for field, target in foreign_keys(model)
        if target._meta.app_label in rooms()
        if height(target._meta.app_label) > height(model._meta.app_label)
    ]


def pointing_at_doses_or_visits(found: Iterable[Model]) -> list[str]:
    """Return the foreign keys at tables whose key is (person, id): nothing may hold one."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in found
        for field, target in foreign_keys(model)
        if isinstance(target._meta.pk, models.CompositePrimaryKey)
    ]


def sql_out_of_bounds(files: Iterable[SourceFile]) -> list[str]:
    """Return the tables that SQL names outside the rooms that may know them: its own room and those below."""
    named = re.compile(rf"\b({'|'.join(rooms())})_[a-z][a-z_]*")
    faults = []
    for file in files:
        for text in strings(file.tree):
            if not SQL.search(text):
                continue
            faults += [
                f"{file.place} names {table[0]}" for table in named.finditer(text) if not may_name(file, table[1])
            ]
    return sorted(set(faults))


def may_name(file: SourceFile, room: str) -> bool:
    """Tell whether SQL in this file may name tables of a room: the project's commands may, a face never."""
    if file.room:
        return height(room) <= height(file.room)
    return file.place.startswith("tiemchung/project/")


def unguarded(owners: Iterable[str], plan: configparser.ConfigParser) -> list[str]:
    """Return the rooms with tables whose contract is missing or lets others in."""
    faults = []
    for room in owners:
        section = f"importlinter:contract:own-{room}"
        own = {
            "type": "protected",
            "protected_modules": f"tiemchung.domain.{room}.models",
            "allowed_importers": f"tiemchung.domain.{room}",
        }
        if not plan.has_section(section) or {key: plan[section].get(key, "").strip() for key in own} != own:
            faults.append(room)
    return faults


def test_every_table_declares_placement_and_data_classes() -> None:
    assert undeclared(tables()) == []


def test_every_table_can_be_spread_over_machines() -> None:
    assert misplaced(tables()) == []


def test_foreign_keys_point_down() -> None:
    assert pointing_up(tables()) == []


def test_nothing_holds_a_foreign_key_to_a_dose_or_a_visit() -> None:
    assert pointing_at_doses_or_visits(tables()) == []


def test_sql_names_tables_of_its_own_room_and_those_below() -> None:
    assert sql_out_of_bounds(source_files()) == []


def test_every_room_with_tables_has_a_contract_that_keeps_others_out() -> None:
    assert unguarded((room for room in rooms() if list(apps.get_app_config(room).get_models())), contracts()) == []


def test_faces_own_no_tables() -> None:
    owning = [model._meta.label for model in apps.get_models() if model.__module__.startswith("tiemchung.faces.")]
    assert owning == []


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("tiemchung/domain/people/queries.py", "rows('select name from visits_visit')"),
        ("tiemchung/domain/people/queries.py", "rows(f'select {x} from people_person join visits_visit using (id)')"),
        ("tiemchung/domain/people/actions.py", "SQL = '''insert into\n visits_visit values (1)'''"),
        ("tiemchung/faces/portal/views.py", "rows('select 1 from figures_day')"),
        ("tiemchung/plumbing/rows.py", "rows('DELETE FROM journal_entry')"),
    ],
)
def test_sql_that_reaches_up_is_noticed(place: str, text: str) -> None:
    assert len(sql_out_of_bounds([SourceFile(place=place, text=text)])) == 1


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("tiemchung/domain/visits/queries.py", "rows('select 1 from people_person')"),
        ("tiemchung/domain/people/queries.py", '"""Not as one would select from visits_visit."""'),
        ("tiemchung/domain/people/queries.py", "title = 'visits_today'"),
    ],
)
def test_sql_that_stays_below_is_let_alone(place: str, text: str) -> None:
    assert sql_out_of_bounds([SourceFile(place=place, text=text)]) == []


def test_a_missing_or_open_contract_is_noticed() -> None:
    plan = configparser.ConfigParser()
    assert unguarded(["supply"], plan) == ["supply"]
    plan.read_string(
        "[importlinter:contract:own-supply]\ntype = protected\n"
        "protected_modules = tiemchung.domain.supply.models\nallowed_importers = tiemchung\n"
    )
    assert unguarded(["supply"], plan) == ["supply"]


def test_a_careless_table_is_noticed() -> None:
    class Careless(models.Model):
        """A table of nobody."""

        number = models.AutoField(primary_key=True)
        person_id = models.UUIDField()
        code = models.TextField(unique=True)

        class Meta:
            app_label = "careless"
            managed = False

    assert undeclared([Careless]) == ["careless.Careless: no placement", "careless.Careless: no data_class"]
    Careless.placement = Placement.PERSON  # type: ignore[attr-defined]  # planted afterwards
    assert misplaced([Careless]) == [
        "careless.Careless: an integer sequence numbers business rows",
        "careless.Careless: unique without the person: code",
    ]
