"""A dashboard as people see it: values and a change of state that came through the broker, arranged, shared, revoked."""

import re

from playwright.sync_api import Browser, Page, Request, expect

from tests.journeys.conftest import Product
from tests.journeys.editing import SOON, call, kiln_flow, open_flow

STATE, VALUE, CHART = (f"[data-tile='{id}']" for id in ("state:hot", "value:kiln.out:temperature", "chart:kiln.out:temperature"))  # fmt: skip


def running_dashboard(page: Page) -> str:
    """A flow whose limit no kiln reaches, deployed, its dashboard open."""
    document = kiln_flow("Kilns on the wall")
    document["settings"]["limit"] = {**document["settings"]["limit"], "value": 900}
    document["nodes"][1] = {**document["nodes"][1], "params": {"field": "temperature", "above": "$limit"}}
    flow = open_flow(page, document)
    page.get_by_test_id("dashboard").click()
    expect(page.locator("#trouble")).to_have_attribute("data-trouble", "dash_draft")
    call(page, "POST", f"/api/flows/{flow}/deploy", {})
    expect(page.locator("#flow-status")).to_have_attribute("data-status", "running", timeout=SOON)
    expect(page.locator("#trouble")).to_be_hidden()
    return flow


def test_a_dashboard_shows_values_and_the_change_of_a_state_and_a_link_that_is_revoked_is_cut_off(
    page: Page, product: Product, browser: Browser
) -> None:
    flow = running_dashboard(page)
    expect(page.locator(f"{VALUE} [data-device='kiln-1'] .row-value")).to_have_text(
        re.compile(r"[\d.]+ °C"), timeout=SOON
    )
    expect(page.locator(f"{CHART} path.chart-line")).to_have_count(3, timeout=SOON)
    expect(page.locator(f"{CHART} .chart-limit-text")).to_have_text("Limit 900 °C")
    expect(page.locator(f"{STATE} [data-device='kiln-1']")).to_have_attribute("data-level", "calm", timeout=SOON)
    page.locator("#share").click()
    page.locator("#share-label").fill("Hall A")
    page.locator("#share-form button").click()
    url = page.locator("#share-fresh input").input_value()
    guests = browser.new_context(base_url=product.url, viewport={"width": 390, "height": 844})
    guest = guests.new_page()
    guest.goto(url)
    expect(guest.locator(f"{VALUE} [data-device='kiln-1'] .row-value")).to_have_text(
        re.compile(r"[\d.]+ °C"), timeout=SOON
    )
    expect(guest.locator(f"{STATE} [data-device='kiln-1']")).to_have_attribute("data-level", "calm", timeout=SOON)
    expect(guest.get_by_role("link")).to_have_count(0)
    call(page, "PUT", f"/api/flows/{flow}/settings", {"values": {"limit": 10}})
    for seen in (page, guest):
        expect(seen.locator(f"{STATE} [data-device='kiln-1']")).to_have_attribute("data-level", "over", timeout=SOON)
        expect(seen.locator("[data-tile=alerts] .alert").first).to_contain_text("is hot", timeout=SOON)
    page.locator("[data-link] button").click()
    page.get_by_role("dialog").last.get_by_role("button", name="Revoke").click()
    expect(guest.get_by_role("heading", name="This dashboard is not shared any more")).to_be_visible()
    answer = guest.goto(url)
    assert answer is not None
    assert answer.status == 404
    guests.close()
    call(page, "POST", f"/api/flows/{flow}/stop")
    expect(page.locator("#trouble")).to_have_attribute("data-trouble", "dash_stopped", timeout=SOON)


def kept_wide(request: Request) -> set[str]:
    """The tiles that are wide in the arrangement, where one is being kept."""
    wish = request.post_data_json if request.method == "PUT" else {}
    return set((wish or {}).get("wide", ()))


def test_tiles_are_dragged_moved_by_keys_hidden_and_set_back(page: Page) -> None:
    flow = open_flow(page, kiln_flow("Arranged"))
    page.goto(f"/flows/{flow}/dashboard/")
    tiles = page.locator(".tile:visible")
    expect(tiles).to_have_count(4)
    page.locator("#arrange").click()
    grip = page.locator(f"{STATE} .grip").bounding_box()
    target = page.locator(VALUE).bounding_box()
    assert grip
    assert target
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(target["x"] + target["width"] / 2, target["y"] + target["height"] / 2, steps=6)
    page.mouse.up()
    expect(tiles.first).to_have_attribute("data-kind", "value")
    page.locator(f"{STATE} .grip").press("ArrowRight")
    expect(page.locator(f"{STATE} .grip")).to_be_focused()
    expect(tiles.nth(1)).to_have_attribute("data-kind", "chart")
    page.locator("[data-tile=alerts]").get_by_role("button", name="Hide").click()
    expect(tiles).to_have_count(3)
    with page.expect_response(lambda answer: answer.ok and "value:kiln.out:temperature" in kept_wide(answer.request)):
        page.locator(VALUE).get_by_role("button", name="Size").click()
    page.reload()
    expect(tiles).to_have_count(3)
    expect(tiles.first).to_have_attribute("data-kind", "value")
    expect(tiles.first).to_have_attribute("data-size", "wide")
    page.locator("#arrange").click()
    page.locator("#reset").click()
    expect(tiles).to_have_count(4)
    expect(tiles.first).to_have_attribute("data-kind", "state")


def test_what_was_arranged_in_the_moment_of_leaving_is_kept(page: Page) -> None:
    flow = open_flow(page, kiln_flow("Arranged and left"))
    page.goto(f"/flows/{flow}/dashboard/")
    tiles = page.locator(".tile:visible")
    expect(tiles).to_have_count(4)
    page.locator("#arrange").click()
    page.locator("[data-tile=alerts]").get_by_role("button", name="Hide").click()
    page.goto("/devices/")
    page.goto(f"/flows/{flow}/dashboard/")
    expect(tiles).to_have_count(3)
