"""What can be done in certificates: see where doses stand, sign and revoke what follows, know whom to believe, verify."""

from __future__ import annotations

from tiemchung.domain.certificates.actions.preparing import prepare, renew_passes
from tiemchung.domain.certificates.actions.publishing import LISTS, LOG, list_key, signed
from tiemchung.domain.certificates.actions.signing import issue
from tiemchung.domain.certificates.actions.trusting import load_trust_list, replace_trust_list, verify

__all__ = [
    "LISTS",
    "LOG",
    "issue",
    "list_key",
    "load_trust_list",
    "prepare",
    "renew_passes",
    "replace_trust_list",
    "signed",
    "verify",
]
