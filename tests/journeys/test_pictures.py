"""A camera's pictures come through the broker, stay with the worker, and are seen small on the dashboard and by its link."""

import base64
import json
import re
from io import BytesIO
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.brokers import wait_until
from tests.journeys.conftest import Product
from tests.journeys.editing import SOON, call, open_flow
from tests.journeys.test_plans import broker

pytestmark = pytest.mark.xdist_group("editor")
CAMERA: dict[str, Any] = {
    "id": "camera", "label": {"en": "camera", "ja": "カメラ"}, "topic": "cam/{device}/frame",
    "fields": [{"name": "frame", "type": "image", "label": {"en": "view", "ja": "映像"}}, {"name": "people", "type": "number"}],
}  # fmt: skip
GATE = {"id": "gate-cam", "type": "camera", "label": {"en": "Gate", "ja": "門"}}
WATCHED: dict[str, Any] = {"suiro": 1, "name": "Gate", "nodes": [
    {"id": "cams", "kind": "devices", "params": {"type": "camera"}},
    {"id": "many", "kind": "threshold", "from": ["cams"], "params": {"field": "people", "above": 3}},
    {"id": "tell", "kind": "notify", "from": ["many.entered"], "params": {"to": "shift-channel", "text": "{device}"}}]}  # fmt: skip
_COLOUR = """async image => {
  try { await image.decode() } catch { return null } // another one came meanwhile
  const canvas = new OffscreenCanvas(1, 1), drawn = canvas.getContext('2d')
  drawn.drawImage(image, 0, 0, 1, 1)
  return [...drawn.getImageData(0, 0, 1, 1).data].slice(0, 3).map(part => Math.round(part / 255))
}"""


def shoot(client: mqtt.Client, colour: str) -> None:
    out = BytesIO()
    Image.new("RGB", (1280, 960), colour).save(out, "JPEG")
    payload = json.dumps({"frame": base64.b64encode(out.getvalue()).decode(), "people": 1})
    client.publish("cam/gate-cam/frame", payload, qos=1).wait_for_publish(10)


def hear(client: mqtt.Client, tile: Locator) -> None:
    """Until a picture is seen: a worker says that a flow runs a moment before the broker sends it anything."""
    for _ in range(30):
        shoot(client, "#00ff00")
        try:
            expect(tile.locator("li")).to_have_count(1, timeout=1_000)
            return
        except AssertionError:
            continue
    raise AssertionError("no picture is seen")


def looks(seen: Page, colour: list[int]) -> None:
    """The tile's one picture comes to have this colour."""
    item = seen.locator("[data-tile='picture:cams.out:frame'] li")
    expect(item).to_have_count(1, timeout=SOON)
    expect(item).to_contain_text("Gate")
    wait_until(lambda: item.locator("img").evaluate(_COLOUR) == colour, 20, f"{colour}")
    assert item.locator("img").evaluate("image => image.naturalWidth") == 320


def test_the_last_picture_of_a_camera_is_on_the_dashboard_and_changes_with_the_next(
    page: Page, product: Product, browser: Browser
) -> None:
    page.goto("/inbox/")
    call(page, "PUT", "/api/me", {"lang": "en", "theme": "auto"})
    call(page, "PUT", "/api/registry", {"types": [CAMERA], "devices": [GATE]})
    flow = open_flow(page, WATCHED)
    call(page, "POST", f"/api/flows/{flow}/deploy", {})
    page.goto(f"/flows/{flow}/dashboard/")
    tile = page.locator("[data-tile='picture:cams.out:frame']")
    expect(tile).to_contain_text("No picture has come yet.")
    guests = browser.new_context(base_url=product.url)
    guest = guests.new_page()
    guest.goto(call(page, "POST", f"/api/flows/{flow}/dashboard/links", {})["url"])
    expect(page.locator("#flow-status")).to_have_attribute("data-status", "running", timeout=SOON)
    with broker(product) as client:
        hear(client, tile)
        for colour, shown in (("#ff0000", [1, 0, 0]), ("#0000ff", [0, 0, 1])):
            shoot(client, colour)
            for seen in (page, guest):
                looks(seen, shown)
    page.reload()
    expect(tile.locator("time")).to_contain_text(re.compile("ago|now"), timeout=SOON)
    guests.close()
    call(page, "POST", f"/api/flows/{flow}/stop")
