"""Where somebody lives: units one below the other, in the division in force, or by the names that people still use.

Since July 2025 a commune may be named as it was called before. What is kept is the commune of today: where the old one was
split, the page asks in which of its heirs somebody lives now.
"""

from __future__ import annotations

from typing import Any

from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era, Unit
from tiemchung.faces.shared.citizens import CitizenRequest
from tiemchung.faces.shared.divisions import in_force
from tiemchung.faces.shared.words import t

Told = dict[str, str]
Taken = tuple[Told, dict[str, str]]
OLD, NEW = "old", "new"
"""By which names somebody chooses once there are two: those before July 2025, or those since."""
HEIR = "heir"
"""The question behind an old commune that was split."""
_NOTHING = {"province": "", "district": "", "commune": "", HEIR: ""}
_LEVELS = ("province", "district", "commune")


def units_page(told: Told) -> dict[str, Any]:
    """Return the list to choose from next: provinces, then districts where there are any, then communes."""
    era = _era(told)
    if told.get(HEIR):
        units, level, above = _heirs(told[HEIR]), HEIR, told[HEIR]
    else:
        above = told.get("district") or told.get("province") or ""
        units = places.children(era, above or None)
        level = units[0].level.value if units else "commune"
    return {
        "units": sorted(units, key=lambda unit: unit.name),
        "level": level,
        "chosen_units": [unit.display_name for unit in places.unit_path(above, era)] if above else [],
        "by_old": era is not in_force(),
        "both": in_force() is Era.Y2025,
    }


def take_commune(request: CitizenRequest, told: Told) -> Taken:
    """Take a unit that was chosen from the list; a wider choice undoes the narrower ones, other names undo all."""
    form = request.POST
    if form.get("by") in {OLD, NEW} and in_force() is Era.Y2025:
        return {**_NOTHING, "by": form["by"]}, {}
    if form.get("restart"):
        return dict(_NOTHING), {}
    level, code = form.get("level", ""), form.get("unit", "")
    if level == HEIR:
        chosen = code in {unit.code for unit in _heirs(told.get(HEIR, ""))}
        return ({**_NOTHING, "commune": code}, {}) if chosen else ({}, _no_place())
    unit = places.unit(_era(told), code)
    if level not in _LEVELS or unit is None or unit.level != level:
        return {}, _no_place()
    if level == "commune" and unit.era is not in_force():
        return _since_2025(unit)
    narrower = dict.fromkeys(_LEVELS[_LEVELS.index(level) + 1 :], "")
    return {level: code, **narrower}, {}


def _era(told: Told) -> Era:
    return Era.Y2021 if told.get("by") == OLD else in_force()


def _since_2025(commune: Unit) -> Taken:
    heirs = _heirs(commune.code)
    if not heirs:
        words = t(
            "Không rõ nơi này nay thuộc xã, phường nào. Chọn theo tên từ tháng 7 năm 2025.",
            "Nobody knows to which commune this place belongs now. Choose by the names since July 2025.",
        )
        return {}, {"unit": words}
    if len(heirs) > 1:
        return {HEIR: commune.code, "commune": ""}, {}
    return {"commune": heirs[0].code}, {}


def _heirs(old: str) -> list[Unit]:
    found = (places.unit(Era.Y2025, pair.new_code) for pair in places.heirs(old))
    return [unit for unit in found if unit]


def _no_place() -> dict[str, str]:
    return {"unit": t("Chọn một nơi trong danh sách.", "Choose a place from the list.")}
