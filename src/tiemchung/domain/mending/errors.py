"""What mending refuses."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class ComplaintKindUnknown(Refusal):
    """No complaint of this kind is taken."""

    code = "complaint-kind-unknown"


class ComplaintEmpty(Refusal):
    """A complaint must say what is wrong."""

    code = "complaint-empty"


class ComplaintTooLong(Refusal):
    """The story is longer than `values.LONGEST_STORY` letters; the fact `most` tells how many are taken."""

    code = "complaint-too-long"


class SlipTooLarge(Refusal):
    """A photo has more bytes than are taken; the fact `most` tells how many megabytes are."""

    code = "slip-too-large"


class SlipsTooMany(Refusal):
    """More photos than are kept with a complaint; the fact is the most."""

    code = "slips-too-many"


class SlipUnreadable(Refusal):
    """What was sent as a photo is no picture that can be read."""

    code = "slip-unreadable"


class PhoneUnreadable(Refusal):
    """The number given for the answer is no phone number of Viet Nam."""

    code = "phone-unreadable"


class ComplaintSentBefore(Refusal):
    """This very form was sent before, about another site."""

    code = "complaint-sent-before"


class CaseUnknown(Refusal):
    """There is no case of this id within the actor's reach."""

    code = "case-unknown"


class CaseTakenAlready(Refusal):
    """Somebody else took it a moment before; the facts name them."""

    code = "case-taken-already"


class CaseClosed(Refusal):
    """It is decided: nothing more is done with it."""

    code = "case-closed"


class NotTheCasesOwner(Refusal):
    """Only its owner says how a case ends."""

    code = "not-the-cases-owner"


class OwnWork(Refusal):
    """Whoever gave or typed a dose does not judge what somebody says of it."""

    code = "own-work"


class SecondPersonNeeded(Refusal):
    """Two persons decide this kind, and this one has spoken already."""

    code = "second-decider-needed"


class NothingProposed(Refusal):
    """Nobody has proposed an end that could be agreed to, or another end was proposed meanwhile."""

    code = "nothing-proposed"


class PairAskedElsewhere(Refusal):
    """Whether two records are one person is asked already, on a desk out of the actor's reach."""

    code = "pair-asked-elsewhere"


class StepOfAnotherCase(Refusal):
    """The form that takes this step was sent before, about another case."""

    code = "step-of-another-case"


class MendWaits(Refusal):
    """What was mended is not in force yet: nobody but who mended it stands for the dose, and its certificate waits."""

    code = "mend-waits"


class NoDoseTied(Refusal):
    """A missing dose is not mended before it was entered or found, and tied to its case."""

    code = "no-dose-tied"


class TiedDoseVoided(Refusal):
    """The dose that a case of a missing one was tied to was voided: it is missing again."""

    code = "tied-dose-voided"


class OutcomeUnknown(Refusal):
    """A case of this kind does not end so."""

    code = "outcome-unknown"


class RejectReasonUnknown(Refusal):
    """No correction is turned down by such a reason, or what is upheld names one."""

    code = "reject-reason-unknown"


class CaseWordsMissing(Refusal):
    """A step that needs words came without any."""

    code = "case-words-missing"


class DeskUnknown(Refusal):
    """There is no such site to hand a case to."""

    code = "desk-unknown"


class RepairUnknown(Refusal):
    """There is no such repair within the actor's reach."""

    code = "repair-unknown"


class RepairEmpty(Refusal):
    """None of the chosen doses can be mended so: none was chosen, or none differs."""

    code = "repair-empty"


class RepairTooLarge(Refusal):
    """More doses were chosen than one repair takes; the fact `most` tells how many it does."""

    code = "repair-too-large"


class RepairSettled(Refusal):
    """The repair was decided meanwhile, or is being taken back already."""

    code = "repair-settled"


class ScanUnknown(Refusal):
    """There is no such scan on the actor's bench, or its picture was erased."""

    code = "scan-unknown"


class ScanTakenAlready(Refusal):
    """Somebody else has the scan in hand, or it is done with."""

    code = "scan-taken-already"
