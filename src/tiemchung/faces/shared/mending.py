"""What a case is about and how it ended, in the words that its asker, its ward and the portal all read."""

from __future__ import annotations

from collections.abc import Mapping

from tiemchung.domain.mending import queries as mending
from tiemchung.domain.mending.values import AFTER_DEATH, DOUBT, LIKELY, CaseState, Outcome, Rung
from tiemchung.faces.shared.words import Words, said, t

OUTCOMES_SAID: Mapping[Outcome, Words] = {
    Outcome.UPHELD: Words("Đúng như phản ánh, đã sửa", "As you said; it is mended"),
    Outcome.NOT_UPHELD: Words("Đã xem lại, sổ ghi đúng", "Looked into; what is recorded is right"),
    Outcome.COME_IN_PERSON: Words(
        "Chưa đủ căn cứ, cần mang giấy tờ đến điểm tiêm", "Not enough to go by: bring a document to the site"
    ),
}
DOUBT_SAID: Mapping[Outcome, Words] = {
    Outcome.UPHELD: Words("Hai người khác nhau, một số ghi nhầm", "Two persons; one number was written down wrong"),
    Outcome.NOT_UPHELD: Words("Là một người, hai hồ sơ gộp làm một", "One person; the two records become one"),
    Outcome.COME_IN_PERSON: Words(
        "Chưa rõ, xem giấy tờ khi người ấy đến lần sau", "Not clear; look at the document at the next visit"
    ),
}
AFTER_DEATH_SAID: Mapping[Outcome, Words] = {
    Outcome.UPHELD: Words(
        "Người này còn sống, tin báo mất là nhầm", "This person is alive; the death was told by error"
    ),
    Outcome.NOT_UPHELD: Words(
        "Người này đã mất, mũi tiêm là của người khác", "This person has died; the dose is somebody else's"
    ),
    Outcome.COME_IN_PERSON: Words(
        "Chưa rõ, hỏi lại gia đình và xem giấy tờ", "Not clear; ask the family and see a document"
    ),
}
LIKELY_SAID: Mapping[Outcome, Words] = {
    **DOUBT_SAID,
    Outcome.UPHELD: Words("Hai người khác nhau", "Two different persons"),
}
"""How it ends where two records are likely one person: no number was written down wrong."""
_SAID_OF = {DOUBT: DOUBT_SAID, LIKELY: LIKELY_SAID, AFTER_DEATH: AFTER_DEATH_SAID}
"""How doubts of the platform's own end: nobody complained."""
STATES_SAID: Mapping[CaseState, Words] = {
    CaseState.OPEN: Words("Chờ xem", "Waiting"),
    CaseState.PROPOSED: Words("Chờ người thứ hai", "Waits for a second person"),
    CaseState.DECIDED: Words("Đã có kết luận", "Decided"),
}


LEVELS_SAID: Mapping[Rung, Words] = {
    Rung.DESK: Words("nơi tiếp nhận", "the desk"),
    Rung.DISTRICT: Words("quận, huyện", "the district"),
    Rung.PROVINCE: Words("tỉnh, thành phố", "the province"),
}
"""Who answers for a case."""


def level_said(level: Rung) -> str:
    """Say who answers for a case."""
    return said(LEVELS_SAID[level])


def kind_said(code: str) -> str:
    """Say what is to be mended."""
    kind = mending.complaint_kinds().get(code)
    return said(Words(kind.label_vi, kind.label_en)) if kind else t("Việc khác", "Something else")


def reason_said(code: str) -> str:
    """Say by which listed reason a correction was turned down; "" if none was named."""
    reason = mending.reject_reasons().get(code)
    return said(Words(reason.label_vi, reason.label_en)) if reason else ""


def outcome_said(outcome: Outcome, kind: str = "") -> str:
    """Say how a case of a kind ends."""
    return said(_SAID_OF.get(kind, OUTCOMES_SAID)[outcome])


def ending_said(state: CaseState, outcome: Outcome | None, kind: str = "") -> str:
    """Say where a case stands, or how it ended."""
    return outcome_said(outcome, kind) if state is CaseState.DECIDED and outcome else said(STATES_SAID[state])
