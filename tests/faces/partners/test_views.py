from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.test import Client
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.immunization import Immunization
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.patient import Patient
from joserfc import jwt
from joserfc.jwk import ECKey
from pytest_django import Settings

from tests.faces.station import scenery
from tests.faces.station.scenery import LOT, MORNING, OTHER_SITE, SITE
from tiemchung.domain.access.queries.partners import PartnersFileError
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.journal import actions as journal
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

AUDIENCE = "http://testserver/fhir/token"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPES = ["system/Patient.rs", "system/Immunization.rs"]
HOSPITAL = "benh-vien-a"
SOMEBODY = UUID("01912d68-7901-7000-8000-000000000001")
KEY = ECKey.generate_key("P-256", parameters={"kid": "one"})


@pytest.fixture(autouse=True)
def registered(
    committed_db: None,
    as_worker: Callable[[], AbstractContextManager[None]],
    set_time: Callable[..., None],
    settings: Settings,
    keys_folder: Path,
    tmp_path: Path,
) -> Path:
    """Register a hospital that reaches one site, in a folder of keys of this test alone."""
    del committed_db
    journal.forget_server_device()
    with as_worker():
        scenery.found_sites()
    set_time(MORNING + timedelta(minutes=30))
    scenery.stock()
    for file in keys_folder.glob("*.key"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
        (tmp_path / file.name).chmod(0o600)
    tmp_path.chmod(0o700)
    settings.TIEMCHUNG_KEYS_DIR = str(tmp_path)
    settings.TIEMCHUNG_PUBLIC_URL = ""
    return register(tmp_path)


def register(folder: Path, **other: Any) -> Path:
    row = {
        "client": HOSPITAL,
        "id": str(UUID(int=7)),
        "name": "Bệnh viện A",
        "purpose": "care",
        "scopes": SCOPES,
        "keys": [KEY.as_dict(private=False)],
        "site": SITE,
        **other,
    }
    file = folder / "partners.json"
    file.write_text(json.dumps([row]))
    file.chmod(0o600)
    return file


def assertion(key: Any = KEY, *, minutes: float = 4, alg: str = "ES256", **other: Any) -> str:
    ends = datetime.now(tz=UTC) + timedelta(minutes=minutes)
    claims = {
        "iss": HOSPITAL,
        "sub": HOSPITAL,
        "aud": AUDIENCE,
        "exp": int(ends.timestamp()),
        "jti": secrets.token_hex(8),
    }
    return jwt.encode({"alg": alg}, claims | other, key)


def ask_token(signed: str, *, scope: str = " ".join(SCOPES)) -> Any:
    told = {
        "grant_type": "client_credentials",
        "client_assertion_type": JWT_BEARER,
        "client_assertion": signed,
        "scope": scope,
    }
    return Client().post("/fhir/token", told)


def reader(scope: str = " ".join(SCOPES)) -> Client:
    token = ask_token(assertion(), scope=scope).json()["access_token"]
    return Client(headers={"authorization": f"Bearer {token}"})


def a_dose(*, site: str = SITE, minute: int = 10, person: UUID | None = None) -> tuple[UUID, UUID]:
    """Let somebody be screened and given a dose at a site; return person and dose."""
    if person is None:
        visit = scenery.somebody_screened(site=site)
        with reaching(Reach(sites=frozenset({site}))):
            found = database.row("select person_id from visits_visit where id = %s", [visit])
        assert found is not None
        person = found[0]
    else:
        visit = uuid7()
    dose = DoseGiven(
        id=uuid7(),
        at=MORNING + timedelta(minutes=minute),
        visit=visit,
        person=person,
        product="az",
        lot=LOT,
        volume_ml=0.5,
        arm="left",
        vaccinator=uuid7(),
    )
    scenery.tell(dose, site=site)
    return person, dose.id


def views_of(person: UUID, owner: psycopg.Connection) -> list[tuple[str, str, UUID]]:
    found = owner.execute("select actor_kind, purpose, actor from journal_view where person_id = %s", [person])
    return [(kind, purpose, actor) for kind, purpose, actor in found]


def test_a_registered_system_reads_a_person_and_their_doses_and_every_read_is_logged(
    owner_connection: psycopg.Connection,
) -> None:
    person, dose = a_dose()
    client = reader()
    answer = client.get(f"/fhir/Patient/{person}")
    assert answer["Content-Type"] == "application/fhir+json"
    patient = answer.json()
    Patient.model_validate(patient)
    assert (patient["name"][0]["text"], patient["birthDate"]) == ("Nguyễn Thị Ánh Hằng", "1987-03-02")
    bundle = client.get("/fhir/Immunization", {"patient": f"Patient/{person}"}).json()
    Bundle.model_validate(bundle)
    (found,) = [entry["resource"] for entry in bundle["entry"]]
    Immunization.model_validate(found)
    assert (found["lotNumber"], found["status"]) == (LOT, "completed")
    assert found["vaccineCode"]["coding"][0]["code"] == "29061000087103"
    one = client.get(f"/fhir/Immunization/{found['id']}").json()
    assert one == found
    assert one["patient"]["reference"] == f"Patient/{person}"
    looks = views_of(person, owner_connection)
    assert len(looks) == 3
    assert set(looks) == {("partner", "care", UUID(int=7))}
    assert dose.hex not in found["id"]


def test_a_year_alone_stays_a_year_and_no_identity_number_leaves() -> None:
    person, _ = a_dose()
    told = reader().get(f"/fhir/Patient/{person}").json()
    assert "identifier" not in told
    assert "telecom" not in told
    assert "4417" not in json.dumps(told)


def test_doses_come_page_by_page_in_order_and_none_twice() -> None:
    person, _ = a_dose(minute=5)
    for minute in (6, 7, 8):
        a_dose(person=person, minute=minute)
    client, address, seen = reader(), f"/fhir/Immunization?patient={person}&_count=3", []
    for _ in range(4):
        page = client.get(address).json()
        Bundle.model_validate(page)
        seen += [entry["resource"]["id"] for entry in page.get("entry", [])]
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        if not following:
            break
        address = following[0]
    assert len(seen) == len(set(seen)) == 4


def test_who_lives_and_was_vaccinated_beyond_the_partners_reach_is_not_there() -> None:
    elsewhere, _ = a_dose(site=OTHER_SITE)
    client = reader()
    missing = client.get(f"/fhir/Patient/{elsewhere}")
    stranger = client.get(f"/fhir/Patient/{uuid7()}")
    assert missing.status_code == stranger.status_code == HTTPStatus.NOT_FOUND
    assert missing.json() == stranger.json()
    OperationOutcome.model_validate(missing.json())
    assert "entry" not in client.get("/fhir/Immunization", {"patient": str(elsewhere)}).json()
    assert "entry" not in client.get("/fhir/Patient", {"_id": str(elsewhere)}).json()


OTHER_KEY = ECKey.generate_key("P-256", parameters={"kid": "one"})


WRONG: dict[str, Callable[[], str]] = {
    "another key": lambda: assertion(OTHER_KEY),
    "another audience": lambda: assertion(aud="http://elsewhere/fhir/token"),
    "over": lambda: assertion(minutes=-1),
    "good for too long": lambda: assertion(minutes=60),
    "a stranger": lambda: assertion(iss="ai-do", sub="ai-do"),
    "signed for another": lambda: assertion(sub="ai-do"),
    "no id": lambda: assertion(jti=""),
    "no end": lambda: assertion(exp="mai"),
    "a broken signature": lambda: assertion()[:-8] + "AAAAAAAA",
    "no claims": lambda: "e30.e30.",
    "no algorithm": lambda: ".".join(["eyJhbGciOiJub25lIn0", assertion().split(".")[1], ""]),
    "no token": lambda: "không phải",
}


def test_an_assertion_that_is_not_the_partners_own_and_fresh_opens_nothing() -> None:
    answers = {what: ask_token(signed()) for what, signed in WRONG.items()}
    assert {what for what, answer in answers.items() if answer.status_code != HTTPStatus.UNAUTHORIZED} == set()
    assert all(answer.json() == {"error": "invalid_client"} for answer in answers.values())


def test_an_assertion_serves_once() -> None:
    signed = assertion()
    assert ask_token(signed).status_code == HTTPStatus.OK
    assert ask_token(signed).status_code == HTTPStatus.UNAUTHORIZED


def test_a_token_opens_what_was_asked_and_registered_and_nothing_after_the_partner_is_cut_off(registered: Path) -> None:
    person, _ = a_dose()
    only_doses = reader("system/Immunization.rs system/Everything.cruds")
    refused = only_doses.get(f"/fhir/Patient/{person}")
    assert refused.status_code == HTTPStatus.FORBIDDEN
    OperationOutcome.model_validate(refused.json())
    assert only_doses.get("/fhir/Immunization", {"patient": str(person)}).status_code == HTTPStatus.OK
    assert ask_token(assertion(), scope="system/Everything.cruds").json() == {"error": "invalid_scope"}
    register(registered.parent, scopes=["system/Patient.rs"])
    assert only_doses.get("/fhir/Immunization", {"patient": str(person)}).status_code == HTTPStatus.FORBIDDEN
    registered.unlink()
    assert only_doses.get("/fhir/Immunization", {"patient": str(person)}).status_code == HTTPStatus.UNAUTHORIZED


def test_without_a_token_of_ours_nothing_is_read(owner_connection: psycopg.Connection) -> None:
    person, _ = a_dose()
    for word in ("", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer eyJhIjoxfQ:1abc:xyz"):
        answer = Client(headers={"authorization": word}).get(f"/fhir/Patient/{person}")
        assert answer.status_code == HTTPStatus.UNAUTHORIZED, word
        assert answer["WWW-Authenticate"] == "Bearer"
        OperationOutcome.model_validate(answer.json())
    assert views_of(person, owner_connection) == []


UNREADABLE = [
    "Patient?name=Nguyen",
    "Patient?identifier=079187004417",
    "Patient",
    "Patient?_id=" + ",".join([str(SOMEBODY)] * 51),
    "Immunization",
    "Immunization?patient=nobody",
    f"Immunization?patient={SOMEBODY}&_count=0",
    f"Immunization?patient={SOMEBODY}&_count=9999",
    f"Immunization?patient={SOMEBODY}&_cursor=made-up",
]


def test_nobody_is_found_by_a_name_or_a_number_and_what_cannot_be_read_is_said() -> None:
    client = reader()
    for address in UNREADABLE:
        answer = client.get(f"/fhir/{address}")
        assert answer.status_code == HTTPStatus.BAD_REQUEST, address
        OperationOutcome.model_validate(answer.json())


def test_a_dose_by_a_made_up_id_is_not_there() -> None:
    for identifier in ("x", "a" * 52, "?" * 52):
        assert reader().get(f"/fhir/Immunization/{identifier}").status_code == HTTPStatus.NOT_FOUND


def test_a_file_of_partners_that_others_can_write_is_not_believed(registered: Path) -> None:
    registered.chmod(0o666)
    with pytest.raises(PartnersFileError):
        ask_token(assertion())


def test_what_the_server_can_do_is_told_to_anybody_in_the_words_of_fhir_and_openapi() -> None:
    told = Client().get("/fhir/metadata").json()
    CapabilityStatement.model_validate(told)
    assert told["fhirVersion"] == "4.0.1"
    served = {resource["type"] for resource in told["rest"][0]["resource"]}
    document = Client().get("/fhir/openapi.json").json()
    assert (
        {path.split("/")[1] for path in document["paths"]} - {"metadata", "token"}
        == served
        == {"Patient", "Immunization"}
    )
