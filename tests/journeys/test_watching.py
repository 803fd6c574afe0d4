"""Watching what runs: firings, uses, the inbox and snoozing. Every notice here came through the broker."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.editing import KILNS, SOON, call
from tests.journeys.product import Product


@pytest.fixture
def flow(page: Page) -> Iterator[str]:
    """A running flow that tells of each kiln every two seconds."""
    page.goto("/inbox/")
    call(page, "PUT", "/api/me", {"lang": "en", "theme": "auto"})
    calm = {"id": "calm", "kind": "cooldown", "from": ["kiln"], "params": {"for": "2s"}}
    text = {"to": "shift-channel", "text": "{device}: {temperature|round:1} °C"}
    tell = {"id": "tell", "kind": "notify", "from": ["calm"], "params": text}
    document: dict[str, Any] = {"suiro": 1, "name": "Talkative", "nodes": [KILNS, calm, tell]}
    id = str(call(page, "POST", "/api/flows", {"document": document})["id"])
    call(page, "POST", f"/api/flows/{id}/deploy", {})
    yield id
    call(page, "DELETE", f"/api/flows/{id}")


def test_the_list_shows_firings_and_is_searched(page: Page, flow: str) -> None:
    for n in range(6):
        call(page, "POST", "/api/flows", {"name": f"Spare {n}"})
    page.goto("/flows/")
    row = page.locator(f"[data-flow='{flow}']")
    expect(row.locator(".flow-status")).to_contain_text("running", timeout=SOON)
    expect(row.locator(".spark-total")).to_have_text(re.compile(r"\d+"), timeout=SOON)
    expect(row.locator(".spark-bar")).not_to_have_count(0)
    page.locator("#flow-search").fill("spare")
    expect(row).to_be_hidden()
    expect(page.locator(".flow-row:visible")).to_have_count(6)
    page.locator("#flow-search").fill("")
    page.locator("#flow-order").select_option("busy")
    expect(page.locator(".flow-row").first).to_have_attribute("data-flow", flow)


def test_where_a_device_its_fields_and_a_destination_are_used(page: Page, flow: str) -> None:
    page.goto("/devices/")
    kiln = page.locator("[data-device='kiln-1']")
    expect(kiln.locator("[data-field=temperature] .reading")).not_to_have_text("–", timeout=SOON)
    kiln.locator(".used").click()
    field = page.locator("dialog [data-uses=temperature]")
    expect(field).to_contain_text("Talkative")
    expect(page.locator("dialog [data-uses=power]")).not_to_contain_text("Talkative")
    field.locator(f"a[href='/flows/{flow}/?node=tell']").click()
    expect(page.locator(".react-flow__node.selected[data-id=tell]")).to_be_visible()
    expect(page.get_by_test_id("node-form")).to_contain_text("Notify")
    page.goto("/destinations/")
    row = page.locator("[data-destination='shift-channel']")
    row.locator(".used").click()
    expect(page.locator("dialog.dialog[open]")).to_contain_text("Talkative")
    page.keyboard.press("Escape")
    row.locator(".test").click()
    expect(row.locator(".test-result")).to_contain_text("Arrived")


def test_the_inbox_is_filtered_and_one_flow_acknowledged(page: Page, flow: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/inbox/")
    mine = page.locator(f".notice[data-flow='{flow}']")
    expect(mine.nth(3)).to_contain_text("°C", timeout=SOON)
    page.locator("#filter-flow").select_option(flow)
    expect(page.locator(".notice:not([data-flow='" + flow + "'])")).to_have_count(0)
    call(page, "POST", f"/api/flows/{flow}/stop")
    expect(page.locator("#ack-all")).to_contain_text("of this flow")
    one = page.locator(f"[data-notice='{mine.nth(2).get_attribute('data-notice')}']")
    one.locator(".ack").click()
    expect(one.locator(".notice-seen")).to_contain_text("keiko")
    acknowledge_all(page)
    page.locator("#filter label", has_text="Open").click()
    expect(page.locator("#no-match")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide


def acknowledge_all(page: Page) -> None:
    """What was on its way when the flow was stopped may come after the first time."""
    for _ in range(5):
        page.locator("#ack-all").click()
        try:
            expect(page.locator(".notice .ack")).to_have_count(0, timeout=3_000)
            return
        except AssertionError:
            continue
    expect(page.locator(".notice .ack")).to_have_count(0)


def test_a_snoozed_flow_is_silent_counted_and_listed_until_somebody_ends_it(page: Page, flow: str) -> None:
    page.goto("/flows/")
    row = page.locator(f"[data-flow='{flow}']")
    expect(row.locator(".fired")).not_to_have_text("–", timeout=SOON)
    row.locator(".snooze").click()
    page.locator("#snooze-reason").fill("a trial")
    page.locator("#snooze-yes").click()
    expect(row.locator("[data-snooze]")).to_contain_text("snoozed until")
    expect(row.locator("[data-snooze]")).to_contain_text("held back:", timeout=SOON)
    row.locator("[data-snooze]").click()
    expect(page.locator("#snoozes")).to_contain_text("a trial")
    expect(page.locator(f".notice[data-flow='{flow}'] .notice-seen").first).to_have_text("held back")
    page.locator("#filter label", has_text="All").click()
    told = page.locator(f".notice[data-flow='{flow}']")
    expect(told.filter(has_text="held back")).to_have_count(0)  # those of before have taken their place
    before = told.count()
    page.locator("#snoozes .end").evaluate("button => { window.inHand = button }")
    count = page.locator("#snoozes .number")
    stood = count.inner_text()
    page.wait_for_timeout(5000)
    expect(told).to_have_count(before)
    expect(count).not_to_have_text(stood, timeout=SOON)
    assert page.evaluate("inHand.isConnected"), "what is counted beside it does not take it from under a finger"
    page.locator("#snoozes .end").click()
    expect(page.locator("#snoozes")).to_be_hidden()
    expect(told).not_to_have_count(before, timeout=SOON)


def test_maintenance_of_a_device_is_planned_and_called_off(page: Page, flow: str) -> None:
    page.goto("/devices/")
    kiln = page.locator("[data-device='kiln-1']")
    kiln.locator(".snooze").click()
    page.locator("#snooze label", has_text="Planned maintenance").click()
    expect(page.locator("#snooze-start")).to_be_visible()
    page.locator("#snooze-yes").click()
    expect(kiln.locator("[data-snooze]")).to_contain_text("planned:")
    page.goto("/flows/")
    expect(page.locator("#device-snoozes")).to_contain_text("Kiln 1 · planned:")
    page.goto("/inbox/")
    line = page.locator("#snooze-list [data-snooze]")
    expect(line).to_contain_text("Kiln 1")
    line.locator(".end").click()
    expect(page.locator("#snoozes")).to_be_hidden()


def test_clocks_are_those_of_the_country_that_the_browser_is_set_to(
    browser: Browser, product: Product, session: str, page: Page, flow: str
) -> None:
    call(page, "POST", "/api/snoozes", {"flow": flow, "choice": "hour"})
    for locale, clock in (("en-GB", r"\d:\d\d( ·|$)"), ("en-US", r"\d:\d\d\s[AP]M( ·|$)")):
        context = browser.new_context(base_url=product.url, storage_state=session, locale=locale)
        reader = context.new_page()
        reader.goto(f"/flows/{flow}/")
        expect(reader.get_by_test_id("snoozed")).to_have_attribute("title", re.compile(clock))
        reader.goto("/flows/")
        expect(reader.locator(f"[data-flow='{flow}'] [data-snooze]")).to_have_text(re.compile(clock))
        context.close()
