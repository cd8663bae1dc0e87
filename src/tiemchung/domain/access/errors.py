"""What access refuses."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class EnrollmentRefused(Refusal):
    """The code is unknown, spent, expired or meant for another key. A stranger is not told which."""

    code = "enrollment-refused"


class RelayRefused(Refusal):
    """No hub that is enrolled signed this envelope, or it cannot be read. What it carried is not looked at."""

    code = "relay-refused"


class PublicKeyUnreadable(Refusal):
    """The key is no point of P-256 in raw uncompressed form."""

    code = "public-key-unreadable"


class DeviceUnknown(Refusal):
    """No device of this id is enrolled within the actor's reach."""

    code = "device-unknown"


class DeviceNotWaiting(Refusal):
    """The device has been confirmed, revoked or cut off already."""

    code = "device-not-waiting"


class FingerprintDiffers(Refusal):
    """The six digits read from the device's screen are not those of the key that arrived: somebody stands between."""

    code = "fingerprint-differs"


class ReasonMissing(Refusal):
    """A device is cut off with a reason only."""

    code = "reason-missing"


class AgreementMissing(Refusal):
    """The device brought no key to which secrets could be sealed: it must be enrolled again."""

    code = "agreement-missing"


class UnlockRefused(Refusal):
    """Neither digits nor passkey let this member of the staff unlock this tablet; which of it is wrong is not told."""

    code = "unlock-refused"


class UnlockTriesSpent(Refusal):
    """As many wrong digits as a day allows came from this tablet; the fact `until` says from when on it may try again."""

    code = "unlock-tries-spent"


class UnlockTriesSpentAtSite(Refusal):
    """As many wrong digits as a day allows came from this site's tablets; `until` says from when on they may try again."""

    code = "unlock-tries-spent-at-site"


class TooManyRequests(Refusal):
    """The device asked more often than one needs to; the fact `seconds` says how long to wait."""

    code = "too-many-requests"


class RequestNotSigned(Refusal):
    """The request carries no valid signature of an enrolled device over a fresh nonce."""

    code = "request-not-signed"


class RowRefused(Refusal):
    """A row of a campaign file cannot be taken: the facts name its list, its place there and why."""

    code = "row-refused"


class StaffUnknown(Refusal):
    """Nobody active on the staff has this login."""

    code = "staff-unknown"


class PasswordRefused(Refusal):
    """The password is too easy to guess; the fact `why` says in which way."""

    code = "password-refused"


class ProofRefused(Refusal):
    """The proof does not hold: unknown, wrong year, used, expired, withdrawn. Nobody is told which."""

    code = "proof-refused"


class DeskCodeRefused(Refusal):
    """The code that a phone shows at a desk opens no claim: unknown, used or too old, alike."""

    code = "desk-code-refused"


class TooManyTries(Refusal):
    """This account has tried as often as it may today."""

    code = "too-many-tries"


class LinkUnknown(Refusal):
    """This account has no such person on its list. The answer is the same for a person who exists and one who does not."""

    code = "link-unknown"


class ClaimIncomplete(Refusal):
    """A claim lacks a name or a readable birth date, or contradicts itself; the fact `field` says where."""

    code = "claim-incomplete"


class ProofCodeOver(Refusal):
    """The code of this slip was used, or ended by a newer one, or is too old: printed again it would open nothing."""

    code = "proof-code-over"


class PhoneNotTaken(Refusal):
    """No number of Viet Nam; the fact `why` is `empty`, `foreign` or `no-number`."""

    code = "phone-not-taken"


class CodeNeedsWork(Refusal):
    """Enough codes were asked for this number today: the next one costs work. The facts hold the challenge."""

    code = "code-needs-work"


class CodesSpent(Refusal):
    """Today's messages are spent altogether. Sites still open books."""

    code = "codes-spent"


class DeskCodesSpent(Refusal):
    """This member of the staff has let codes be sent for as many numbers today as one may."""

    code = "desk-codes-spent"


class CodeWrong(Refusal):
    """Not the digits that were sent; the facts tell how many tries are left and until when the code holds."""

    code = "code-wrong"


class CodeGone(Refusal):
    """There is no code to check: it has expired, was used, was tried too often, or was sent to another browser."""

    code = "code-gone"


class PresenceRefused(Refusal):
    """No code of a book that is open, shown within this minute; which of it is wrong is not told."""

    code = "presence-refused"


class CodeSpent(Refusal):
    """This book's code was scanned at another site within this minute: whoever stands here shows a new one."""

    code = "presence-code-spent"


class LookUpsSpent(Refusal):
    """This member of the staff has looked up as many numbers today as one may; the fact `most` tells how many."""

    code = "look-ups-spent"


class RequestEmpty(Refusal):
    """A request about own data, or its answer, says nothing."""

    code = "request-empty"


class RequestUnknown(Refusal):
    """No open request of this id is within reach."""

    code = "request-unknown"


class ClientRefused(Refusal):
    """The assertion is not a registered partner's, fresh and for us; which of it is wrong is not told."""

    code = "client-refused"


class TokenRefused(Refusal):
    """The token is not ours, or its time is over."""

    code = "token-refused"


class ScopeRefused(Refusal):
    """The partner is not registered for what it asks."""

    code = "scope-refused"


class ConsentRefused(Refusal):
    """Nobody may allow this for this person from this account; or what was allowed is over."""

    code = "consent-refused"


class ConsentUnknown(Refusal):
    """There is no such consent in force in the books of this account."""

    code = "consent-unknown"


class GrantRefused(Refusal):
    """The code or refresh token is not this client's, was used, or what stands behind it is over; which of it is not told."""

    code = "grant-refused"
