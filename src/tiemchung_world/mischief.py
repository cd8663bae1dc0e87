"""What goes wrong on purpose: strangers, forks, garbage, clocks of another century, each with the answer it must get.

Pranks are played by spare tablets of the last site. What the center keeps or sets aside stands in the sent file like
any other entry; what it refuses whole must leave nothing behind, and the audit would find it if it did.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final
from unicodedata import normalize
from uuid import UUID

from tiemchung.kernel import wire
from tiemchung_world import mint
from tiemchung_world.center import NDJSON, Answer
from tiemchung_world.tablet import Tablet
from tiemchung_world.uplink import BATCHES, Uplink, enroll

if TYPE_CHECKING:
    from tiemchung_world.campaign import Campaign, TabletPlan

_CENTURY_MS: Final = 100 * 365 * 24 * 3_600_000


@dataclass(frozen=True, kw_only=True)
class Prank:
    """One thing done wrong, the answer the protocol demands, and the answer that came."""

    what: str
    expected: str
    answered: str

    @property
    def holds(self) -> bool:
        """Tell whether the center answered as it must."""
        return self.expected == self.answered

    def told(self) -> dict[str, Any]:
        """Return the prank as the report shows it."""
        return asdict(self) | {"holds": self.holds}


def play_pranks(campaign: Campaign, link: Uplink, *, now_ms: int) -> list[Prank]:
    """Play every prank once, at an instant of the campaign, and return what was answered."""
    return _Prankster(campaign, link, now_ms=now_ms).play()


class _Prankster:
    def __init__(self, campaign: Campaign, link: Uplink, *, now_ms: int) -> None:
        self._link = link
        self._now_ms = now_ms
        self._mint = mint.Mint("prank", campaign.plan.seed, campaign.plan.run)
        self._lot = campaign.lots[0][-1]
        self._staff = {one.role: one.id for one in campaign.sites[-1].staff}
        self._honest, self._forger, self._restricted = (self._enroll(spare) for spare in campaign.spares)
        self._pranks: list[Prank] = []

    def play(self) -> list[Prank]:
        self._strangers()
        self._broken_chains()
        self._unreadable_batches()
        self._kept_with_findings()
        self._garbage()
        self._same_id_twice()
        self._forbidden_kind()
        self._fork()
        return self._pranks

    # --- refused whole: nothing of it may be stored ----------------------------------------------------------------

    def _strangers(self) -> None:
        unknown = Tablet(device=self._mint.uuid(self._now_ms), site=self._honest.site, key=mint.private_key("unknown"))
        self._refused("a batch of a device nobody enrolled", unknown, "401 unknown-sender")
        thief = self._double(self._honest)
        thief.key = mint.private_key("thief")
        self._refused("a batch signed with another key", thief, "401 wrong-signature")

    def _broken_chains(self) -> None:
        torn = self._double(self._honest)
        torn.previous = b"\x07" * wire.HASH_BYTES
        self._refused("a batch after a link nobody knows", torn, "409 broken-chain")
        gap = self._double(self._honest)
        gap.seq += 8
        self._refused("a batch after a gap in the sequence", gap, "409 broken-chain")

    def _unreadable_batches(self) -> None:
        honest = self._honest
        entries = [b"{}"] * (wire.MAX_ENTRIES + 1)
        header = wire.sign_batch(
            entries, device=honest.device, first=honest.seq + 1, previous=honest.previous, private_key=honest.key
        )
        self._answered("a batch of 501 entries", wire.frame(header, entries), "413 batch-too-large")
        self._answered("bytes without a header", b"no header\n{}\n", "400 batch-unreadable")

    # --- kept, with what was found ---------------------------------------------------------------------------------

    def _kept_with_findings(self) -> None:
        lot = self._lot.number
        for what, dose, at_ms, finding in (
            ("a dose of the last century", {"lot": lot}, self._now_ms - _CENTURY_MS, "time-implausible"),
            ("a dose of the next century", {"lot": lot}, self._now_ms + _CENTURY_MS, "time-implausible"),
            ("a lot nobody has received", {"lot": "NO-SUCH-LOT"}, self._now_ms, "lot-unknown"),
            ("an entry that names another site", {"lot": lot, "site": "99-9999"}, self._now_ms, "site-differs"),
        ):
            arrival = self._arrival("Phạm Văn Thử")
            self._write(self._honest, arrival)
            found = self._send(self._honest, self._dose(arrival) | dose, at_ms=at_ms)
            findings = found.get("findings") or []
            answered = finding if finding in findings else ", ".join(findings)
            self._note(what, expected=f"kept: {finding}", answered=f"{found['outcome']}: {answered}")
        found = self._send(self._honest, self._arrival(normalize("NFD", "Đặng Thị Hoài Phượng")))
        self._note("a name in decomposed letters", expected="kept", answered=found["outcome"])

    # --- set aside: kept whole and shown to a human ----------------------------------------------------------------

    def _garbage(self) -> None:
        for what, old, new, reason in (
            ("half a line", b'"vaccinator"', b"", "unreadable"),
            ("bytes that are no UTF-8", b'"left"', b'"\xc3\x28"', "unreadable"),
            ("a kind nobody knows", b'"dose-given"', b'"dose-sung"', "kind-unknown"),
            ("a schema from the future", b'"schema":1', b'"schema":99', "schema-unknown"),
            ("an entry without its lot", b'"lot":', b'"pot":', "unreadable"),
            ("an entry that tells another sequence", b'"seq":', b'"seq":7', "sequence-differs"),
        ):
            line = self._line(self._honest, self._dose(self._arrival("Phạm Văn Rác")))
            self._honest.write_line(line.replace(old, new))
            found = self._link.deliver(self._honest)[-1]
            self._note(what, expected=f"set-aside {reason}", answered=_with_reason(found))

    def _same_id_twice(self) -> None:
        first = self._arrival("Nguyễn Văn Một")
        self._send(self._honest, first)
        found = self._send(self._honest, self._arrival("Nguyễn Văn Hai") | {"id": first["id"]})
        self._note("an id used for other content", expected="set-aside id-reused", answered=_with_reason(found))

    def _forbidden_kind(self) -> None:
        found = self._send(self._restricted, self._dose(self._arrival("Nguyễn Văn Cấm")))
        self._note(
            "a kind this device may not send", expected="set-aside kind-not-allowed", answered=_with_reason(found)
        )

    def _fork(self) -> None:
        """Restore a tablet from yesterday's backup: the same sequence and key, another entry."""
        restored = self._double(self._forger)
        self._send(self._forger, self._arrival("Lê Văn Ba"))
        found = self._send(restored, self._arrival("Lê Văn Bốn"))
        self._note("a sequence used twice", expected="set-aside fork", answered=_with_reason(found))
        self._write(self._forger, self._arrival("Lê Văn Năm"))
        found = self._link.deliver(self._forger)[-1]
        self._note("a forked device goes on", expected="set-aside fork", answered=_with_reason(found))

    # --- inside ----------------------------------------------------------------------------------------------------

    def _enroll(self, plan: TabletPlan) -> Tablet:
        receipt = enroll(self._link.center, code=plan.code, name=plan.name, key=plan.key)
        return Tablet(device=UUID(receipt["device"]), site=receipt["site"], key=plan.key)

    def _double(self, tablet: Tablet) -> Tablet:
        """Return a copy of a tablet as it is now: whoever stole its memory has the same."""
        return Tablet(device=tablet.device, site=tablet.site, key=tablet.key, seq=tablet.seq, previous=tablet.previous)

    def _arrival(self, name: str) -> dict[str, Any]:
        return {
            "kind": "arrived",
            "id": self._mint.id(self._now_ms),
            "visit": self._mint.id(self._now_ms),
            "person": self._mint.id(self._now_ms),
            "campaign_session": None,
            "appointment": None,
            "ticket": "X0001",
            "block": {
                "name": name,
                "born": "1980",
                "sex": "unknown",
                "identifiers": [],
                "phone": None,
                "commune": None,
                "target_group": None,
            },
        }

    def _dose(self, arrival: dict[str, Any]) -> dict[str, Any]:
        return {
            "kind": "dose-given",
            "id": self._mint.id(self._now_ms),
            "visit": arrival["visit"],
            "person": arrival["person"],
            "product": self._lot.product.code,
            "lot": self._lot.number,
            "vial": None,
            "volume_ml": self._lot.product.dose_ml,
            "arm": "left",
            "dose_number_told": 1,
            "vaccinator": self._staff["vaccinator"],
            "recorder": None,
        }

    def _write(self, tablet: Tablet, entry: dict[str, Any], *, at_ms: int | None = None) -> None:
        tablet.write(
            entry,
            true_ms=self._now_ms if at_ms is None else at_ms,
            staff=self._staff["vaccinator"],
            person=entry["person"],
            truth=entry["person"],
        )

    def _line(self, tablet: Tablet, entry: dict[str, Any]) -> bytes:
        """Return the bytes of an entry as the tablet would write it next, without writing it."""
        double = self._double(tablet)
        self._write(double, entry)
        return double.outbox[0].line

    def _send(self, tablet: Tablet, entry: dict[str, Any], *, at_ms: int | None = None) -> dict[str, Any]:
        self._write(tablet, entry, at_ms=at_ms)
        return self._link.deliver(tablet)[-1]

    def _refused(self, what: str, tablet: Tablet, expected: str) -> None:
        self._write(tablet, self._arrival("Trần Thị Lạ"))
        self._answered(what, tablet.sign(tablet.next_batch(1)), expected)

    def _answered(self, what: str, raw: bytes, expected: str) -> None:
        answer = self._post(raw)
        self._note(what, expected=expected, answered=f"{answer.status} {answer.code}".strip())

    def _post(self, raw: bytes) -> Answer:
        return self._link.center.request("POST", BATCHES, raw, headers={"Content-Type": NDJSON})

    def _note(self, what: str, *, expected: str, answered: str) -> None:
        self._pranks.append(Prank(what=what, expected=expected, answered=answered))


def _with_reason(found: dict[str, Any]) -> str:
    return f"{found['outcome']} {found.get('reason') or ''}".strip()
