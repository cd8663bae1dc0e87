"""What is done in access. `devices`, `unlocking` and `service` are about tablets and staff, the others about citizens."""

from __future__ import annotations

from tiemchung.domain.access.actions.asking import forget_codes, forget_counts
from tiemchung.domain.access.actions.consents import TERMS, allow, withdraw_consent
from tiemchung.domain.access.actions.devices import (
    DEVICE_TERM,
    ENROLLMENT_TERM,
    confirm,
    enroll,
    enrollment_of,
    hear,
    is_address,
    keep_word,
    next_bundle_version,
    open_enrollment,
    revoke,
    stop_forked,
)
from tiemchung.domain.access.actions.drafts import drop_draft, keep_draft
from tiemchung.domain.access.actions.ending import end_other_years, replace_phones, withdraw_proofs
from tiemchung.domain.access.actions.partners import TOKEN_TERM, admit, admit_again, admit_by_code, bearer
from tiemchung.domain.access.actions.presence import (
    PRESENCE_TERM,
    code_of_book,
    count_look_up,
    open_as_told,
    open_by_code,
)
from tiemchung.domain.access.actions.proofs import (
    amend_claim,
    claim,
    confirm_phone,
    confirm_told_phone,
    end_link,
    issue_proof_code,
    prove_at_desk,
    prove_by_code,
    prove_by_phone,
    show_at_desk,
)
from tiemchung.domain.access.actions.relaying import note_relayed, open_envelope
from tiemchung.domain.access.actions.requests import answer_request, ask_about_own
from tiemchung.domain.access.actions.service import (
    NONCE_TERM,
    count_request,
    load_enrollments,
    load_staff,
    new_nonce,
    prove_request,
    set_first_password,
    verify_assertion,
)
from tiemchung.domain.access.actions.signing import (
    allow_codes,
    ask_code,
    check_code,
    end_sign_in,
    sign_out,
    sign_out_everywhere,
)
from tiemchung.domain.access.actions.unlocking import open_unlock_code, unlock_by_code, unlock_by_passkey

__all__ = [
    "DEVICE_TERM",
    "ENROLLMENT_TERM",
    "NONCE_TERM",
    "PRESENCE_TERM",
    "TERMS",
    "TOKEN_TERM",
    "admit",
    "admit_again",
    "admit_by_code",
    "allow",
    "allow_codes",
    "amend_claim",
    "answer_request",
    "ask_about_own",
    "ask_code",
    "bearer",
    "check_code",
    "claim",
    "code_of_book",
    "confirm",
    "confirm_phone",
    "confirm_told_phone",
    "count_look_up",
    "count_request",
    "drop_draft",
    "end_link",
    "end_other_years",
    "end_sign_in",
    "enroll",
    "enrollment_of",
    "forget_codes",
    "forget_counts",
    "hear",
    "is_address",
    "issue_proof_code",
    "keep_draft",
    "keep_word",
    "load_enrollments",
    "load_staff",
    "new_nonce",
    "next_bundle_version",
    "note_relayed",
    "open_as_told",
    "open_by_code",
    "open_enrollment",
    "open_envelope",
    "open_unlock_code",
    "prove_at_desk",
    "prove_by_code",
    "prove_by_phone",
    "prove_request",
    "replace_phones",
    "revoke",
    "set_first_password",
    "show_at_desk",
    "sign_out",
    "sign_out_everywhere",
    "stop_forked",
    "unlock_by_code",
    "unlock_by_passkey",
    "verify_assertion",
    "withdraw_consent",
    "withdraw_proofs",
]
