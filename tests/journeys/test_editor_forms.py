"""Forms that show what is there now: live values, what an expression or a text gives, next runs, an area that is drawn."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.editing import HOT, KILNS, LIMIT, TELL, choose, nodes_of, open_flow, saved

YARD = [{"lat": 35.0, "lon": 139.0}, {"lat": 35.0, "lon": 139.004}, {"lat": 35.002, "lon": 139.004}]


def flow_of(*nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"suiro": 1, "name": "Forms", "settings": {"limit": LIMIT}, "nodes": list(nodes), **more}


def test_a_field_shows_its_live_value_and_age_before_anything_is_deployed(page: Page) -> None:
    open_flow(page, flow_of(KILNS, HOT, TELL))
    choose(page, "hot")
    now = page.get_by_test_id("param-field-now")
    expect(now).to_contain_text(re.compile(r"\d °C"))
    expect(now).to_contain_text("Kiln")
    expect(now.locator("time")).to_contain_text(re.compile("now|sec"))
    expect(page.locator("#param-field option", has_text="°C")).to_have_text(re.compile(r"\d °C"))


TAKE = """box => {
  box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
  return [box.value, box.selectionStart]
}"""
"""Enter, and what is there before any other key can come."""


def test_an_expression_is_completed_and_tells_its_value_for_the_last_event(page: Page) -> None:
    condition = {"id": "check", "kind": "condition", "from": ["kiln"], "params": {"expr": "true"}}
    open_flow(page, flow_of(KILNS, condition, {**TELL, "from": ["check.true"]}))
    choose(page, "check")
    box = page.locator("#param-expr")
    box.fill("")
    box.press_sequentially("temp")
    offers = page.get_by_test_id("param-expr-offers").get_by_role("option")
    expect(offers.first).to_contain_text("temperature")
    expect(offers.first).to_contain_text("°C")
    assert box.evaluate(TAKE) == ["temperature", len("temperature")]
    box.press_sequentially(" < settings.l")
    expect(offers).to_have_count(1)
    box.press("Tab")
    expect(box).to_have_value("temperature < settings.limit")
    box.press_sequentially(" * 100")
    expect(page.get_by_test_id("expression-now")).to_contain_text("true")
    box.press_sequentially(" && 1.0 / 0.0 > temperatur")
    box.press("Escape")
    expect(page.locator(".expression-place")).to_be_visible()


def test_a_text_is_shown_as_it_would_be_sent(page: Page) -> None:
    open_flow(page, flow_of(KILNS, HOT, TELL))
    choose(page, "tell")
    page.locator("#param-text").fill("{device}: {temperature|round:0} of {settings.limit}")
    expect(page.get_by_test_id("param-text-preview")).to_contain_text(re.compile(r"Kiln \d: \d+ of 80"))


def test_a_schedule_is_said_in_words_with_its_next_five_runs_in_the_zone_of_the_flow(page: Page) -> None:
    daily = {"id": "daily", "kind": "schedule", "params": {"cron": "30 8 * * 1-5"}}
    open_flow(page, flow_of(daily, {**TELL, "from": ["daily"]}, time_zone="Asia/Tokyo"), lang="ja")
    choose(page, "daily")
    expect(page.get_by_test_id("param-cron-said")).to_have_text("平日 8:30")
    runs = page.get_by_test_id("param-cron-runs")
    expect(runs).to_contain_text("Asia/Tokyo")
    expect(runs.locator("li")).to_have_count(5)
    expect(runs.locator("li").first).to_contain_text("8:30")


def test_an_area_is_drawn_over_a_grid_moved_and_taken_back(page: Page) -> None:
    fence = {"id": "fence", "kind": "geofence", "from": ["kiln"],
             "params": {"field": "temperature", "areas": [{"name": "Yard", "polygon": YARD}]}}  # fmt: skip
    open_flow(page, flow_of(KILNS, fence, {**TELL, "from": ["fence.entered"]}))
    choose(page, "fence")
    drawing = page.get_by_test_id("param-areas-0-polygon-drawing")
    corners = drawing.get_by_role("button")
    expect(corners).to_have_count(3)
    drawing.scroll_into_view_if_needed()
    drawing.click(position={"x": 20, "y": 20})
    expect(corners).to_have_count(4)
    corner = areas(page)[0]["polygon"][3]
    assert corner["lat"] > YARD[2]["lat"]
    assert corner["lon"] < YARD[0]["lon"]
    corners.nth(3).focus()
    page.keyboard.press("Shift+ArrowDown")
    expect(corners).to_have_count(4)
    assert areas(page)[0]["polygon"][3]["lat"] < corner["lat"]
    page.keyboard.press("Delete")
    expect(corners).to_have_count(3)
    assert areas(page)[0]["polygon"] == YARD


def areas(page: Page) -> list[dict[str, Any]]:
    return list(nodes_of(saved(page))["fence"]["params"]["areas"])
