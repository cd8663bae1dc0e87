from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.certificates.rules import standing
from tiemchung.domain.certificates.values import Reason, Standing, State
from tiemchung.domain.immunization.values import FINDING_BITS, DoseStatus, mask_of

FINDINGS = st.sets(st.sampled_from(sorted(FINDING_BITS))).map(mask_of)


@pytest.mark.parametrize(
    ("status", "codes", "proved", "expected"),
    [
        (DoseStatus.ATTESTED, [], True, Standing(State.READY, Reason.NONE)),
        (DoseStatus.ATTESTED, [], False, Standing(State.WAITING, Reason.PERSON_NOT_PROVED)),
        (DoseStatus.ATTESTED, ["late"], True, Standing(State.WITHHELD, Reason.LATE)),
        (DoseStatus.ATTESTED, ["told-number-differs"], True, Standing(State.READY, Reason.NONE)),
        (DoseStatus.ATTESTED, ["time-implausible"], True, Standing(State.WITHHELD, Reason.DATE_UNKNOWN)),
        (DoseStatus.WAITING, [], True, Standing(State.WAITING, Reason.NOT_ATTESTED)),
        (DoseStatus.WAITING, ["told-number-differs"], True, Standing(State.WAITING, Reason.NOT_ATTESTED)),
        (DoseStatus.WAITING, ["late"], True, Standing(State.WITHHELD, Reason.LATE)),
        (DoseStatus.WAITING, ["late", "backdated"], True, Standing(State.WITHHELD, Reason.BACKDATED)),
        (DoseStatus.WAITING, ["interval-too-short"], True, Standing(State.WITHHELD, Reason.FLAGGED)),
        (DoseStatus.VOIDED, [], True, Standing(State.WITHHELD, Reason.VOIDED)),
    ],
)
def test_where_a_dose_stands(status: DoseStatus, codes: list[str], proved: bool, expected: Standing) -> None:  # noqa: FBT001 - a table of cases
    assert standing(status, mask_of(codes), proved=proved) == expected


def test_an_attester_stands_for_the_findings_of_then_and_for_no_later_one() -> None:
    late, both = mask_of(["late"]), mask_of(["late", "interval-too-short"])
    assert standing(DoseStatus.ATTESTED, late, proved=True, answered=late).state is State.READY
    assert standing(DoseStatus.ATTESTED, both, proved=True, answered=late).state is State.WITHHELD


@given(status=st.sampled_from(DoseStatus), findings=FINDINGS, proved=st.booleans())
def test_only_an_attested_dose_of_a_proved_person_is_ready(status: DoseStatus, findings: int, proved: bool) -> None:  # noqa: FBT001 - hypothesis names what it gives
    stands = standing(status, findings, proved=proved)
    assert (stands.state is State.READY) == (stands.reason is Reason.NONE)
    if stands.state is State.READY:
        assert status is DoseStatus.ATTESTED
        assert proved
