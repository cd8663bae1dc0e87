from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.test import Client
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.immunization import Immunization
from fhir.resources.R4B.immunizationrecommendation import ImmunizationRecommendation
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.patient import Patient
from joserfc.jwk import ECKey
from pytest_django import Settings

from tests.faces.partners.hospital import ask_token, assertion, own_keys, reader, register
from tests.faces.station import scenery
from tests.faces.station.scenery import LOT, MORNING, OTHER_SITE, SITE
from tiemchung.domain.access.queries.partners import PartnersFileError
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.journal import actions as journal
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

SOMEBODY = UUID("01912d68-7901-7000-8000-000000000001")


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
    own_keys(settings, keys_folder, tmp_path)
    return register(tmp_path)


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
    bundle = client.get("/fhir/Immunization", {"patient": f"Patient/{person}", "_format": "json"}).json()
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
    f"Immunization?patient={SOMEBODY}&_count={'9' * 5000}",
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
    searches = {
        resource["type"]: {each["name"] for each in resource["searchParam"]} for resource in told["rest"][0]["resource"]
    }
    paths = Client().get("/api/openapi.json").json()["paths"]
    assert served == {"Patient", "Immunization", "ImmunizationRecommendation"} == set(searches)
    for name, parameters in searches.items():
        assert f"/fhir/{name}/{{id}}" in paths
        described = {each["name"] for each in paths[f"/fhir/{name}"]["get"]["parameters"]}
        assert parameters == described - {"_count", "_cursor"}
        # What is described is there: without a token each says so, and with an unknown parameter it refuses.
        assert Client().get(f"/fhir/{name}").status_code == HTTPStatus.UNAUTHORIZED
        for wrong in ({"unknown": "1"}, {"_format": "xml"}):
            assert reader().get(f"/fhir/{name}", wrong).status_code == HTTPStatus.BAD_REQUEST
    smart = Client().get("/fhir/.well-known/smart-configuration").json()
    assert smart["token_endpoint"] == "http://testserver/fhir/token"
    assert Client().get(smart["authorization_endpoint"]).status_code == HTTPStatus.BAD_REQUEST


def test_the_dose_ahead_is_told_by_the_rules_of_the_day() -> None:
    person, _ = a_dose()
    client = reader()
    bundle = client.get("/fhir/ImmunizationRecommendation", {"patient": f"Patient/{person}"}).json()
    Bundle.model_validate(bundle)
    (found,) = [entry["resource"] for entry in bundle["entry"]]
    ImmunizationRecommendation.model_validate(found)
    assert found == client.get(f"/fhir/ImmunizationRecommendation/{person}").json()
    line = next(each for each in found["recommendation"] if each["vaccineCode"][0]["coding"][-1]["code"] == "az")
    dates = {each["code"]["coding"][0]["code"]: each["value"] for each in line["dateCriterion"]}
    given_on = (MORNING + timedelta(minutes=10)).date()
    assert dates == {
        "30981-5": (given_on + timedelta(days=56)).isoformat(),
        "59777-3": (given_on + timedelta(days=84)).isoformat(),
    }
    assert (line["doseNumberPositiveInt"], line["seriesDosesPositiveInt"]) == (2, 2)
    assert line["forecastStatus"]["coding"] == [{"system": "urn:tiemchung:forecast", "code": "not-yet"}]
    stranger, _ = a_dose(site=OTHER_SITE)
    assert client.get(f"/fhir/ImmunizationRecommendation/{stranger}").status_code == HTTPStatus.NOT_FOUND


def test_restricted_data_serve_care_and_no_other_purpose(
    registered: Path, owner_connection: psycopg.Connection
) -> None:
    person, _ = a_dose()
    owner_connection.execute(
        "insert into people_restriction (person_id, id, since, site, commune) values (%s, %s, %s, %s, '')",
        [person, uuid7(), MORNING, SITE],
    )
    pages = (f"Patient/{person}", f"Immunization?patient={person}", f"ImmunizationRecommendation/{person}")
    care = [reader().get(f"/fhir/{page}").content.decode() for page in pages]
    assert all(str(person) in page for page in care)
    register(registered.parent, purpose="registration")
    for page in pages:
        answer = reader().get(f"/fhir/{page}").json()
        assert answer["resourceType"] == "OperationOutcome" or "entry" not in answer
