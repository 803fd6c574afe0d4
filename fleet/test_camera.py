"""Cameras of the fleet: the same pictures every time, and what is in them is known."""

import base64
import io
import json
from contextlib import redirect_stdout
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from fleet.__main__ import main
from fleet.camera import MOST_BYTES
from fleet.description import Fleet, load
from fleet.moment import moment
from fleet.problem import FleetProblem
from fleet.record import record, switches
from fleet.scenes.look import jpeg
from fleet.scenes.shot import CLASSES, Moment, Place, dice, hidden, inside
from fleet.scenes.take import SCENES, take

GALLERY = Path(__file__).resolve().parents[1] / "gallery"
START = moment("2026-01-05T00:00:00Z")
ZONE = ((0.1, 0.6), (0.5, 0.55), (0.6, 0.95), (0.1, 0.95))


def fleet(tmp_path: Path, scenario: str = "helmet", **camera: Any) -> Fleet:
    described = json.loads((GALLERY / scenario / "fleet.json").read_text("utf-8"))
    described["types"][0]["camera"] |= {"truth": True, **camera}
    file = tmp_path / "fleet.json"
    file.write_text(json.dumps(described), "utf-8")
    return load(file)


def rows(described: Fleet, seconds: int, *faults: str, raw: bool = False) -> list[dict[str, Any]]:
    lines = record(described, START, seconds * 1000, switches(list(faults), described), raw=raw)
    return [
        line["data"] for line in lines if line.get("device") == "hall-cam-1" or "hall-cam-1" in line.get("topic", "")
    ]


def names(row: dict[str, Any]) -> list[str]:
    return [thing["class"] for thing in row["truth"]]


def test_the_same_start_gives_the_same_pictures_and_another_camera_others(tmp_path: Path) -> None:
    described = fleet(tmp_path)
    assert rows(described, 3) == rows(described, 3)
    first = {line["device"]: line["data"].get("picture") for line in record(described, START, 1000, [])}
    assert first["hall-cam-1"] != first["hall-cam-2"]


def test_a_fault_puts_somebody_without_a_helmet_into_the_zone(tmp_path: Path) -> None:
    seen = rows(fleet(tmp_path), 9, "hall-cam-1:no_helmet@3s-6s")
    bare = [[thing for thing in row["truth"] if thing["class"] == "person_without_helmet"] for row in seen]
    assert [len(some) for some in bare] == [0, 0, 0, 1, 1, 1, 0, 0, 0]
    zone = tuple(map(tuple, fleet(tmp_path).types[0].camera.zone))  # type: ignore[union-attr]
    for some in bare[3:6]:
        left, _, right, bottom = some[0]["box"]
        assert inside(((left + right) / 2, bottom), zone)  # type: ignore[arg-type]


def test_a_picture_that_stands_still_is_the_same_bytes_and_lights_out_is_dark(tmp_path: Path) -> None:
    stuck = rows(fleet(tmp_path), 4, "hall-cam-1:stuck@2s")
    assert stuck[1]["picture"] != stuck[0]["picture"]
    assert stuck[3]["picture"] == stuck[2]["picture"] == stuck[1]["picture"]
    bright, dark = (_mean(row["picture"]) for row in rows(fleet(tmp_path), 2, "hall-cam-1:dark@1s"))
    assert dark < bright / 2


def _mean(picture: bytes) -> float:
    return ImageStat.Stat(Image.open(io.BytesIO(picture)).convert("L")).mean[0]


def test_what_is_in_the_picture_is_told_only_where_the_description_asks_for_it(tmp_path: Path) -> None:
    (row,) = rows(fleet(tmp_path), 1)
    assert {"picture", "truth", "people", "bare", "light"} <= row.keys()
    (row,) = rows(load(GALLERY / "helmet" / "fleet.json"), 1)
    assert row.keys() == {"picture"}


def test_the_payload_carries_base64_and_the_recording_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (payload,) = rows(fleet(tmp_path, path="shot.jpeg"), 1, raw=True)
    assert Image.open(io.BytesIO(base64.b64decode(payload["shot"]["jpeg"]))).size == (320, 240)
    monkeypatch.chdir(tmp_path)
    out = io.TextIOWrapper(io.BytesIO())
    with redirect_stdout(out):
        assert main(["record", str(GALLERY / "gauge" / "fleet.json"), "--for", "6s"]) == 0
    out.seek(0)
    lines = [json.loads(line) for line in out]
    assert [line["data"]["picture"] for line in lines] == [
        {"$file": f"pictures/dial-cam-1/{START + seconds * 1000}-picture.jpg"} for seconds in (0, 5)
    ]
    assert Image.open(lines[0]["data"]["picture"]["$file"]).format == "JPEG"


