"""Zones, lines and a part of a picture, drawn over what a camera sees."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from fleet.scenes.shot import Moment, Place
from fleet.scenes.take import take
from tests.journeys.editing import SOON, call, centre, choose, drag, nodes_of, open_flow, saved
from tests.journeys.product import ROOT, Product

pytestmark = pytest.mark.xdist_group("editor")
GALLERY = ROOT / "gallery" / "helmet"
REGISTRY: dict[str, Any] = json.loads((GALLERY / "registry.json").read_text("utf-8"))
YARD = {"id": "yard_camera", "topic": "yard/{device}/picture", "fields": [{"name": "picture", "type": "image"}]}
_SIZE = """async src => {
  const image = new Image()
  image.src = src
  await image.decode()
  return [image.naturalWidth, image.naturalHeight]
}"""
PRESS = [{"x": 0.1, "y": 0.6}, {"x": 0.5, "y": 0.6}, {"x": 0.5, "y": 0.95}]


@contextmanager
def synthetic_cameras(product: Product) -> Iterator[None]:
    """The cameras of the helmet scenario, as `python -m fleet` runs them."""
    command = [sys.executable, "-m", "fleet", "run", str(GALLERY / "fleet.json"), "--broker", product.broker_url()]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def flow_of(**params: Any) -> dict[str, Any]:
    return {"suiro": 1, "name": "Hall", "nodes": [
        {"id": "hall", "kind": "devices", "params": {"type": "hall_camera"}},
        {"id": "look", "kind": "detect", "from": ["hall"], "params": {"image": "picture"}},
        {"id": "areas", "kind": "zones", "from": ["look"], "params": params},
        {"id": "ask", "kind": "ai_vision", "from": ["hall"], "params": {
            "image": "picture", "prompt": "Is the door open?", "fields": [{"name": "open", "type": "boolean"}]}},
    ]}  # fmt: skip


def at(drawing: Locator, x: float, y: float) -> tuple[float, float]:
    """A place of the picture on the screen."""
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def params(page: Page, node: str = "areas") -> dict[str, Any]:
    return dict(nodes_of(saved(page))[node]["params"])


def test_zones_and_a_line_are_drawn_over_the_newest_picture_of_a_camera(page: Page, product: Product) -> None:
    page.goto("/inbox/")
    call(page, "PUT", "/api/registry", {"types": REGISTRY["types"], "devices": REGISTRY["devices"]})
    stills: list[tuple[str, int]] = []
    page.on("response", lambda heard: stills.append((heard.url, heard.status)) if "/pictures/" in heard.url else None)
    with synthetic_cameras(product):
        open_flow(page, flow_of(zones=[{"name": "Press", "polygon": PRESS}]))
        choose(page, "areas")
        zones, lines = page.get_by_test_id("param-zones-drawing"), page.get_by_test_id("param-lines-drawing")
        expect(page.get_by_test_id("param-zones-picture")).to_be_attached(timeout=SOON)
        cameras = page.get_by_test_id("param-zones-camera")
        expect(cameras.locator("option")).to_have_text(["Hall camera 1", "Hall camera 2"], timeout=SOON)
        cameras.select_option(label="Hall camera 2")
        picture = page.get_by_test_id("param-zones-picture")
        expect(picture).to_have_attribute("href", "/pictures/hall-cam-2/picture")
        assert page.evaluate(_SIZE, picture.get_attribute("href")) == [320, 240]
        assert {status for _, status in stills} == {200}

    corners = zones.get_by_role("button")
    expect(corners).to_have_count(3)
    page.mouse.click(*at(zones, 0.1, 0.95))
    expect(corners).to_have_count(4)
    drag(page, centre(corners.nth(0)), at(zones, 0.2, 0.5))
    corners.nth(1).focus()
    page.keyboard.press("Shift+ArrowUp")
    polygon = params(page)["zones"][0]["polygon"]
    assert polygon[0] == {"x": pytest.approx(0.2, abs=0.01), "y": pytest.approx(0.5, abs=0.01)}
    assert polygon[1] == {"x": 0.5, "y": pytest.approx(0.6 - 10 / 240, abs=0.002)}
    assert polygon[3] == {"x": pytest.approx(0.1, abs=0.01), "y": pytest.approx(0.95, abs=0.01)}
    corners.nth(3).focus()
    page.keyboard.press("Delete")
    expect(corners).to_have_count(3)

    page.get_by_test_id("param-zones-add").click()
    expect(corners).to_have_count(4)
    page.get_by_test_id("param-zones-name-1").fill("Door")
    assert [zone["name"] for zone in params(page)["zones"]] == ["Press", "Door"]
    page.get_by_test_id("param-zones-draw-0").click()
    expect(corners).to_have_count(3)

    page.mouse.click(*at(lines, 0.2, 0.4))
    page.mouse.click(*at(lines, 0.8, 0.4))
    page.mouse.click(*at(lines, 0.5, 0.9))
    expect(lines.get_by_role("button")).to_have_count(2)
    (line,) = params(page)["lines"]
    assert (line["from"]["x"], line["to"]["x"]) == (pytest.approx(0.2, abs=0.01), pytest.approx(0.8, abs=0.01))
    page.get_by_role("button", name="Turn the direction around").click()
    (turned,) = params(page)["lines"]
    assert (turned["from"], turned["to"]) == (line["to"], line["from"])


def test_a_part_is_chosen_large_over_a_picture_of_this_computer_that_is_sent_nowhere(
    page: Page, tmp_path: Path
) -> None:
    page.goto("/inbox/")
    call(page, "PUT", "/api/registry", {"types": [YARD]})
    flow = flow_of(lines=[{"name": "door", "from": {"x": 0, "y": 0.5}, "to": {"x": 1, "y": 0.5}}])
    flow["nodes"][0]["params"]["type"] = "yard_camera"
    open_flow(page, flow)
    choose(page, "ask")
    drawing = page.get_by_test_id("param-crop-drawing")
    frame = page.get_by_test_id("param-crop")
    expect(frame).to_contain_text("No picture of a camera has come yet")
    still = tmp_path / "hall.jpg"
    take("helmet", Place(("yard",)), Moment(0, {"people": 2.0}), 1_600).image.save(still)
    bodies: list[bytes] = []
    page.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
    page.get_by_test_id("param-crop-file").set_input_files(still)
    expect(page.get_by_test_id("param-crop-picture")).to_be_attached()
    page.get_by_test_id("param-crop-add").click()
    expect(drawing.get_by_role("button")).to_have_count(2)
    frame.get_by_role("button", name="Draw large").click()
    big = page.get_by_test_id("param-crop-big-drawing")
    drag(page, centre(big.get_by_role("button").nth(0)), at(big, 0.1, 0.2))
    page.keyboard.press("Escape")
    expect(big).to_have_count(0)
    crop = params(page, "ask")["crop"]
    assert crop == {
        "left": pytest.approx(0.1, abs=0.01),
        "top": pytest.approx(0.2, abs=0.01),
        "right": 0.75,
        "bottom": 0.75,
    }
    assert not any(b"\xff\xd8\xff" in body for body in bodies)
    assert max(map(len, bodies)) < len(still.read_bytes())
    frame.get_by_role("button", name="Remove the part").click()
    assert "crop" not in params(page, "ask")
