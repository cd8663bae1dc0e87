"""Tables of access. `service` holds staff and devices, `citizens` accounts, links, proofs and codes."""

from __future__ import annotations

from tiemchung.domain.access.models.citizens import (
    Account,
    AskCount,
    ConfirmedPhone,
    Consent,
    DeskCode,
    Draft,
    Link,
    OneTimeCode,
    OwnRequest,
    PresenceGrant,
    Proof,
    ProofCode,
    SignIn,
    SpentCode,
)
from tiemchung.domain.access.models.service import (
    BundleIssue,
    Device,
    DeviceWord,
    Enrollment,
    RoleAssignment,
    SpentNonce,
    Staff,
    StaffPasskey,
    UnlockCode,
    Unlocking,
)

__all__ = [
    "Account",
    "AskCount",
    "BundleIssue",
    "ConfirmedPhone",
    "Consent",
    "DeskCode",
    "Device",
    "DeviceWord",
    "Draft",
    "Enrollment",
    "Link",
    "OneTimeCode",
    "OwnRequest",
    "PresenceGrant",
    "Proof",
    "ProofCode",
    "RoleAssignment",
    "SignIn",
    "SpentCode",
    "SpentNonce",
    "Staff",
    "StaffPasskey",
    "UnlockCode",
    "Unlocking",
]
