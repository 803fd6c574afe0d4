"""A plan is uploaded and tied to the earth; devices stand on it by hand or move by what they say over the broker."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, Response, expect

from tests.brokers import wait_until
from tests.journeys.conftest import Product
from tests.journeys.editing import SOON, call, centre, choose, drag, kiln_flow, nodes_of, open_flow, saved

pytestmark = pytest.mark.xdist_group("editor")
EXACT = 0.03
SOUTH_WEST, NORTH_EAST = (35.0, 139.0), (35.001, 139.0016)
CART: dict[str, Any] = {
    "id": "cart", "label": {"en": "cart", "ja": "台車"}, "topic": "yard/{device}/state",
    "fields": [{"name": "position", "type": "location"},
               {"name": "charge", "type": "number", "unit": "%", "label": {"en": "charge", "ja": "残量"}}],
}  # fmt: skip
CARTS = [{"id": f"cart-{n}", "type": "cart", "label": {"en": f"Cart {n}", "ja": f"台車{n}"}} for n in (1, 2)]
DOCK = [{"lat": 35.0006, "lon": 139.0009}, {"lat": 35.0006, "lon": 139.0015}, {"lat": 35.0009, "lon": 139.0015},
        {"lat": 35.0009, "lon": 139.0009}]  # fmt: skip


def yard_flow(name: str) -> dict[str, Any]:
    return {"suiro": 1, "name": name, "nodes": [
        {"id": "carts", "kind": "devices", "params": {"type": "cart"}},
        {"id": "dock", "kind": "geofence", "from": ["carts"], "params": {"field": "position", "areas": [
            {"name": "Dock", "polygon": DOCK}]}},
        {"id": "low", "kind": "threshold", "from": ["carts"], "params": {"field": "charge", "below": 10}},
        {"id": "tell", "kind": "notify", "from": ["dock.entered", "low.entered"],
         "params": {"to": "shift-channel", "text": "{device}"}}],
        "layout": {"nodes": {id: {"x": 300 * i, "y": 0} for i, id in enumerate(("carts", "dock", "low", "tell"))}},
    }  # fmt: skip


def drawn(folder: Path, name: str = "Yard.png") -> Path:
    image = Image.new("RGB", (800, 612), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 780, 592), outline="black", width=6)
    draw.rectangle((450, 60, 750, 260), outline="black", width=4)
    draw.line((20, 330, 450, 330), fill="black", width=4)
    out = BytesIO()
    image.save(out, "PNG")
    (folder / name).write_bytes(out.getvalue())
    return folder / name


@contextmanager
def broker(product: Product) -> Iterator[mqtt.Client]:
    url = urlsplit(product.broker_url())
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="yard")
    client.username_pw_set(url.username, url.password)
    client.connect(url.hostname or "", url.port or 1883)
    client.loop_start()
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def report(client: mqtt.Client, device: str, x: float, y: float, charge: float) -> None:
    """As parts of the yard from its north west, like on the plan."""
    lat = NORTH_EAST[0] - y * (NORTH_EAST[0] - SOUTH_WEST[0])
    lon = SOUTH_WEST[1] + x * (NORTH_EAST[1] - SOUTH_WEST[1])
    payload = {"position": {"lat": lat, "lon": lon}, "charge": charge}
    client.publish(f"yard/{device}/state", json.dumps(payload), qos=1).wait_for_publish(10)


def carts_report(client: mqtt.Client, value: Locator) -> None:
    """Until the first of them is seen: a worker says that a flow runs a moment before the broker sends it anything."""
    for _ in range(10):
        report(client, "cart-1", 0.2, 0.8, 64)
        report(client, "cart-2", 0.75, 0.25, 5)
        try:
            expect(value).to_have_text("64 %", timeout=3_000)
            return
        except AssertionError:
            continue
    expect(value).to_have_text("64 %")


def stands(marker: Locator, picture: Locator, spot: tuple[float, float], why: str = "") -> None:
    """Once nothing moves any more: the ground may be drawn anew between two looks."""
    wait_until(lambda: part_of(marker, picture) == pytest.approx(spot, abs=EXACT), 15, why or f"at {spot}")


def kept(answer: Response, right: Callable[[dict[str, Any]], bool]) -> bool:
    """Whether these are the places that were just put there."""
    return answer.url.endswith("/places") and answer.ok and right(answer.request.post_data_json["places"])


def part_of(marker: Locator, picture: Locator) -> tuple[float, float]:
    """Where a marker stands on the picture."""
    box = picture.bounding_box()
    x, y = centre(marker.locator(".map-dot"))
    assert box
    return (x - box["x"]) / box["width"], (y - box["y"]) / box["height"]


def upload(page: Page, file: Path) -> None:
    page.goto("/plans/")
    page.locator("#add").click()
    page.locator("#file").set_input_files(file)
    expect(page.locator("#plan-name")).to_have_value(file.stem)
    page.locator("#upload-save").click()
    expect(page.locator(".plan-name", has_text=file.stem)).to_be_visible()
    page.wait_for_load_state("load")


def tie(page: Page, name: str) -> None:
    """Its lower left and upper right corners: the first by a click, the second by keys and a click."""
    page.locator(".plan", has_text=name).get_by_role("button", name="Tie to the earth").click()
    expect(page.locator("#tie-image")).to_be_visible()
    page.locator("#tie-image").evaluate("image => image.decode()")
    box = page.locator("#tie-image").bounding_box()
    assert box
    for point, (lat, lon), (x, y) in (("a", SOUTH_WEST, (0.0, 1.0)), ("b", NORTH_EAST, (1.0, 0.0))):
        page.locator(f"#tie-{point}").fill(f"{lat}, {lon}")
        page.mouse.click(box["x"] + x * (box["width"] - 2) + 1, box["y"] + y * (box["height"] - 2) + 1)
    page.locator("#tie-form button.btn-primary").click()
    expect(page.locator(".plan", has_text=name).locator(".plan-tied")).to_have_text(re.compile(r"14\d m wide"))


def test_carts_move_over_a_plan_that_is_tied_as_they_say_and_a_guest_sees_it_too(
    page: Page, product: Product, browser: Browser, tmp_path: Path
) -> None:
    page.goto("/inbox/")
    call(page, "PUT", "/api/me", {"lang": "en", "theme": "auto"})
    call(page, "PUT", "/api/registry", {"types": [CART], "devices": CARTS})
    flow = open_flow(page, yard_flow("Yard"))
    call(page, "POST", f"/api/flows/{flow}/deploy", {})
    upload(page, drawn(tmp_path))
    tie(page, "Yard")
    page.goto(f"/flows/{flow}/dashboard/")
    expect(page.locator("#flow-status")).to_have_attribute("data-status", "running", timeout=SOON)
    with broker(product) as client:
        tile, one, two = (
            page.locator("[data-tile=map]"),
            *(page.locator(f".map-device[data-device=cart-{n}]") for n in (1, 2)),
        )
        carts_report(client, one.locator(".map-value"))
        expect(tile.locator(".map-line").first).to_be_attached()
        expect(tile.locator(".map-plan")).to_have_count(0)
        page.locator("#arrange").click()
        page.locator("#beneath").select_option("Yard")
        expect(tile.locator(".map-plan")).to_be_visible()
        page.locator("#arrange").click()
        expect(two).to_have_attribute("data-level", "over", timeout=SOON)
        expect(two.locator(".map-value")).to_have_text("5 %")
        stands(one, tile.locator(".map"), (0.2, 0.8))
        stands(two, tile.locator(".map"), (0.75, 0.25))
        expect(tile.locator(".map-zone-name")).to_have_text("Dock")
        guests = browser.new_context(base_url=product.url, viewport={"width": 390, "height": 844})
        guest = guests.new_page()
        guest.goto(call(page, "POST", f"/api/flows/{flow}/dashboard/links", {})["url"])
        expect(guest.locator(".map-plan")).to_be_visible()
        assert guest.locator(".map-plan").evaluate("img => img.decode().then(() => img.naturalWidth)") == 800
        report(client, "cart-1", 0.7, 0.3, 63)
        for seen in (page, guest):
            marker = seen.locator(".map-device[data-device=cart-1]")
            expect(marker.locator(".map-value")).to_have_text("63 %", timeout=SOON)
            expect(marker).to_have_attribute("aria-label", re.compile("Cart 1, Dock, 63 %"), timeout=SOON)
            stands(marker, seen.locator(".map"), (0.7, 0.3))
        page.reload()
        row = page.locator("[data-tile='state:dock'] [data-device='cart-1'] time")
        expect(row).to_have_text(re.compile(r"^for \d"), timeout=SOON)
        assert re.search(r"since .*\d:\d\d", row.get_attribute("title") or "")
        guests.close()
    page.goto("/flows/")
    held = page.locator(f"[data-flow='{flow}'] .flow-status time")
    expect(held).to_have_text(re.compile(r"^for \d"))
    call(page, "POST", f"/api/flows/{flow}/stop")
    expect(page.locator(f"[data-flow='{flow}']")).to_have_attribute("data-status", "stopped")
    expect(held).to_have_text(re.compile(r"^for \d sec"))
    call(page, "POST", f"/api/flows/{flow}/stop")


def test_kilns_are_put_on_a_plan_by_hand_and_stay_there(page: Page, tmp_path: Path) -> None:
    flow = open_flow(page, kiln_flow("Kilns in the hall"))
    call(page, "POST", f"/api/flows/{flow}/deploy", {})
    upload(page, drawn(tmp_path, "Hall.png"))
    page.goto(f"/flows/{flow}/dashboard/")
    expect(page.locator("[data-tile=map]")).to_have_count(0)
    page.locator("#arrange").click()
    page.locator("#beneath").select_option("Hall")
    tile = page.locator("[data-tile=map]")
    expect(tile.locator("[data-place]")).to_have_count(3)
    tile.locator("[data-place='kiln-1']").click()
    marker, picture = tile.locator(".map-device[data-device='kiln-1']"), tile.locator(".map")
    expect(marker).to_be_focused()
    box = picture.bounding_box()
    assert box
    with page.expect_response(lambda answer: kept(answer, lambda at: at["kiln-1"][0] < 0.3)):
        drag(page, centre(marker.locator(".map-dot")), (box["x"] + 0.25 * box["width"], box["y"] + 0.4 * box["height"]))
    with page.expect_response(lambda answer: kept(answer, lambda at: at["kiln-1"][0] > 0.28)):
        marker.press("Shift+ArrowRight")
    tile.locator("[data-place='kiln-2']").click()
    with page.expect_response(lambda answer: kept(answer, lambda at: "kiln-2" not in at)):
        page.keyboard.press("Delete")
    expect(tile.locator("[data-place='kiln-2']")).to_be_visible()
    page.reload()
    expect(marker.locator(".map-value")).to_have_text(re.compile(r"[\d.]+ °C"), timeout=SOON)
    expect(marker).to_have_attribute("data-level", re.compile("calm|over|waiting"), timeout=SOON)
    stands(marker, picture, (0.3, 0.4))
    drag(page, centre(marker.locator(".map-dot")), (box["x"] + 20, box["y"] + 20))
    stands(marker, picture, (0.3, 0.4), "only while a person arranges")
    forget(page, "Hall", "Kilns in the hall")
    page.goto(f"/flows/{flow}/dashboard/")
    expect(page.locator("[data-tile='state:hot']")).to_be_visible()
    expect(tile).to_have_count(0)
    call(page, "POST", f"/api/flows/{flow}/stop")


def forget(page: Page, name: str, used: str) -> None:
    page.goto("/plans/")
    page.locator(".plan", has_text=name).locator(".forget").click()
    expect(page.get_by_role("dialog").get_by_text(used)).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator(".plan-name", has_text=name)).to_have_count(0)


def test_a_file_that_is_no_picture_is_refused_in_words(page: Page, tmp_path: Path) -> None:
    (tmp_path / "plan.png").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    page.goto("/plans/")
    page.locator("#add").click()
    page.locator("#file").set_input_files(tmp_path / "plan.png")
    page.locator("#upload-save").click()
    expect(page.locator("#upload-problem")).to_contain_text("not a picture")


def test_an_area_is_drawn_over_a_plan_without_a_number_and_only_the_chosen_shape_is_asked_for(
    page: Page, tmp_path: Path
) -> None:
    page.goto("/inbox/")
    call(page, "PUT", "/api/me", {"lang": "en", "theme": "auto"})
    call(page, "PUT", "/api/registry", {"types": [CART], "devices": CARTS})
    upload(page, drawn(tmp_path, "Site.png"))
    tie(page, "Site")
    document = yard_flow("Site watch")
    document["nodes"][1]["params"]["areas"] = [{"name": "Gate"}]
    open_flow(page, document)
    choose(page, "dock")
    shape = page.get_by_test_id("param-areas-0-one-of")
    expect(shape.locator("option:checked")).to_have_text("Centre of a circle")
    expect(page.locator("#param-areas-0-radius")).to_be_visible()
    shape.select_option("polygon")
    expect(page.locator("#param-areas-0-radius")).to_have_count(0)
    page.get_by_test_id("param-areas-0-polygon-plan").select_option("Site")
    drawing = page.get_by_test_id("param-areas-0-polygon-drawing")
    expect(drawing.locator("image")).to_be_attached()
    drawing.scroll_into_view_if_needed()
    box, ground = drawing.bounding_box(), drawing.locator("image").bounding_box()
    assert box
    assert ground
    for x, y in ((0.25, 0.75), (0.75, 0.75), (0.75, 0.25)):
        at = {"x": ground["x"] - box["x"] + x * ground["width"], "y": ground["y"] - box["y"] + y * ground["height"]}
        drawing.click(position=at)  # type: ignore[arg-type]
    corners = drawing.get_by_role("button")
    expect(corners).to_have_count(3)
    lat, lon = 35.0 + 0.25 * 0.001, 139.0 + 0.25 * 0.0016
    first = gate(page)["polygon"][0]
    assert (first["lat"], first["lon"]) == pytest.approx((lat, lon), abs=2e-5)
    drag(page, centre(corners.nth(0)), (box["x"] + 12, box["y"] + 12))
    assert gate(page)["polygon"][0]["lat"] > lat + 0.0004
    before = corners.nth(1).bounding_box()
    drag(page, (box["x"] + box["width"] / 2, box["y"] + 20), (box["x"] + box["width"] / 2 + 40, box["y"] + 20))
    after = corners.nth(1).bounding_box()
    assert before
    assert after
    assert after["x"] - before["x"] == pytest.approx(40, abs=3), "the ground is pulled, and no corner is set"
    expect(corners).to_have_count(3)
    page.get_by_role("button", name="Add a corner in the middle").click()
    expect(corners).to_have_count(4)
    corners.nth(3).focus()
    page.keyboard.press("Delete")
    expect(corners).to_have_count(3)
    shape.select_option("center")
    expect(page.locator("#param-areas-0-radius")).to_be_visible()
    assert "polygon" not in gate(page)


def gate(page: Page) -> dict[str, Any]:
    return dict(nodes_of(saved(page))["dock"]["params"]["areas"][0])
