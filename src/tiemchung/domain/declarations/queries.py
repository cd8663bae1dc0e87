"""Asking for forms, which are kept in memory, and for what people declared, which is logged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain.declarations import models, rules
from tiemchung.domain.declarations.policy import may_see_answers
from tiemchung.domain.declarations.values import (
    FINDING_BITS,
    Answer,
    ConsentShown,
    Evaluation,
    Form,
    FormKind,
    ProductWord,
    Question,
    ScreeningShown,
    SealedConsent,
    SealedScreening,
    Vitals,
)
from tiemchung.domain.journal import actions as journal
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, sealing
from tiemchung.plumbing.reference import Remembered


def form(code: str) -> Form | None:
    """Return a form, None if there is none of this code."""
    return FORMS.get().get(code)


def forms_on(day: date) -> list[Form]:
    """Return the screening forms and consents in force on a day, by code."""
    return [form for _, form in sorted(FORMS.get().items()) if form.in_force(day)]


def form_on(day: date, *, age_years: int) -> Form | None:
    """Return the screening form for somebody of this age on this day; None where no source gives one."""
    found = [form for form in forms_on(day) if form.kind is FormKind.SCREENING and form.is_for(age_years)]
    return max(found, key=lambda form: form.effective_from, default=None)


def questions_for(form: Form, sex: str) -> tuple[Question, ...]:
    """Return the questions that a row of this form needs to ask somebody of this sex."""
    return rules.questions_for(form, sex)


def completed(form: Form, asked: Mapping[str, Answer], vitals: Vitals, *, sex: str) -> dict[str, Answer]:
    """Return the answers of a whole form, with those that needed no asking."""
    return rules.completed(form, asked, vitals, sex=sex)


def evaluated(form: Form, answers: Mapping[str, Answer], vitals: Vitals) -> Evaluation:
    """Return which rows of the form fire and what follows from them together. Nobody's name is in it."""
    return rules.evaluate(form, answers, vitals)


def product_words(form: Form, fired: Collection[str], sex: str) -> tuple[ProductWord, ...]:
    """Return what the form says of some products to somebody of this sex, of whom these rows fired."""
    return rules.product_words(form, fired, sex)


def for_the_doctor(form: Form, vitals: Vitals) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the signs that were measured and have no limit in the form, and those it has taken that nobody measured."""
    return rules.without_limit(form, vitals), rules.not_measured(form, vitals)


def observation_minutes(day: date) -> int | None:
    """Return how long somebody is watched after a dose on this day; None where no form in force says it.

    Where two forms differ, the longer holds for everybody: the board has one clock.
    """
    return max((form.observe_minutes for form in forms_on(day) if form.observe_minutes is not None), default=None)


def screenings(
    persons: Sequence[UUID], *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> list[ScreeningShown]:
    """Return the screenings of these persons that the actor reaches, the newest first. The view is logged."""
    if not may_see_answers(actor):
        raise NotPermitted
    rows = database.rows(
        "select person_id, id, visit, site, form, occurred_at, findings, sealed from declarations_screening"
        " where person_id = any(%b::uuid[]) order by occurred_at desc, id desc",
        [arrays.uuids(persons)],
    )
    _log({row[0] for row in rows}, purpose=purpose, actor=actor, viewed_at=viewed_at, site=site)
    shown = []
    for person, entry, visit, told_at, code, occurred_at, mask, sealed in rows:
        told = msgspec.msgpack.decode(sealing.unseal(bytes(sealed), entry.bytes), type=SealedScreening)
        shown.append(
            ScreeningShown(
                person=person,
                entry=entry,
                visit=visit,
                site=told_at,
                form=code,
                occurred_at=occurred_at,
                answers=told.answers,
                vitals=Vitals(**dict(zip(Vitals.__struct_fields__, told.vitals, strict=False))),
                conclusion=told.conclusion,
                reasons=told.reasons,
                fired=told.fired,
                findings=[name for name, bit in FINDING_BITS.items() if mask >> bit & 1],
            )
        )
    return shown


def conditions_of(persons: Collection[UUID], *, purpose: Purpose) -> dict[UUID, list[str]]:
    """Return by person the codes of questions whose row fired in an earlier screening; who has none is absent.

    For a list that a tablet takes along: no answer, no number. Whoever names the persons logs the view.
    """
    del purpose
    fired: dict[UUID, set[str]] = {}
    for person, entry, sealed in database.rows(
        "select person_id, id, sealed from declarations_screening where person_id = any(%b::uuid[])",
        [arrays.uuids(list(persons))],
    ):
        told = msgspec.msgpack.decode(sealing.unseal(bytes(sealed), entry.bytes), type=SealedScreening)
        fired.setdefault(person, set()).update(row.question for row in told.fired)
    return {person: sorted(codes) for person, codes in fired.items() if codes}


def consents(
    persons: Sequence[UUID], *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> list[ConsentShown]:
    """Return the consents and refusals of these persons that the actor reaches, the newest first; the view is logged."""
    if not may_see_answers(actor):
        raise NotPermitted
    rows = database.rows(
        "select person_id, id, visit, site, form, occurred_at, agreed, sealed from declarations_consent"
        " where person_id = any(%b::uuid[]) order by occurred_at desc, id desc",
        [arrays.uuids(persons)],
    )
    _log({row[0] for row in rows}, purpose=purpose, actor=actor, viewed_at=viewed_at, site=site)
    shown = []
    for person, entry, visit, told_at, code, occurred_at, agreed, sealed in rows:
        guardian = SealedConsent(guardian_name=None, guardian_phone=None)
        if sealed is not None:
            guardian = msgspec.msgpack.decode(sealing.unseal(bytes(sealed), entry.bytes), type=SealedConsent)
        shown.append(
            ConsentShown(
                person=person,
                entry=entry,
                visit=visit,
                site=told_at,
                form=code,
                occurred_at=occurred_at,
                agreed=agreed,
                guardian_name=guardian.guardian_name,
                guardian_phone=guardian.guardian_phone,
            )
        )
    return shown


def _log(persons: set[UUID], *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str) -> None:
    journal.log_views(sorted(persons), purpose=purpose, actor=actor, viewed_at=viewed_at, site=site)


def _read_forms() -> dict[str, Form]:
    documents = models.Form.objects.values_list("code", "document")
    return {code: msgspec.convert(document, Form) for code, document in documents}


def _edition() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(models.Form.objects.values_list("code", "digest")))


FORMS = Remembered(_read_forms, edition=_edition)
"""The forms of this process's memory; an action that loads others lets go of them."""
