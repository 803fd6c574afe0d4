"""The pictures of the node pages show what the engine did, are the same each time, and carry nobody's markup."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from docs.generate import DOCS, HEADINGS, group_names, index_page, kind_page
from docs.timeline import Picture, picture
from docs.timeline.scene import Marks, Numbers, Scene
from docs.timeline.stage import scene_of
from nodes.action.store import Store
from nodes.filter.threshold import Threshold
from nodes.kit.catalog import GROUPS, Catalog, full_catalog
from nodes.kit.kind import Example, Kind
from nodes.source.devices import Devices

TAGS = {"svg", "title", "style", "text", "tspan", "rect", "path", "circle"}
LARGEST = 30_000
MARKUP = "<script>alert('x')</script> & \"\x00"


def example(title: str = "Too hot", device: str = "k1") -> Example:
    """Hot for two minutes, cool for one, hot for six: the second hold of five minutes is over at 8 m."""
    hot = {"device": device, "every": "30s", "data": {"temperature": 90.5}}
    return Example(
        title={"en": title, "ja": title},
        document={
            "suiro": 1,
            "name": "Too hot",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {
                    "id": "hot",
                    "kind": "threshold",
                    "from": ["kiln"],
                    "params": {"field": "temperature", "above": 80, "for": "5m"},
                },
                {"id": "keep", "kind": "store", "from": ["hot.entered"], "params": {"fields": ["temperature"]}},
            ],
            "tests": [
                {
                    "name": "the second hold",
                    "given": [
                        {**hot, "until": "2m"},
                        {"device": device, "at": "2m30s", "data": {"temperature": 60}},
                        {**hot, "from": "3m", "until": "9m"},
                        {"device": device, "at": "10m", "data": {"temperature": 55}},
                    ],
                    "expect": [{"node": "keep", "at": "8m"}],
                }
            ],
        },
    )


class Known(Threshold):
    examples = (example(),)


class Hostile(Threshold):
    examples = (example(MARKUP, MARKUP),)


def catalog(kind: type[Kind]) -> Catalog:
    return Catalog([Devices, kind, Store])


def marks(scene: Scene) -> dict[str, Marks]:
    return {lane.label: lane for section in scene.sections for lane in section.lanes if isinstance(lane, Marks)}


def elements(picture: Picture, tag: str, look: str) -> list[ElementTree.Element]:
    found = ElementTree.fromstring(picture.svg).iter(f"{{http://www.w3.org/2000/svg}}{tag}")
    return [element for element in found if look in (element.get("class") or "").split()]


def test_a_port_has_a_mark_at_each_moment_at_which_the_node_sent() -> None:
    scene = scene_of(Known, catalog(Known), "en")
    seconds = {
        name: [(mark.at - scene.clock.start) // 1000 for mark in lane.marks] for name, lane in marks(scene).items()
    }
    assert seconds == {"entered": [480], "cleared": [600]}


def test_a_hold_is_a_bar_that_ends_in_its_mark_or_where_it_was_broken() -> None:
    scene = scene_of(Known, catalog(Known), "en")
    bars = [((bar.start - scene.clock.start) // 1000, (bar.end - scene.clock.start) // 1000, bar.led, bar.cancelled)
            for bar in marks(scene)["entered"].bars]  # fmt: skip
    assert bars == [(0, 150, False, True), (180, 480, True, False)]
    assert marks(scene)["cleared"].bars == []


def test_a_reading_is_a_dot_and_what_it_is_compared_with_a_line() -> None:
    scene = scene_of(Known, catalog(Known), "en")
    lane = scene.sections[0].lanes[0]
    assert isinstance(lane, Numbers)
    assert (lane.label, lane.limits, len(lane.points)) == ("k1", [80.0], 20)


def test_marks_and_ticks_lie_on_one_axis() -> None:
    drawn = picture(Known, catalog(Known), "en")
    ticks = {text.text: float(text.get("x") or 0) for text in elements(drawn, "text", "tick")}
    minute = (ticks["10m"] - ticks["0"]) / 10
    circles = [float(circle.get("cx") or 0) for circle in elements(drawn, "circle", "mark")]
    assert circles == pytest.approx([ticks["0"] + 8 * minute, ticks["10m"]], abs=0.2)
    assert [text.text for text in elements(drawn, "text", "mark-text")] == ["8m", "10m"]


def test_texts_of_strangers_are_texts() -> None:
    drawn = picture(Hostile, catalog(Hostile), "en")
    shown = "".join(text.text or "" for text in elements(drawn, "text", "title"))
    assert shown.replace(" ", "") == MARKUP.replace("\x00", "\ufffd").replace(" ", "")
    assert "<script" not in drawn.svg
    tags(drawn)


def tags(drawn: Picture) -> None:
    """Only shapes and texts, and nothing in them that runs or is fetched."""
    for element in ElementTree.fromstring(drawn.svg).iter():
        assert element.tag.rpartition("}")[2] in TAGS
        assert not any(name.startswith("on") or "href" in name for name in element.attrib)
    assert "url(" not in drawn.svg
    assert "@import" not in drawn.svg


@pytest.mark.parametrize("lang", list(HEADINGS))
@pytest.mark.parametrize("kind", list(full_catalog()), ids=lambda kind: kind.id)
def test_every_kind_has_its_picture_small_and_the_same_each_time(kind: type[Kind], lang: str) -> None:
    drawn, again = (picture(kind, full_catalog(), lang) for _ in range(2))
    assert drawn == again
    assert len(drawn.svg.encode("utf-8")) < LARGEST
    tags(drawn)
    assert elements(drawn, "circle", "mark") or elements(drawn, "path", "dots")
    assert f"](../pictures/{kind.id}.{lang}.svg)" in kind_page(kind, lang, drawn.summary)


@pytest.mark.parametrize("lang", list(HEADINGS))
def test_the_index_names_each_kind_once_under_its_group_and_once_by_a_wish(lang: str) -> None:
    names = group_names(lang)
    assert list(names) == list(GROUPS)
    parts = re.split(r"^## ", index_page(full_catalog(), lang), flags=re.MULTILINE)[1:]
    assert [part.split("\n")[0] for part in parts[1:]] == list(names.values())
    kinds = [re.findall(r"\]\((\w+)\.md\)", part) for part in parts]
    assert kinds[0] == [id for part in kinds[1:] for id in part] == [kind.id for kind in full_catalog()]


@pytest.mark.parametrize(
    "page", sorted((DOCS / "nodes").rglob("*.md")), ids=lambda page: f"{page.parent.name}-{page.stem}"
)
def test_links_and_pictures_of_a_node_page_are_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+\.(?:md|svg))\)", page.read_text("utf-8"))
    assert targets
    assert all((page.parent / target).is_file() for target in targets)
