"""How a tablet's outbox reaches the center: batches, lost answers, repeats, and what each refusal makes it do.

| answer | what the tablet does |
|---|---|
| 200 | forgets what was answered, entry by entry |
| none, 429, 5xx | waits a little and sends the same bytes again: a repeat costs nothing |
| 409 | compares chains: drops what the center's link proves it to hold, and goes on after it |
| 413 | halves its batches |
| 401 and other | stops: nothing it could send would be taken |
"""

from __future__ import annotations

import http.client
import random
import zlib
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from tiemchung.kernel import wire
from tiemchung_world import sent
from tiemchung_world.center import NDJSON, PATIENCE_S, Answer, Center, insist
from tiemchung_world.stations import StationTablet
from tiemchung_world.tablet import Entry, Tablet

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

BATCHES: Final = "/api/devices/batches"


class RefusedError(Exception):
    """The center refuses what this tablet sends, for good."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status} {answer.code}: {answer.body[:300]!r}")
        self.status = answer.status
        self.code = answer.code


class UnexpectedAnswerError(Exception):
    """The center's answer is not one that the protocol allows here."""


@dataclass(kw_only=True)
class Traffic:
    """What went over the wire, counted from all threads; `seconds` holds how long each answered batch took."""

    doses: int = 0
    entries: int = 0
    seconds: list[float] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def answered(self, batch: list[Entry], told: list[dict[str, Any]], *, seconds: float | None = None) -> None:
        """Count entries that were answered one by one, in one batch if it is told how long that took."""
        doses = sum(entry.kind == "dose-given" for entry in batch)
        with self._lock:
            self.doses += doses
            self.entries += len(batch)
            if seconds is not None:
                self.seconds.append(seconds)
            for one in told:
                self.findings.update(one.get("findings") or ())
                if one.get("reason"):
                    self.reasons[one["reason"]] += 1

    def happened(self, event: str) -> None:
        """Count an event of the network: a lost answer, a repeat, a retry, a refusal."""
        with self._lock:
            self.events[event] += 1


@dataclass(kw_only=True)
class Habits:
    """How a network treats its tablets. `patience_s`: how long a center may be away before the tablet gives up.

    `deflates`: batches go deflated, as the app sends them.
    """

    lost_answers: float = 0.0
    repeats: float = 0.0
    batch_sizes: tuple[int, ...] = (wire.MAX_ENTRIES,)
    patience_s: float = PATIENCE_S
    deflates: bool = False