def test_a_part_keeps_its_defect_while_it_is_on_the_belt() -> None:
    decided: dict[Any, Any] = {}
    place = Place(("belt",))
    before = take("parts", place, Moment(60_000, {"defects": 0.0}, decided)).things
    after = take("parts", place, Moment(61_000, {"defects": 1.0}, decided)).things
    assert [thing.name for thing in before] == ["part_ok"] * len(before)
    assert sum(thing.name == "part_ok" for thing in after) >= len(before) - 1
    later = take("parts", place, Moment(120_000, {"defects": 1.0}, decided)).things
    assert all(thing.name != "part_ok" for thing in later)
    assert len(decided) == 5


def test_people_walk_without_jumps_and_keep_to_where_they_belong() -> None:
    place = Place(("hall",), zone=ZONE)
    for manner, wanted in (("inside", {True}), ("crossing", {True, False}), ("none", {False})):
        feet = []
        for at in range(0, 60_000, 500):
            (thing,) = take("helmet", place, Moment(at, {"people": 1, "bare": 0, manner: 1})).things or [None]
            if thing is not None:
                feet.append(((thing.box[0] + thing.box[2]) / 2, thing.box[3]))
        assert {inside((x, min(y, 0.999) - 0.01), ZONE) for x, y in feet} == wanted
        steps = [abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(feet)]
        assert max(steps) < 0.12


@pytest.mark.parametrize(("scene", "value"), [("gauge", "value"), ("truck_bed", "load")])
def test_another_value_is_another_picture_and_its_truth(scene: str, value: str) -> None:
    place = Place((scene,), high=100.0)
    low, high = (take(scene, place, Moment(0, {value: number})) for number in (20.0, 80.0))
    assert (low.things[0].value, high.things[0].value) == (0.2, 0.8)
    assert low.things[0].box == high.things[0].box
    apart = ImageChops.difference(low.image, high.image).convert("L").point(lambda part: 255 if part > 40 else 0)
    left, top, right, bottom = apart.getbbox() or (0, 0, 0, 0)
    x0, y0, x1, y1 = low.things[0].box
    assert x0 * 320 - 4 <= left <= right <= x1 * 320 + 4
    assert y0 * 240 - 4 <= top <= bottom <= y1 * 240 + 4


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_every_picture_is_small_and_its_truth_lies_in_it(scene: str) -> None:
    for number in range(6):
        place = Place((scene, number), "training" if number % 2 else "plant", zone=ZONE)
        values = {"people": 3, "bare": 2, "defects": 0.5, "value": 0.3, "load": 40, "light": 1.2}
        shot = take(scene, place, Moment(number * 7_777, values), width=640)
        assert shot.image.size == (640, 480)
        assert len(jpeg(shot.image, place, MOST_BYTES)) <= MOST_BYTES
        assert {thing.name for thing in shot.things} <= {
            *CLASSES,
            *SCENES,
        }  # what is only read has the name of its scene
        for thing in shot.things:
            left, top, right, bottom = thing.box
            assert 0 <= left < right <= 1
            assert 0 <= top < bottom <= 1


def test_a_picture_that_would_be_too_large_becomes_coarser() -> None:
    noise = Image.frombytes("RGB", (640, 480), dice("noise").randbytes(640 * 480 * 3))
    place = Place(("noise",))
    assert len(jpeg(noise, place, MOST_BYTES)) <= MOST_BYTES < len(jpeg(noise, place, 10**6))
    with pytest.raises(ValueError, match="no JPEG"):
        jpeg(noise, place, 1_000)


def test_what_is_hidden_or_outside_is_known() -> None:
    assert hidden((0.2, 0.2, 0.4, 0.4), []) == 0
    assert hidden((0.2, 0.2, 0.4, 0.4), [(0.3, 0.0, 1.0, 1.0)]) == 0.5
    assert hidden((0.9, 0.2, 1.1, 0.4), []) == 0.5


@pytest.mark.parametrize(
    ("camera", "part"),
    [
        ({"scene": "moon"}, "scene"), ({"width": 5000}, "width"), ({"zone": [[0, 2], [1, 1], [0, 1]]}, "zone"),
        ({"name": "people"}, "no signal"), ({"lens": 3}, "lens"),
    ],
)  # fmt: skip
def test_a_camera_that_makes_no_sense_is_refused(tmp_path: Path, camera: dict[str, Any], part: str) -> None:
    with pytest.raises(FleetProblem) as caught:
        fleet(tmp_path, **camera)
    assert part in caught.value.en
