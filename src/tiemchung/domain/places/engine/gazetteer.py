"""The units of both eras in memory, asked for paths, subtrees, heirs and points."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from statistics import fmean

from tiemchung.domain.places.values import Era, HeirBasis, Level, Pair, Point, Unit
from tiemchung.kernel.names import search_key

UnitKey = tuple[Era, str]


class Gazetteer:
    """All units of both eras, in memory."""

    def __init__(self, units: Iterable[Unit], pairs: Iterable[Pair]) -> None:
        self.units: dict[UnitKey, Unit] = {(unit.era, unit.code): unit for unit in units}
        self._children: dict[tuple[Era, str | None], list[Unit]] = {}
        for unit in sorted(self.units.values(), key=lambda unit: unit.code):
            self._children.setdefault((unit.era, unit.parent), []).append(unit)
        self._of_level: dict[tuple[Era, Level], list[Unit]] = {}
        for unit in sorted(self.units.values(), key=lambda unit: unit.code):
            self._of_level.setdefault((unit.era, unit.level), []).append(unit)
        self._points: dict[UnitKey, Point | None] = {}
        self._heirs: dict[str, list[Pair]] = {}
        self._sources: dict[str, list[str]] = {}
        self._main_sources: dict[str, list[str]] = {}
        self._searched: dict[Era, list[tuple[str, Unit]]] = {}
        self._below: dict[UnitKey, list[Unit]] = {}
        self._both: dict[UnitKey, dict[Era, frozenset[str]]] = {}
        for pair in sorted(pairs, key=lambda pair: (not pair.main, pair.new_code)):
            self._heirs.setdefault(pair.old_code, []).append(pair)
            self._sources.setdefault(pair.new_code, []).append(pair.old_code)
            if pair.main:
                self._main_sources.setdefault(pair.new_code, []).append(pair.old_code)

    def unit(self, era: Era, code: str) -> Unit | None:
        """Return the unit of this code, None if there is none."""
        return self.units.get((era, code))

    def path(self, era: Era, code: str) -> list[Unit]:
        """Return the units from the province down to this one; empty if there is no such unit."""
        found = self.unit(era, code)
        path: list[Unit] = []
        while found:
            path.append(found)
            found = self.unit(era, found.parent) if found.parent else None
        return path[::-1]

    def children(self, era: Era, code: str | None) -> list[Unit]:
        """Return the units right below this one by code; without a code, the provinces of the era."""
        return list(self._children.get((era, code), ()))

    def of_level(self, era: Era, level: Level) -> list[Unit]:
        """Return all units of a level by code."""
        return list(self._of_level.get((era, level), ()))

    def search(self, era: Era, words: Sequence[str], *, limit: int) -> list[Unit]:
        """Return units of an era in whose name each of these words (of a search key) begins a word, the largest first."""
        keys = self._searched.setdefault(era, [])
        if not keys:
            units = [unit for level in Level for unit in self.of_level(era, level)]
            keys.extend((f" {search_key(unit.display_name)}", unit) for unit in units)
        hits = (unit for key, unit in keys if all(f" {word}" in key for word in words))
        return list(islice(hits, limit))

    def communes_named(self, era: Era, text: str) -> list[Unit]:
        """Return the communes whose whole name a text is, alone or with the units above behind it, nearest first.

        "Phường 1, Quận 3" and "ba dinh ha noi" name one; "Phường Ba" names none of those that begin so.
        """
        wanted, found = _name_key(text.replace(",", " ")), []
        for commune in self.of_level(era, Level.COMMUNE):
            ways = {_name_key(name) for name in (commune.display_name, commune.name)} - {""}
            if any(f"{wanted} ".startswith(f"{way} ") for way in ways):
                for above in self.path(era, commune.code)[-2::-1]:
                    names = [_name_key(above.display_name), _name_key(above.name)]
                    ways |= {f"{way} {name}" for way in ways for name in names}
                if wanted in ways:
                    found.append(commune)
        return found

    def below(self, era: Era, code: str) -> list[Unit]:
        """Return the communes of a subtree; a commune is its own."""
        return list(self._communes_below(era, code))

    def _communes_below(self, era: Era, code: str) -> list[Unit]:
        told, found = self._below.get((era, code)), self.unit(era, code)
        if told is not None or found is None:
            return told or []
        below = self._children.get((era, code), ())
        told = [commune for child in below for commune in self._communes_below(era, child.code)]
        self._below[era, code] = [found] if found.level is Level.COMMUNE else told
        return self._below[era, code]

    def heirs(self, old_code: str) -> list[Pair]:
        """Return the pairs of a commune of 2021, its main heir first; empty if it has none."""
        return list(self._heirs.get(old_code, ()))

    def sharing_ground(self, code: str) -> frozenset[str]:
        """Return a commune's number with those of the other era that share ground with it, read as of either era."""
        heirs = (pair.new_code for pair in self._heirs.get(code, ()))
        return frozenset((code, *heirs, *self._sources.get(code, ())))

    def main_heir(self, old_code: str) -> str | None:
        """Return the new commune that took over an old one, or the main one of several."""
        pairs = self._heirs.get(old_code)
        return pairs[0].new_code if pairs else None

    def without_pair(self, era: Era) -> list[Unit]:
        """Return the communes of an era to which no commune of the other corresponds."""
        paired = self._heirs if era is Era.Y2021 else {p.new_code for pairs in self._heirs.values() for p in pairs}
        return [unit for unit in self.of_level(era, Level.COMMUNE) if unit.code not in paired]

    def both_eras(self, era: Era, code: str) -> dict[Era, frozenset[str]]:
        """Return the codes of the communes of a subtree in both eras.

        A commune of the other era is taken along only if the whole of it belongs here, counted by main heirs: nobody
        reaches a neighbor's people because a border was drawn anew. Told once, it is remembered: every page of an office asks.
        """
        told, unit = self._both.get((era, code)), self.unit(era, code)
        if unit is None:
            return {Era.Y2021: frozenset(), Era.Y2025: frozenset()}
        if told is None:
            told = self._both[era, code] = self._found_in_both(era, code, unit)
        return told

    def _found_in_both(self, era: Era, code: str, unit: Unit) -> dict[Era, frozenset[str]]:
        own = frozenset(commune.code for commune in self.below(era, code))
        if era is Era.Y2025:
            old = {source for commune in own for source in self._main_sources.get(commune, ())}
            if unit.level is Level.PROVINCE:
                merged = [p.code for p in self.children(Era.Y2021, None) if p.successor == code]
                old |= {commune.code for province in merged for commune in self.below(Era.Y2021, province)}
            return {Era.Y2021: frozenset(old), Era.Y2025: own}
        new = {heir for commune in own if (heir := self.main_heir(commune))}
        whole = frozenset(heir for heir in new if self._known_sources(heir) <= own)
        return {Era.Y2021: own, Era.Y2025: whole}

    def touching(self, era: Era, code: str) -> dict[UnitKey, bool]:
        """Return every unit of either era that shares ground with this one: True where the whole of this one lies in it.

        Over the crosswalk it is told by communes: of a commune that was split nobody knows the part, so that no heir has
        the whole of it.
        """
        path = self.path(era, code)
        if not path:
            return {}
        found = dict.fromkeys(((era, unit.code) for unit in self._inside(era, code)), False)
        found |= dict.fromkeys(((era, unit.code) for unit in path), True)
        other = Era.Y2021 if era is Era.Y2025 else Era.Y2025
        met = {each for commune in self.below(era, code) for each in self._across(era, commune.code)}
        shared = Counter(unit.code for commune in met for unit in self.path(other, commune))
        found |= {(other, unit): communes == len(met) for unit, communes in shared.items()}
        if era is Era.Y2021 and path[0].successor:
            found[other, path[0].successor] = True
        return found

    def _inside(self, era: Era, code: str) -> Iterator[Unit]:
        for child in self.children(era, code):
            yield child
            yield from self._inside(era, child.code)

    def _across(self, era: Era, commune: str) -> list[str]:
        """Return the communes of the other era that share ground with this one."""
        return self._sources.get(commune, []) if era is Era.Y2025 else [pair.new_code for pair in self.heirs(commune)]

    def point(self, era: Era, code: str) -> Point | None:
        """Return where a unit is drawn: the middle of its main heir, of several communes the mean of theirs."""
        if (era, code) not in self._points:
            self._points[era, code] = self._found_point(era, code)
        return self._points[era, code]

    def heir_of_site(self, commune: str, lon: float | None, lat: float | None) -> tuple[str | None, HeirBasis]:
        """Return the commune of 2025 in which a site told in a commune of 2021 stands, and how that was found."""
        pairs = self.heirs(commune)
        if pairs and pairs[0].whole:
            return pairs[0].new_code, HeirBasis.WHOLE
        if lon is not None and lat is not None:
            nearest = self._nearest(self._possible_heirs(commune, pairs), lon, lat)
            if nearest:
                return nearest, HeirBasis.COORDINATES
        return (pairs[0].new_code, HeirBasis.MAIN_HEIR) if pairs else (None, HeirBasis.PROVINCE_ONLY)

    def _found_point(self, era: Era, code: str) -> Point | None:
        unit = self.unit(era, code)
        if unit is None:
            return None
        if unit.lon is not None and unit.lat is not None:
            return Point(lon=unit.lon, lat=unit.lat, estimated=False)
        if unit.level is Level.COMMUNE:
            heir = self.main_heir(code)
            point = self.point(Era.Y2025, heir) if heir and era is Era.Y2021 else None
            return Point(lon=point.lon, lat=point.lat, estimated=True) if point else None
        points = [point for child in self.children(era, code) if (point := self.point(era, child.code))]
        if not points:
            return None
        return Point(lon=fmean(p.lon for p in points), lat=fmean(p.lat for p in points), estimated=True)

    def _known_sources(self, new_code: str) -> set[str]:
        return {code for code in self._main_sources.get(new_code, ()) if (Era.Y2021, code) in self.units}

    def _possible_heirs(self, commune: str, pairs: Sequence[Pair]) -> list[str]:
        if pairs:
            return [pair.new_code for pair in pairs]
        province = self.units[Era.Y2021, self.units[Era.Y2021, commune].province].successor
        return [unit.code for unit in self.below(Era.Y2025, province)] if province else []

    def _nearest(self, codes: Iterable[str], lon: float, lat: float) -> str | None:
        middles = {code: point for code in codes if (point := self.point(Era.Y2025, code))}
        # A degree of longitude is shorter than one of latitude by the cosine; at these distances that is near enough.
        shrink = math.cos(math.radians(lat))
        return min(
            middles,
            key=lambda code: (math.hypot((middles[code].lon - lon) * shrink, middles[code].lat - lat), code),
            default=None,
        )


def _name_key(text: str) -> str:
    """Return the key under which a place's whole name is compared: Phường 01 is Phường 1."""
    return " ".join(word.lstrip("0") or word for word in search_key(text).split())
