"""The open figures that machines may take, as OpenAPI describes them: tables of units and series of days, as CSV."""

from __future__ import annotations

from tiemchung.faces.shared.openapi import CSV, NOT_THERE, Part, answer, operation, parameter

TAG = "figures"
_CLOCK = parameter("clock", "query", "days of the dose, or of its entry", {"type": "string", "enum": ["dose", "entry"]})
_SORT = parameter("sort", "query", "a column of the table; one that is none counts for nothing")
_CODE = {"type": "string", "pattern": "^[0-9]{2,5}$"}
_PLACES = {
    "/so-lieu/": ("tinh.csv", "Nation", "provinces of 2021"),
    "/so-lieu/{province}/": ("huyen.csv", "Province", "districts of a province of 2021"),
    "/so-lieu/{province}/{district}/": ("xa.csv", "District", "communes of a district of 2021"),
    "/so-lieu/{province}/{district}/{commune}/": ("diem.csv", "Commune", "sites of a commune of 2021"),
    "/so-lieu/2025/": ("tinh.csv", "NewNation", "provinces since 2025"),
    "/so-lieu/2025/{province}/": ("xa.csv", "NewProvince", "communes of a province since 2025"),
    "/so-lieu/2025/{province}/{commune}/": ("diem.csv", "NewCommune", "sites of a commune since 2025"),
}


def paths() -> dict[str, Part]:
    """Return the operations by address. Each file says in its first lines what it is, of which day, by which clock."""
    told: dict[str, Part] = {}
    for address, (table, name, words) in _PLACES.items():
        units = [
            parameter(each, "path", "the unit's code", _CODE)
            for each in ("province", "district", "commune")
            if f"{{{each}}}" in address
        ]
        answers = {"200": answer("CSV, UTF-8", CSV)} | ({"404": NOT_THERE} if units else {})
        told[address + table] = {
            "get": operation(f"table{name}", f"doses by unit: {words}", answers, tag=TAG, parameters=[*units, _SORT])
        }
        told[address + "ngay.csv"] = {
            "get": operation(f"days{name}", f"doses by day: {words}", answers, tag=TAG, parameters=[*units, _CLOCK])
        }
    return told
