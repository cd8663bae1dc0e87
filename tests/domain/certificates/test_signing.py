"""Doses on their way to a signature and back, through the real door, as the worker signs them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cwt import COSE, COSEKey

from tests import chair
from tests.domain.certificates.climbing import leads_to
from tests.domain.certificates.scenery import attest, give, identify, send, void
from tests.domain.intake.chair import NOW, SITE, TestTablet, arrived, block, id_of
from tiemchung.domain.certificates import actions, jobs, queries
from tiemchung.domain.certificates.engine import base45, log, payload
from tiemchung.domain.certificates.reactions import prepare
from tiemchung.domain.certificates.values import CertificateShown, Kind, Why, Withdrawn, Word
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.journal.values import START
from tiemchung.domain.mending import actions as desk
from tiemchung.domain.mending import queries as mending
from tiemchung.domain.mending.values import Outcome
from tiemchung.kernel.actor import ANYBODY, SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung_world.passkey import Passkey

AsWorker = Callable[[], AbstractContextManager[None]]
LATER = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _new_thread() -> None:
    journal.forget_server_device()


def follow(as_worker: AsWorker) -> None:
    """Let the reaction read the journal and the job sign what is due."""
    with as_worker():
        prepare(journal_queries.settled_after(START, limit=1000).entries, now=NOW)
        jobs.issue_due(now=lambda: LATER)


def shown(person: UUID) -> list[CertificateShown]:
    with reaching(Reach(sites=frozenset({SITE}))):
        return list(queries.of_persons([person], purpose=Purpose.SYSTEM, actor=SYSTEM, viewed_at=NOW)[person])


def proved_and_attested(tablet: TestTablet, lead: Passkey) -> tuple[UUID, bytes]:
    person = uuid7()
    given = give(tablet, person)
    identify(tablet, person, how="card-scanned")
    attest(tablet, lead)
    return person, given


def test_an_attested_dose_of_a_proved_person_gets_a_certificate(
    tablet: TestTablet, lead: Passkey, as_worker: AsWorker
) -> None:
    person, given = proved_and_attested(tablet, lead)
    follow(as_worker)
    (certificate,) = shown(person)
    assert certificate.kind is Kind.CERTIFICATE
    assert certificate.dose == id_of(given)
    assert certificate.name == "Nguyễn Thị Hòa"
    assert certificate.name_latin == "NGUYEN THI HOA"
    assert certificate.born == "1984"
    assert (certificate.product, certificate.dose_number, certificate.series_doses) == ("EU/1/21/1529", 1, 2)
    assert certificate.text.startswith("HC1:")
    verdict = actions.verify(certificate.text, now=LATER)
    assert (verdict.word, verdict.why) == (Word.PASS, Why.SIGNED)


def test_a_stranger_to_this_code_accepts_it_and_refuses_it_altered(
    tablet: TestTablet, lead: Passkey, as_worker: AsWorker
) -> None:
    person, _ = proved_and_attested(tablet, lead)
    follow(as_worker)
    (certificate,) = shown(person)
    message = payload.unpack(base45.decode(certificate.text[4:]))
    (signer,) = queries.trust_list(now=LATER)
    pem = load_der_public_key(signer.public_key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    cose_key = COSEKey.from_pem(pem, alg="ES256", kid=signer.kid)
    oracle = COSE.new(verify_kid=True)
    assert b"NGUYEN" in oracle.decode(message, cose_key)
    altered = message.replace(b"NGUYEN", b"NGUYET")
    with pytest.raises(Exception, match="verify"):
        oracle.decode(altered, cose_key)
    text = payload.text_of(Kind.CERTIFICATE, payload.pack(altered))
    assert actions.verify(text, now=LATER).why is Why.WRONG_SIGNATURE


def test_an_attested_dose_of_nobody_proved_gets_a_pass_that_asks_for_a_look(
    tablet: TestTablet, lead: Passkey, as_worker: AsWorker
) -> None:
    person = uuid7()
    give(tablet, person)
    identify(tablet, person, how="told")
    attest(tablet, lead)
    follow(as_worker)
    (provisional,) = shown(person)
    assert provisional.kind is Kind.PASS
    assert provisional.text.startswith("TC1:")
    assert provisional.expires_at == LATER + timedelta(days=30)
    assert actions.verify(provisional.text, now=LATER).why is Why.PROVISIONAL
    assert queries.trust_list(now=LATER) == []


def test_a_dose_that_nobody_attested_is_not_signed(tablet: TestTablet, as_worker: AsWorker) -> None:
    person = uuid7()
    give(tablet, person)
    identify(tablet, person, how="card-scanned")
    follow(as_worker)
    assert shown(person) == []


def test_proof_turns_the_pass_into_a_certificate(tablet: TestTablet, lead: Passkey, as_worker: AsWorker) -> None:
    person = uuid7()
    give(tablet, person)
    identify(tablet, person, how="told")
    attest(tablet, lead)
    follow(as_worker)
    before = shown(person)[0].text
    identify(tablet, person, how="document-seen")
    follow(as_worker)
    in_force = [each for each in shown(person) if each.withdrawn is None]
    assert [each.kind for each in in_force] == [Kind.CERTIFICATE]
    assert actions.verify(before, now=LATER).why is Why.REPLACED


def test_a_pass_shown_as_a_certificate_is_stopped(tablet: TestTablet, lead: Passkey, as_worker: AsWorker) -> None:
    person = uuid7()
    give(tablet, person)
    attest(tablet, lead)
    follow(as_worker)
    (provisional,) = shown(person)
    dressed_up = "HC1:" + provisional.text.removeprefix("TC1:")
    verdict = actions.verify(dressed_up, now=LATER)
    assert (verdict.word, verdict.why) == (Word.STOP, Why.WRONG_PREFIX)


def test_a_voided_dose_takes_its_certificate_back(tablet: TestTablet, lead: Passkey, as_worker: AsWorker) -> None:
    person, given = proved_and_attested(tablet, lead)
    follow(as_worker)
    text = shown(person)[0].text
    void(tablet, given)
    follow(as_worker)
    (certificate,) = shown(person)
    assert certificate.withdrawn is Withdrawn.DOSE_VOIDED
    assert certificate.text == ""
    verdict = actions.verify(text, now=LATER)
    assert (verdict.word, verdict.why) == (Word.STOP, Why.REVOKED)
    assert verdict.bearer is not None
    published = [hashed for hashes in queries.revocations(now=LATER).values() for hashed in hashes]
    assert len(published) == 1


def test_a_mended_dose_is_signed_anew_and_the_old_one_says_so(
    tablet: TestTablet, lead: Passkey, as_worker: AsWorker
) -> None:
    person, given = proved_and_attested(tablet, lead)
    follow(as_worker)
    before = shown(person)[0]
    line = tablet.line(
        "corrected", entry=id_of(given), values={"product": "pfizer"}, reason="typed-wrong", evidence=None
    )
    send(tablet, line)
    with as_worker():
        prepare(journal_queries.settled_after(START, limit=1000).entries, now=NOW)
        standing = queries.standings([person])[before.dose]
        jobs.issue_due(now=lambda: LATER)
    after = {each.id: each for each in shown(person)}
    assert after[before.id].withdrawn is not None
    verdict = actions.verify(before.text, now=LATER)
    assert verdict.word is Word.STOP
    assert standing is not None


CLERK = Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.MEND}), reach=Reach(sites=frozenset({SITE})))


def everything_follows(as_worker: AsWorker) -> None:
    """Let every reaction of the platform read all there is, as its worker does, and sign what is due."""
    with as_worker():
        chair.follow()
        jobs.issue_due(now=lambda: LATER)


def in_force(person: UUID) -> CertificateShown:
    (held,) = [each for each in shown(person) if each.withdrawn is None]
    return held


def test_a_match_that_a_clerk_mends_signs_without_anybody_asking_and_its_end_revokes(
    tablet: TestTablet, lead: Passkey, as_worker: AsWorker, set_time: Callable[..., None]
) -> None:
    set_time(NOW)
    known, other = uuid7(), uuid7()
    send(tablet, arrived(tablet, known, uuid7(), block=block(name="Nguyễn Thị Hòa Bình")))
    identify(tablet, known, how="card-scanned")
    give(tablet, other)
    identify(tablet, other, how="told")
    attest(tablet, lead)
    everything_follows(as_worker)
    before = in_force(other)
    assert before.kind is Kind.PASS, "one number and two names: whose dose it is, nobody knows yet"
    (case,) = mending.cases_waiting(actor=CLERK)
    desk.take(case.id, step=uuid7(), actor=CLERK, now=NOW)
    desk.decide(case.id, step=uuid7(), outcome=Outcome.NOT_UPHELD, text="Cùng một căn cước.", actor=CLERK, now=NOW)
    everything_follows(as_worker)
    signed = in_force(other)
    assert (signed.kind, signed.name) == (Kind.CERTIFICATE, "Nguyễn Thị Hòa Bình")
    assert actions.verify(before.text, now=LATER).why is Why.REPLACED
    desk.disagree(case.id, step=uuid7(), text="Đã gặp cả hai người.", actor=CLERK, now=NOW)
    everything_follows(as_worker)
    assert in_force(other).kind is Kind.PASS
    assert {each.withdrawn for each in shown(other) if each.kind is Kind.CERTIFICATE} == {Withdrawn.PROOF_WITHDRAWN}
    assert actions.verify(signed.text, now=LATER).why is Why.REVOKED


def test_signing_again_signs_nothing(tablet: TestTablet, lead: Passkey, as_worker: AsWorker) -> None:
    person, _ = proved_and_attested(tablet, lead)
    follow(as_worker)
    before = shown(person)
    follow(as_worker)
    with as_worker():
        assert actions.issue(now=LATER).looked == 0
    assert shown(person) == before


def test_what_moved_on_while_it_was_signed_is_not_kept(tablet: TestTablet, lead: Passkey, as_worker: AsWorker) -> None:
    person, given = proved_and_attested(tablet, lead)
    with as_worker():
        prepare(journal_queries.settled_after(START, limit=1000).entries, now=NOW)
    void(tablet, given)
    with as_worker():
        # The void has been folded; the preparation has not heard of it yet.
        assert actions.issue(now=LATER).signed == 0
        assert actions.issue(now=LATER).signed == 0
    assert shown(person) == []


def test_a_pass_is_renewed_before_it_ends(tablet: TestTablet, lead: Passkey, as_worker: AsWorker) -> None:
    person = uuid7()
    give(tablet, person)
    attest(tablet, lead)
    follow(as_worker)
    soon = LATER + timedelta(days=28)
    with as_worker():
        assert jobs.renew_passes(now=LATER) == 0
        assert jobs.renew_passes(now=soon) == 1
        jobs.issue_due(now=lambda: soon)
    (in_force,) = [each for each in shown(person) if each.withdrawn is None]
    assert in_force.expires_at == soon + timedelta(days=30)


def test_every_signature_stands_in_the_log(tablet: TestTablet, lead: Passkey, as_worker: AsWorker) -> None:
    person, given = proved_and_attested(tablet, lead)
    second = give(tablet, person, vial="V2")
    follow(as_worker)
    void(tablet, given)
    follow(as_worker)
    lines = queries.log_lines()
    assert [line.what for line in lines][:2] == ["signed", "revoked"]
    link = log.START
    for line in lines:
        assert line.previous == link
        link = log.head(link, line.root)
        assert line.head == link
    certificate = next(each for each in shown(person) if each.dose == id_of(given))
    proof = queries.inclusion_of(certificate.id, line=certificate.log)
    assert proof is not None
    root = next(line.root for line in lines if line.id == certificate.log)
    assert leads_to(proof.leaf, proof.path, index=proof.index, count=proof.count, root=root)
    assert queries.inclusion_of(uuid7(), line=certificate.log) is None
    assert second != given


def test_no_line_of_the_log_has_two_successors(committed_db: None, as_worker: AsWorker) -> None:
    row = "insert into certificates_logline values (%s, now(), 'signed', 1, 'r', %b, %b)"
    with as_worker():
        database.run(row, [uuid7(), log.START, b"one"])
        with pytest.raises(Exception, match="unique"):
            database.run(row, [uuid7(), log.START, b"two"])


def test_nobody_sees_certificates_without_a_right_and_every_view_is_logged(
    tablet: TestTablet, lead: Passkey, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    person, _ = proved_and_attested(tablet, lead)
    follow(as_worker)
    account = uuid7()
    reach = Reach(account=account, books=frozenset({person}))
    citizen = Actor(id=account, kind=ActorKind.CITIZEN, reach=reach)
    with pytest.raises(NotPermitted):
        queries.of_persons([uuid7()], purpose=Purpose.OWN, actor=citizen, viewed_at=NOW)
    with pytest.raises(NotPermitted):
        queries.of_persons([person], purpose=Purpose.CARE, actor=ANYBODY, viewed_at=NOW)
    with reaching(reach):
        found = queries.of_persons([person], purpose=Purpose.OWN, actor=citizen, viewed_at=NOW)
    assert len(found[person]) == 1
    viewed = owner_connection.execute("select person_id, actor, purpose from journal_view").fetchall()
    assert viewed == [(person, citizen.id, "own")]