class Uplink:
    """Sends outboxes and writes the sent file; safe to use from many threads, one tablet in one thread at a time."""

    def __init__(self, center: Center, sent_file: sent.SentFile, *, habits: Habits) -> None:
        self.center = center
        self.traffic = Traffic()
        self._sent = sent_file
        self._habits = habits

    def empty(self, tablet: Tablet, *, rng: random.Random) -> None:
        """Send until the tablet's outbox is empty.

        Raises RefusedError, Forked, UnexpectedAnswerError, or NoAnswerError when the center stays away too long.
        """
        if isinstance(tablet, StationTablet):
            self._have_sent(tablet, loses=self._habits.lost_answers)
        size = rng.choice(self._habits.batch_sizes)
        while tablet.outbox:
            batch = tablet.next_batch(size)
            raw = tablet.sign(batch)
            if rng.random() < self._habits.lost_answers:
                self.traffic.happened("lost-answer")
                body, headers = self._dressed(raw)
                self.center.send_and_hang_up("POST", BATCHES, body, headers=headers)
                size = rng.choice(self._habits.batch_sizes)
                continue
            answer = self._post(raw)
            if answer.status == http.client.OK:
                self._take(tablet, batch, answer)
                if rng.random() < self._habits.repeats:
                    self._repeat(batch, raw)
            elif answer.status == http.client.CONFLICT:
                self._compare_chains(tablet, answer)
            elif answer.status == http.client.REQUEST_ENTITY_TOO_LARGE and len(batch) > 1:
                self.traffic.happened("too-large")
                size = len(batch) // 2
            else:
                raise RefusedError(answer)

    def _post(self, raw: bytes) -> Answer:
        """Send a batch until somebody answers for it."""
        body, headers = self._dressed(raw)
        return insist(
            lambda: self.center.request("POST", BATCHES, body, headers=headers),
            patience_s=self._habits.patience_s,
            on_retry=self.traffic.happened,
        )

    def _dressed(self, raw: bytes) -> tuple[bytes, dict[str, str]]:
        """Return a batch as it goes over the line, with the headers that say how."""
        headers = {"Content-Type": NDJSON}
        return (
            (zlib.compress(raw), headers | {"Content-Encoding": "deflate"}) if self._habits.deflates else (raw, headers)
        )

    def deliver(self, tablet: Tablet) -> list[dict[str, Any]]:
        """Send the outbox as one batch without any mishap and return the answer to each entry."""
        if isinstance(tablet, StationTablet):
            return self._have_sent(tablet, loses=0.0)
        batch = tablet.next_batch(wire.MAX_ENTRIES)
        answer = self._post(tablet.sign(batch))
        if answer.status != http.client.OK:
            raise RefusedError(answer)
        return self._take(tablet, batch, answer)

    def _have_sent(self, tablet: StationTablet, *, loses: float) -> list[dict[str, Any]]:
        """Let a tablet that is the app send by itself, and write down what it was answered."""
        batch, told = tablet.send(loses=loses)
        self.traffic.happened("sent-by-the-app")
        self.traffic.answered(batch, told)
        self._sent.write(
            device=tablet.device, site=tablet.site, answered=zip(batch, [one["outcome"] for one in told], strict=True)
        )
        return told

    def _take(self, tablet: Tablet, batch: list[Entry], answer: Answer) -> list[dict[str, Any]]:
        told = answers_of(batch, answer)
        self.traffic.answered(batch, told, seconds=answer.seconds)
        self._write(tablet, batch, [one["outcome"] for one in told])
        return told

    def _repeat(self, batch: list[Entry], raw: bytes) -> None:
        """Send an answered batch again: nothing of it may be new to the center."""
        self.traffic.happened("repeat")
        answer = self._post(raw)
        if answer.status != http.client.OK:
            raise RefusedError(answer)
        if any(one["outcome"] == sent.KEPT for one in answers_of(batch, answer)):
            raise UnexpectedAnswerError(f"a repeated entry was kept a second time: {answer.body[:300]!r}")

    def _compare_chains(self, tablet: Tablet, answer: Answer) -> None:
        """Go on after what the center proves to hold; a link that is not the tablet's own stops it (Forked)."""
        told = answer.json()
        if not isinstance(told.get("last_sequence"), int) or not isinstance(told.get("head"), str):
            raise RefusedError(answer)
        known = tablet.known_until(told["last_sequence"], wire.from_base64url(told["head"]))
        if not known:
            raise RefusedError(answer)
        self.traffic.happened("compared-chains")
        self._write(tablet, known, [sent.KNOWN] * len(known))

    def _write(self, tablet: Tablet, batch: list[Entry], outcomes: list[str]) -> None:
        self._sent.write(device=tablet.device, site=tablet.site, answered=zip(batch, outcomes, strict=True))
        tablet.forget(batch)


def answers_of(batch: list[Entry], answer: Answer) -> list[dict[str, Any]]:
    """Return the answer to each entry of a batch, in order; raise UnexpectedAnswerError when one is missing."""
    told = {one.get("seq"): one for one in answer.json().get("answers", ())}
    if set(told) != {entry.seq for entry in batch}:
        raise UnexpectedAnswerError(f"{len(batch)} entries sent, answers to {len(told)}: {answer.body[:300]!r}")
    answers = [told[entry.seq] for entry in batch]
    unknown = {one.get("outcome") for one in answers} - {sent.KEPT, sent.KNOWN, sent.SET_ASIDE}
    if unknown:
        raise UnexpectedAnswerError(f"no such outcome: {unknown}")
    return answers


def enroll(center: Center, *, code: str, name: str, key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    """Spend an enrollment code and return the center's receipt; raise RefusedError when it is turned away."""
    point = wire.to_base64url(wire.dump_public_key(key.public_key()))
    asked = {"code": code, "public_key": point, "name": name}
    answer = insist(lambda: center.post_json("/api/devices/enrollments", asked))
    if answer.status not in {http.client.CREATED, http.client.OK}:
        raise RefusedError(answer)
    return answer.json()


def signed_request(center: Center, method: str, path: str, *, device: UUID, key: ec.EllipticCurvePrivateKey) -> Answer:
    """Send a request other than a batch, signed over a fresh nonce of the center each time it is tried."""

    def ask() -> Answer:
        given = center.request("GET", "/api/devices/nonce")
        if given.status != http.client.OK:
            return given
        nonce = str(given.json()["nonce"])
        signature = wire.sign_request(key, method=method, path=path, nonce=nonce)
        headers = {"Authorization": wire.encode_authorization(device, nonce=nonce, signature=signature)}
        return center.request(method, path, headers=headers)

    return insist(ask)
