"""Reads a form's rows against the answers. Only numbers are executed of the vital signs; prose is shown as text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from tiemchung.domain.declarations.values import (
    Abnormal,
    Answer,
    Evaluation,
    Fired,
    Form,
    Outcome,
    ProductWord,
    Question,
    Vitals,
)
from tiemchung.kernel.finding import Finding, Severity

VITALS_DETAIL = "vitals"
_SEXES = frozenset({"female", "male"})


def evaluate(form: Form, answers: Mapping[str, Answer], vitals: Vitals) -> Evaluation:
    """Tell which rows of the form fire, and what follows from them together."""
    abnormal = abnormal_signs(form, vitals)
    # Nearly everybody answers no to everything: this saves the half of a screening's cost.
    if (
        not abnormal
        and form.all_no
        and answers.keys() == form.asked
        and all(told is False for told in answers.values())
    ):
        return Evaluation(outcome=form.all_no, doctor_decides=False, fired=(), unanswered=(), foreign=())
    fired = tuple(row for question in form.questions if (row := _fired(question, answers, abnormal)))
    fired_codes = {row.question for row in fired}
    unanswered = tuple(q.code for q in form.questions if q.code not in fired_codes and not _is_answered(q, answers))
    outcomes = {row.outcome for row in fired if row.outcome is not None}
    strictest = max(outcomes, key=lambda found: found.strictness, default=None)
    outcome = strictest if fired or unanswered else form.all_no
    silent = any(row.outcome is None for row in fired)
    return Evaluation(
        outcome=outcome,
        doctor_decides=silent or len(outcomes) > 1 or bool(unanswered) or outcome is None,
        fired=fired,
        unanswered=unanswered,
        foreign=tuple(sorted(answers.keys() - form.asked)),
    )


def questions_for(form: Form, sex: str) -> tuple[Question, ...]:
    """Return the questions that a row needs of somebody of this sex; measured rows are answered by their numbers.

    Of whom the sex is not known, everything is asked.
    """
    return tuple(
        question
        for question in form.questions
        if question.detail != VITALS_DETAIL and (question.asked_of in (None, sex) or sex not in _SEXES)
    )


def completed(form: Form, asked: Mapping[str, Answer], vitals: Vitals, *, sex: str) -> dict[str, Answer]:
    """Return the answers with those that need no asking: no to what only the other sex is asked, and to measured rows.

    A measured row fires by its numbers all the same; where nothing was measured it stays unanswered.
    """
    needed = {question.code for question in questions_for(form, sex)}
    measured = vitals != Vitals()
    told: dict[str, Answer] = {}
    for question in form.questions:
        if question.code in needed or (question.detail == VITALS_DETAIL and not measured):
            told[question.code] = asked.get(question.code)
        else:
            told[question.code] = False
    return told


def product_words(form: Form, fired: Collection[str], sex: str) -> tuple[ProductWord, ...]:
    """Return what the form says of some products to somebody of this sex, of whom these rows fired."""
    needed = {question.code for question in questions_for(form, sex)}
    return tuple(
        ProductWord(
            products=rule.products,
            when=rule.when,
            effect=rule.effect,
            source=rule.source,
            verified=rule.verified,
            fired=tuple(code for code in rule.rows if code in fired),
        )
        for rule in form.product_rules
        if not rule.rows or not needed.isdisjoint(rule.rows)
    )


def without_limit(form: Form, vitals: Vitals) -> tuple[str, ...]:
    """Return the measured signs that the form has taken and for which it gives no limit: a doctor looks at them."""
    limited = {limit.sign for limit in form.limits}
    return tuple(sign for sign in form.measured if sign not in limited and getattr(vitals, sign, None) is not None)


def not_measured(form: Form, vitals: Vitals) -> tuple[str, ...]:
    """Return the signs that the form has taken of everybody and that nobody measured."""
    return tuple(sign for sign in form.measured if sign in Vitals.__struct_fields__ and getattr(vitals, sign) is None)


def abnormal_signs(form: Form, vitals: Vitals) -> tuple[Abnormal, ...]:
    """Return the measured signs that lie outside the form's limits; a sign without a limit never does."""
    measured = ((limit, getattr(vitals, limit.sign)) for limit in form.limits)
    return tuple(
        Abnormal(sign=limit.sign, value=value, low=limit.low, high=limit.high)
        for limit, value in measured
        if value is not None and limit.is_abnormal(value)
    )


def findings(form: Form | None, day: date | None) -> list[Finding]:
    """Return what is wrong with the choice of the form itself. A day that nobody knows is not held against it."""
    if form is None:
        return [Finding(code="form-unknown")]
    return [] if day is None or form.in_force(day) else [Finding(code="form-not-in-force", source=form.decree)]


def conclusion_findings(form: Form, evaluation: Evaluation, told: Outcome) -> list[Finding]:
    """Return what is wrong with the answers, and whether the conclusion told is another than that of the rows.

    Milder than the rows weighs more than stricter; where a doctor decides anyway, a difference is only a note.
    """
    found = []
    if evaluation.unanswered:
        found.append(Finding(code="form-incomplete", source=form.decree))
    if evaluation.foreign:
        found.append(Finding(code="form-question-unknown", source=form.decree))
    if evaluation.outcome is not None and told is not evaluation.outcome:
        milder = told.strictness < evaluation.outcome.strictness and not evaluation.doctor_decides
        severity = Severity.WARNS if milder else Severity.NOTES
        found.append(Finding(code="conclusion-differs", severity=severity, source=form.decree))
    return found


def _fired(question: Question, answers: Mapping[str, Answer], abnormal: tuple[Abnormal, ...]) -> Fired | None:
    answer = answers.get(question.code)
    words = answer.strip() if isinstance(answer, str) else ""
    measured = abnormal if question.detail == VITALS_DETAIL else ()
    if answer is not True and not words and not measured:
        return None
    return Fired(
        question=question.code,
        outcome=question.outcome,
        verified=question.verified,
        words=words,
        abnormal=measured,
    )


def _is_answered(question: Question, answers: Mapping[str, Answer]) -> bool:
    answer = answers.get(question.code)
    return isinstance(answer, bool | str)
