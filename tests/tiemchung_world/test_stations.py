from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung_world import mint, replay, stations

DAY = date(2021, 9, 17)


def test_stations_without_a_source_tree_say_so(tmp_path: Path) -> None:
    with pytest.raises(stations.NoStationsError, match="needs a source tree"):
        stations.find_node(tmp_path)


def test_stations_without_the_frontend_s_packages_say_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "station").mkdir()
    (tmp_path / "station" / "headless.mjs").touch()
    with pytest.raises(stations.NoStationsError, match="run `npm ci` in"):
        stations.find_node(tmp_path)


def test_a_replay_with_stations_and_no_node_ends_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for needed in ("station/headless.mjs", "node_modules/typescript/bin/tsc"):
        (tmp_path / needed).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / needed).touch()
    monkeypatch.setattr(stations, "FRONTEND", tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match="no `node` is on the PATH"):
        replay.main(["--station-clients", "1"])


class Core:
    """The app's core as `compare_desks` asks it: what a tablet sees at each look, the last for ever."""

    def __init__(self, *looks: set[str]) -> None:
        self.looks = list(looks)
        self.fetched = 0

    def ask(self, what: str, device: str, **told: object) -> dict[str, object]:
        del device
        if what == "send":
            assert told["all"]
            self.fetched += 1
            return {"answers": []}
        seen = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return {"day": DAY.isoformat(), "doses": sorted(seen)}


def tablet(core: Core | Begun, *given: str, voided: str = "") -> stations.StationTablet:
    """Return a tablet of a site that wrote these doses today."""
    return stations.StationTablet(
        device=uuid4(),
        site="79-0001",
        key=ec.generate_private_key(ec.SECP256R1()),
        stations=core,  # type: ignore[arg-type]  # asks and answers alike
        given=dict.fromkeys(given, DAY),
        voided={voided} - {""},
    )


def test_the_same_run_loses_the_same_answers() -> None:
    """The center names a tablet anew in each run; what is drawn by chance hangs on the run's seed alone."""
    assert "Math.random" not in (stations.FRONTEND / "station" / "headless.mjs").read_text(encoding="utf-8")
    told = [Begun() for _ in range(3)]
    for core, site in zip(told, ("79-0001", "79-0001", "79-0002"), strict=True):
        one = tablet(core)
        one.key = mint.private_key("tablet", 7, "run", 1, site, 1)
        one.begin({"server_key": "", "sealing_key": ""}, origin="", staff="", at_ms=0)
    assert told[0].seed == told[1].seed != told[2].seed


class Begun:
    """The app's core, as far as it hears what a tablet begins with."""

    seed = -1

    def ask(self, what: str, device: str, *, seed: int, **told: object) -> dict[str, object]:
        del device, told
        assert what == "begin"
        assert 0 <= seed < 1 << 32
        self.seed = seed
        return {}


def test_desks_that_all_see_what_was_given_and_not_voided_agree() -> None:
    cores = Core({"a", "b"}), Core({"a", "b"})
    assert stations.compare_desks([tablet(cores[0], "a", "b", "c"), tablet(cores[1], voided="c")], DAY) == 2


def test_a_desk_asks_again_for_what_the_center_has_not_handed_on_yet() -> None:
    cores = Core({"a"}), Core(set(), {"a"})
    assert stations.compare_desks([tablet(cores[0], "a"), tablet(cores[1])], DAY) == 1
    assert [core.fetched for core in cores] == [1, 2]


@pytest.mark.parametrize("seen", [set[str](), {"a", "b"}], ids=["too few", "too many"])
def test_desks_that_never_agree_are_told_with_the_day_that_the_tablet_has(seen: set[str]) -> None:
    with pytest.raises(stations.DesksDifferError, match=f"its day is {DAY}"):
        stations.compare_desks([tablet(Core({"a"}), "a"), tablet(Core(seen))], DAY, within_s=0)
