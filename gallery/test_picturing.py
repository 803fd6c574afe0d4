"""What a scenario's runs look like: kept as they were played, known to be old when a file changes."""

import json
from pathlib import Path

from gallery.picturing import keep
from gallery.played import kept, made_of
from gallery.scenario import Scenario
from gallery.test_play import scenario

SIGNALS = [{"device": "oven-1", "field": "t"}, {"device": "lamp-1", "field": "color"}]
RUNS = [
    {"name": {"ja": "a", "en": "a"}, "length": "2h"},
    {"name": {"ja": "b", "en": "b"}, "length": "10m", "faults": ["oven-1:hot@1m-3m"]},
]


def shown(folder: Path) -> Scenario:
    one = scenario(folder)
    about = json.loads((one.folder / "scenario.json").read_text("utf-8"))
    (one.folder / "scenario.json").write_text(json.dumps({**about, "signals": SIGNALS, "runs": RUNS}), "utf-8")
    return Scenario(one.folder)


def test_series_marks_and_faults_are_those_of_the_play(tmp_path: Path) -> None:
    calm, hot = keep(shown(tmp_path)).runs
    assert (calm.faults, calm.deeds, calm.length) == ([], [], 7_200_000)
    assert len(calm.series[0].points) <= 130, "two hours of readings, thinned"
    assert [(fault.fault, fault.start, fault.end) for fault in hot.faults] == [("hot", 60_000, 180_000)]
    assert [(deed.kind, deed.at) for deed in hot.deeds] == [("command", 90_000), ("notify", 90_000)]
    assert hot.series[1].words == [(0, "off"), (90_000, "red")]
    assert max(value for _, value in hot.series[0].points) == 100.0


def test_what_was_kept_is_old_when_a_file_changes_and_not_when_words_do(tmp_path: Path) -> None:
    one = shown(tmp_path)
    assert kept(one) is None
    played = keep(one)
    assert kept(Scenario(one.folder)) == played
    about = json.loads((one.folder / "scenario.json").read_text("utf-8"))
    (one.folder / "scenario.json").write_text(json.dumps({**about, "title": {"ja": "別", "en": "Else"}}), "utf-8")
    assert kept(Scenario(one.folder)) == played
    fleet = (one.folder / "fleet.json").read_text("utf-8")
    (one.folder / "fleet.json").write_text(fleet.replace('"add": {"t": 80}', '"add": {"t": 90}'), "utf-8")
    assert kept(Scenario(one.folder)) is None
    assert made_of(Scenario(one.folder)) != played.of
