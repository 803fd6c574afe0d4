"""A picture that is posted to a flow, seen where its wire is looked at."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from tests.journeys.editing import SOON, call, deploy, open_flow
from tests.pictures import written

pytestmark = pytest.mark.xdist_group("editor")


def gate() -> Image.Image:
    """Somebody at a gate, in outline."""
    image = Image.new("RGB", (1_280, 960), "#8fb3d9")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 640, 1_280, 960), fill="#6b6f66")
    draw.rectangle((560, 420, 720, 820), fill="#2b4c7e")
    draw.ellipse((580, 280, 700, 430), fill="#d9a066")
    return image


def post(page: Page, url: str, seen: Locator) -> None:
    """Until it is seen: the worker may not yet have been told that somebody looks."""
    for _ in range(10):
        sent = page.request.post(url, data=written(gate()), headers={"Content-Type": "image/jpeg"})
        assert sent.status == 202
        try:
            expect(seen).to_be_visible(timeout=3_000)
            return
        except AssertionError:
            continue
    expect(seen).to_be_visible()


def test_a_posted_picture_is_seen_on_its_wire_and_comes_from_the_worker_only_then(page: Page) -> None:
    nodes = [
        {"id": "call", "kind": "webhook_in"},
        {"id": "keep", "kind": "store", "from": ["call"], "params": {"fields": ["picture"]}},
    ]
    flow = open_flow(page, {"suiro": 1, "name": "Gate", "nodes": nodes, "layout": {}})
    deploy(page)
    (hook,) = call(page, "GET", f"/api/flows/{flow}/hooks")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/pictures/" in request.url else None)
    value = page.get_by_test_id("edge-value-call-out")
    post(page, hook["url"], value)
    assert asked == []
    value.hover()
    picture = page.get_by_test_id("peek-picture")
    expect(picture).to_be_visible(timeout=SOON)
    expect(page.get_by_test_id("peek-picture")).to_have_js_property("naturalWidth", 320)
    assert len(asked) == 1
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "stopped")


def test_a_notice_about_a_picture_shows_it_in_the_inbox(page: Page) -> None:
    nodes = [
        {"id": "call", "kind": "webhook_in"},
        {
            "id": "tell",
            "kind": "notify",
            "from": ["call"],
            "params": {"to": "shift-channel", "text": "Somebody at the gate"},
        },
    ]
    flow = open_flow(page, {"suiro": 1, "name": "Gate", "nodes": nodes, "layout": {}})
    deploy(page)
    (hook,) = call(page, "GET", f"/api/flows/{flow}/hooks")
    sent = page.request.post(hook["url"], data=written(gate()), headers={"Content-Type": "image/jpeg"})
    assert sent.status == 202
    page.goto("/inbox/")
    notice = page.locator(".notice", has_text="Somebody at the gate").first
    picture = notice.get_by_role("img", name="Picture: Somebody at the gate")
    expect(picture).to_have_js_property("naturalWidth", 320, timeout=SOON)
    large = page.request.get(notice.locator("a.notice-picture").get_attribute("href") or "")
    assert Image.open(BytesIO(large.body())).size == (1_280, 960)
    call(page, "POST", f"/api/flows/{flow}/stop")
