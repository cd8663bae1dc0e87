from __future__ import annotations

from pathlib import Path

import pytest

from tiemchung_world import replay, stations


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
