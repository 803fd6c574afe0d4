"""Somebody who is let in to look: sees the flow and its values, acknowledges, and can change nothing."""

import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.editing import SOON, call, card, choose, kiln_flow, nodes_of, opened
from tests.journeys.product import Product


@pytest.fixture
def viewer(page: Page, browser: Browser, product: Product) -> Iterator[Page]:
    """Let in by an owner, with a link that works once."""
    page.goto("/settings/")
    call(page, "PUT", "/api/me", {"lang": "en", "theme": "auto"})
    page.reload()
    page.locator("#person-name").fill(f"viewer {uuid.uuid4()}")
    page.locator("#person-role").select_option("viewer")
    page.locator("#people button[value=add]").click()
    link = page.locator("#fresh-link input").input_value()
    context = browser.new_context(base_url=product.url, viewport={"width": 1440, "height": 900}, locale="en-GB")
    looking = context.new_page()
    looking.goto(link)
    call(looking, "PUT", "/api/me", {"lang": "en"})
    yield looking
    context.close()


def test_a_viewer_looks_and_acknowledges_and_everything_else_says_why_not(page: Page, viewer: Page) -> None:
    document = kiln_flow("Watched")
    document["settings"]["limit"] = {**document["settings"]["limit"], "value": 10}
    document["nodes"][1] = {**document["nodes"][1], "params": {"field": "temperature", "above": "$limit"}}
    flow = call(page, "POST", "/api/flows", {"document": document})["id"]
    call(page, "POST", f"/api/flows/{flow}/deploy", {})
    viewer.goto(f"/flows/{flow}/")
    opened(viewer, 3)
    expect(viewer.get_by_test_id("edge-value-kiln-out")).to_contain_text("°C", timeout=SOON)
    for button in ("deploy", "stop"):
        expect(viewer.get_by_test_id(button)).to_be_disabled()
        expect(viewer.get_by_test_id(button)).to_have_attribute("title", "You may look, but not change anything.")
    choose(viewer, "tell")
    expect(viewer.get_by_test_id("only-shown")).to_contain_text("You may look")
    expect(viewer.get_by_test_id("node-label")).to_be_disabled()
    card(viewer, "tell").click()
    viewer.keyboard.press("Delete")
    expect(viewer.locator(".react-flow__node")).to_have_count(3)
    assert nodes_of(call(page, "GET", f"/api/flows/{flow}")["document"]).keys() == {"kiln", "hot", "tell"}
    viewer.goto("/inbox/")
    told = viewer.locator(f".notice[data-flow='{flow}']")
    expect(told).to_have_count(3, timeout=SOON)  # one of each kiln: no other takes the first place
    notice = told.first
    notice.locator(".ack").click()
    expect(notice.locator(".notice-seen")).to_contain_text("viewer")
    viewer.goto("/flows/")
    expect(viewer.locator("#prompt")).to_be_disabled()
    expect(viewer.locator("#ask .refused")).to_contain_text("You may look")
    viewer.goto(f"/flows/{flow}/dashboard/")
    expect(viewer.locator("#share")).to_have_attribute("title", "Only owners may do this.")
    call(page, "DELETE", f"/api/flows/{flow}")
