"""What is said of a reaction after a dose: what was seen, and what was done. The chair writes it, the office reads it."""

from __future__ import annotations

from collections.abc import Sequence

from tiemchung.faces.shared.words import Words, said, t

ACTIONS = {
    "adrenaline": Words("Adrenalin", "Adrenaline"),
    "team-called": Words("Gọi đội cấp cứu", "Emergency team called"),
    "team-arrived": Words("Đội cấp cứu đến", "Emergency team arrived"),
    "oxygen": Words("Thở ôxy", "Oxygen"),
    "taken-to-hospital": Words("Chuyển bệnh viện", "Taken to a hospital"),
    "better": Words("Đã ổn", "Recovered"),
    "laid-down-and-watched": Words("Cho nằm, theo dõi", "Laid down and watched"),
}
"""What is done for somebody who reacts, each with the minute it was done. No dose is named here: the protocol does that."""
VITALS, TEAM = "vitals", "team"
SIGNS = {
    "temp_c": (Words("Nhiệt độ (°C)", "Temperature (°C)"), 30, 45),
    "pulse_bpm": (Words("Mạch (lần/phút)", "Pulse (per minute)"), 20, 250),
    "systolic_mmhg": (Words("Huyết áp tâm thu (mmHg)", "Systolic pressure (mmHg)"), 40, 300),
    "diastolic_mmhg": (Words("Huyết áp tâm trương (mmHg)", "Diastolic pressure (mmHg)"), 20, 200),
    "respiration_per_min": (Words("Nhịp thở (lần/phút)", "Breaths (per minute)"), 4, 80),
    "spo2_percent": (Words("SpO₂ (%)", "SpO₂ (%)"), 40, 100),
}
"""Vital signs with the numbers a body can have: bounds of ours that only catch slips of the finger."""
SEEN = {
    "injection-site-pain": Words("đau chỗ tiêm", "pain where injected"),
    "dizziness": Words("chóng mặt", "dizziness"),
    "headache": Words("nhức đầu", "headache"),
    "nausea": Words("buồn nôn", "nausea"),
    "rash": Words("nổi mẩn", "rash"),
    "hives": Words("nổi mề đay", "hives"),
    "fever": Words("sốt", "fever"),
}
"""Signs that tablets tell by a code. What a nurse writes in her own words stays as it is."""


def action_told(what: str) -> str:
    """Say an action in the request's language; what was written in words stays as it was."""
    if what.startswith(f"{VITALS}: "):
        pairs = [pair.partition(" ") for pair in what.removeprefix(f"{VITALS}: ").split(", ")]
        told = [f"{said(SIGNS[code][0]) if code in SIGNS else code} {value}" for code, _, value in pairs]
        return t("Đo: {told}", "Measured: {told}", told=", ".join(told))
    if what.startswith(f"{TEAM}: "):
        return t("Người xử trí: {told}", "Treated by: {told}", told=what.removeprefix(f"{TEAM}: "))
    return said(ACTIONS[what]) if what in ACTIONS else what


def signs_told(signs: Sequence[str], *, nothing: str = "–") -> str:
    """Say what was seen, codes in the request's language."""
    return ", ".join(said(SEEN[sign]) if sign in SEEN else sign for sign in signs) or nothing
