"""Our record as FHIR R4 (4.0.1) says it. Each function returns a resource as plain JSON values."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tiemchung.domain.immunization.values import DoseShown, DoseStatus
from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.vaccines.values import Ahead, AheadStatus, DoseKind, Product

Resource = dict[str, Any]

VERSION = "4.0.1"
COVID_19 = "840539006"
SNOMED, UCUM = "http://snomed.info/sct", "http://unitsofmeasure.org"
ACT_SITE = "http://terminology.hl7.org/CodeSystem/v3-ActSite"
PRODUCTS, SITES, ATTESTED = "urn:tiemchung:product", "urn:tiemchung:site", "urn:tiemchung:attested"
LOINC, FORECAST = "http://loinc.org", "urn:tiemchung:forecast"
FORECAST_STATUS = "http://terminology.hl7.org/CodeSystem/immunization-recommendation-status"
EARLIEST, LATEST = ("30981-5", "Earliest date to give"), ("59777-3", "Latest date to give")
_STANDARD = {AheadStatus.DUE: "due", AheadStatus.OVERDUE: "overdue", AheadStatus.COMPLETE: "complete"}
"""The standard's words where it has one; ours stands beside each of them."""
_KINDS_OF_DOSE = {
    DoseKind.PRIMARY: "primary series",
    DoseKind.ADDITIONAL: "additional dose",
    DoseKind.BOOSTER_1: "first booster",
    DoseKind.BOOSTER_2: "second booster",
}
_ARMS = {"left": ("LA", "left arm"), "right": ("RA", "right arm")}
_STATUSES = {DoseStatus.VOIDED: "entered-in-error"}
_GENDERS = {"male", "female", "other"}
_PART_LETTERS = 26


def dose_id(dose: DoseShown) -> str:
    """Return the id of a dose's resource: person and dose, for a dose is found by both; FHIR allows 64 characters."""
    return _letters(dose.person) + _letters(dose.id)


def person_and_dose(identifier: str) -> tuple[UUID, UUID] | None:
    """Return what `dose_id` has put together; None if it was not that."""
    try:
        return _id(identifier[:_PART_LETTERS]), _id(identifier[_PART_LETTERS:])
    except ValueError:
        return None


def _letters(identifier: UUID) -> str:
    return base64.b32encode(identifier.bytes).decode().rstrip("=").lower()


def _id(letters: str) -> UUID:
    if len(letters) != _PART_LETTERS:
        raise ValueError(letters)
    return UUID(bytes=base64.b32decode(letters.upper() + "======"))


def patient(person: PersonShown) -> Resource:
    """Return a person. Identity numbers and phones stay with us; a birth known by its year alone stays a year."""
    told: Resource = {"resourceType": "Patient", "id": str(person.person), "active": True}
    if person.name:
        told["name"] = [{"use": "official", "text": person.name}]
    told["gender"] = person.sex if person.sex in _GENDERS else "unknown"
    if person.born:
        told["birthDate"] = person.born
    return told


def immunization(dose: DoseShown, *, products: Mapping[str, Product], sites: Mapping[str, str]) -> Resource:
    """Return a dose. One that was voided is there, as entered in error."""
    arm, words = _ARMS[dose.arm]
    place: Resource = {"identifier": {"system": SITES, "value": dose.site}}
    if dose.site in sites:
        place["display"] = sites[dose.site]
    told: Resource = {
        "resourceType": "Immunization",
        "id": dose_id(dose),
        "extension": [{"url": ATTESTED, "valueBoolean": dose.status is DoseStatus.ATTESTED}],
        "status": _STATUSES.get(dose.status, "completed"),
        "vaccineCode": _vaccine(dose.product, products.get(dose.product)),
        "patient": {"reference": f"Patient/{dose.person}"},
        "primarySource": True,
        "location": place,
        "lotNumber": dose.lot,
        "site": {"coding": [{"system": ACT_SITE, "code": arm, "display": words}]},
    }
    if dose.volume_ml:
        told["doseQuantity"] = {"value": round(dose.volume_ml, 3), "unit": "mL", "system": UCUM, "code": "mL"}
    if dose.given_on is not None:
        told["occurrenceDateTime"] = dose.occurred_at.isoformat(timespec="seconds")
    else:
        told["occurrenceString"] = "unknown"
    if dose.dose_number and dose.dose_number > 0:
        told["protocolApplied"] = [{"doseNumberPositiveInt": dose.dose_number}]
    return told


def recommendation(
    person: UUID, ahead: Sequence[Ahead], *, products: Mapping[str, Product], told_at: datetime
) -> Resource:
    """Return the doses ahead of a person by the rules of today. Its id is the person's: there is one of each."""
    return {
        "resourceType": "ImmunizationRecommendation",
        "id": str(person),
        "patient": {"reference": f"Patient/{person}"},
        "date": told_at.isoformat(timespec="seconds"),
        "authority": {"display": "Tiêm Chủng"},
        "recommendation": [_recommended(line, products=products) for line in ahead],
    }


def _recommended(line: Ahead, *, products: Mapping[str, Product]) -> Resource:
    statuses = [{"system": FORECAST, "code": line.status.value}]
    if line.status in _STANDARD:
        statuses.insert(0, {"system": FORECAST_STATUS, "code": _STANDARD[line.status]})
    told: Resource = {"forecastStatus": {"coding": statuses}, "doseNumberPositiveInt": line.dose_number}
    if line.products:
        told["vaccineCode"] = [_vaccine(code, products.get(code)) for code in line.products]
    else:
        told["targetDisease"] = {"coding": [{"system": SNOMED, "code": COVID_19}]}
    dates = [(EARLIEST, line.earliest_on), (LATEST, line.latest_on)]
    criteria = [
        {"code": {"coding": [{"system": LOINC, "code": code, "display": words}]}, "value": day.isoformat()}
        for (code, words), day in dates
        if day is not None
    ]
    if criteria:
        told["dateCriterion"] = criteria
    if line.kind in _KINDS_OF_DOSE:
        told["series"] = _KINDS_OF_DOSE[line.kind]
    if line.series_doses:
        told["seriesDosesPositiveInt"] = line.series_doses
    if line.source:
        told["description"] = line.source
    return told


def _vaccine(code: str, known: Product | None) -> Resource:
    codings: list[Resource] = [{"system": PRODUCTS, "code": code}]
    if known is not None and known.dcc_vp:
        codings.insert(0, {"system": SNOMED, "code": known.dcc_vp})
    return {"coding": codings, "text": known.name if known else code}


def bundle(resources: Sequence[Resource], *, base: str, own: str, following: str | None) -> Resource:
    """Return a page of a search; `own` and `following` are addresses below the base. Nothing is counted beyond it."""
    links = [{"relation": "self", "url": f"{base}/{own}"}]
    if following is not None:
        links.append({"relation": "next", "url": f"{base}/{following}"})
    told: Resource = {"resourceType": "Bundle", "type": "searchset", "link": links}
    if resources:
        told["entry"] = [
            {
                "fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}",
                "resource": resource,
                "search": {"mode": "match"},
            }
            for resource in resources
        ]
    return told


def outcome(kind: str, code: str, sentence: str) -> Resource:
    """Return what went wrong: FHIR's kind of issue, our own code, and a sentence for who looks at it."""
    issue = {
        "severity": "error",
        "code": kind,
        "details": {"coding": [{"system": "urn:tiemchung:problem", "code": code}], "text": sentence},
    }
    return {"resourceType": "OperationOutcome", "issue": [issue]}
