"""A flow that runs, seen from the editor: values that came through the broker, settings changed while it runs."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.journeys.editing import SOON, call, choose, deploy, heard, kiln_flow, nodes_of, open_flow, opened, saved
from tests.journeys.product import Product

STAY = """
const after = window.setTimeout
window.setTimeout = (done, wait, ...more) => after(done, wait === 5000 ? 60000 : wait, ...more)
"""
"""Messages stay until they were looked at, however slow the machine is."""


def test_a_flow_is_deployed_its_settings_changed_while_it_runs_stopped_and_deployed_again(page: Page) -> None:
    document = kiln_flow()
    document["settings"]["limit"] = {**document["settings"]["limit"], "value": 900}
    document["nodes"][1] = {**document["nodes"][1], "params": {"field": "temperature", "above": "$limit"}}
    open_flow(page, document)
    deploy(page)
    before = page.get_by_test_id("edge-value-kiln-out")
    expect(before).to_contain_text("°C", timeout=SOON)
    expect(before).to_contain_text("Kiln")
    fired = page.get_by_test_id("edge-value-hot-entered")
    expect(fired).to_have_count(0)
    change_limit_live(page, 10)
    expect(fired).to_contain_text("°C", timeout=SOON)
    expect(page.get_by_test_id("status")).to_contain_text("v1")
    expect(page.get_by_test_id("differs")).to_have_count(0)
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "stopped")
    expect(before).to_have_count(0)
    choose(page, "tell")
    page.locator("#param-text").fill("{device}: {temperature}")
    expect(page.get_by_test_id("differs")).to_be_visible()
    deploy(page)
    expect(page.get_by_test_id("status")).to_contain_text("v2")
    expect(before).to_contain_text("°C", timeout=SOON)
    assert nodes_of(saved(page))["tell"]["params"]["text"] == "{device}: {temperature}"
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "stopped")


def change_limit_live(page: Page, limit: int) -> None:
    page.get_by_test_id("tab-settings").click()
    page.get_by_test_id("setting-value-limit").fill(str(limit))
    page.get_by_test_id("settings-apply").click()
    expect(page.get_by_test_id("toast").first).to_be_visible()


def test_the_states_of_a_state_machine_stand_under_its_node_and_light_up_while_it_runs(page: Page) -> None:
    machine = {
        "id": "cycle",
        "kind": "state_machine",
        "from": ["kiln"],
        "params": {
            "states": ["cold", "warm", "burning"],
            "initial": "cold",
            "transitions": [{"from": "cold", "to": "warm", "when": "temperature > settings.limit"}],
        },
    }
    flow = kiln_flow("Cycle")
    tell = {**flow["nodes"][2], "from": ["cycle.changed"]}
    settings = {"limit": {**flow["settings"]["limit"], "value": 20}}
    open_flow(page, {**flow, "settings": settings, "nodes": [flow["nodes"][0], machine, tell], "layout": {}})
    states = page.get_by_test_id("standings-cycle").locator(".standing")
    expect(states).to_have_text(["cold", "warm", "burning"])
    expect(page.locator(".standing[data-here]")).to_have_count(0)
    deploy(page)
    here = page.locator(".standing[data-here]")
    expect(here).to_have_text(["warm3"], timeout=SOON)
    assert "Kiln 1" in str(here.get_attribute("title"))
    page.get_by_test_id("node-cycle").click()
    first = page.locator("#param-transitions-0-from")
    expect(first).to_have_value("cold")
    assert first.locator("option").all_inner_texts() == ["any", "cold", "warm", "burning"]
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "stopped")


def test_a_wire_tells_its_last_events_holds_a_sample_pauses_and_follows_one_event(page: Page) -> None:
    document = kiln_flow("Looks")
    document["settings"]["limit"] = {**document["settings"]["limit"], "value": 10}
    condition = {"id": "hot", "kind": "condition", "from": ["kiln"], "params": {"expr": "temperature > settings.limit"}}
    store = {"id": "keep", "kind": "store", "from": ["hot.true"], "params": {"fields": ["temperature"]}}
    open_flow(page, {**document, "nodes": [document["nodes"][0], condition, store], "layout": {}})
    deploy(page)
    value = page.get_by_test_id("edge-value-kiln-out")
    expect(page.get_by_test_id("edge-value-hot-true")).to_contain_text("°C", timeout=SOON)
    value.hover()
    peek = page.get_by_test_id("peek")
    expect(peek.locator(".spark polyline").first).to_be_visible(timeout=SOON)
    expect(peek.locator("time")).to_contain_text(re.compile("now|sec"))
    peek.get_by_test_id("peek-hold").click()
    expect(value.get_by_label("Held sample")).to_be_visible()
    choose(page, "hot")
    expect(page.get_by_test_id("expression-now")).to_contain_text("true")
    value.hover()
    peek.get_by_test_id("peek-hold").click()
    expect(value.get_by_label("Held sample")).to_have_count(0)
    peek.get_by_test_id("peek-follow").click()
    expect(page.get_by_test_id("live-bar")).to_contain_text("Following one event: Kiln")
    expect(page.locator(".wire-followed")).to_have_count(2)
    seen = value.get_attribute("data-count")
    page.wait_for_timeout(2500)
    assert value.get_attribute("data-count") == seen
    page.get_by_test_id("live-pause").click()
    expect(value).not_to_have_attribute("data-count", str(seen))
    expect(page.locator(".wire-followed")).to_have_count(0)
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "stopped")


def test_a_snoozed_flow_and_a_planned_maintenance_are_marked_until_somebody_ends_them(page: Page) -> None:
    flow = open_flow(page, kiln_flow("Quiet"))
    mark = page.get_by_test_id("snoozed")
    expect(mark).to_have_count(0)
    soon = page.evaluate("Date.now()") + 3_600_000
    call(page, "POST", "/api/snoozes", {"flow": flow, "choice": "hour", "reason": "a trial"})
    expect(mark).to_contain_text("snoozed until", timeout=SOON)
    expect(page.get_by_test_id("snoozed-tell")).to_be_visible()
    expect(page.get_by_test_id("snoozed-tell")).to_have_text(re.compile(r"\d:\d\d"))
    call(page, "POST", "/api/snoozes", {"device": "kiln-1", "start": soon, "until": soon + 3_600_000})
    expect(mark).to_contain_text("+1", timeout=SOON)
    mark.click()
    listed = page.get_by_test_id("snooze-list")
    expect(listed).to_contain_text("a trial · keiko")
    expect(listed).to_contain_text("Kiln 1")
    expect(listed).to_contain_text("maintenance planned:")
    listed.get_by_test_id("snooze-end").first.click()
    expect(mark).to_contain_text("maintenance planned:")
    page.get_by_test_id("snooze-end").click()
    expect(mark).to_have_count(0)
    expect(page.get_by_test_id("snoozed-tell")).to_have_count(0)
    assert call(page, "GET", "/api/snoozes") == []


def test_messages_are_few_and_cover_no_control_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script(STAY)
    frames: list[str | bytes] = []
    page.on("websocket", lambda line: line.on("framereceived", lambda frame: frames.append(frame)))
    open_flow(page, kiln_flow("Loud"))
    frames.clear()  # of the page before
    page.reload()
    opened(page, 3)
    heard(page, frames)  # its line stands
    for text in ("one", "two", "two", "three", "three"):
        call(page, "POST", "/api/destinations/shift-channel/test", {"text": text})
    toasts = page.get_by_test_id("toast")
    expect(toasts).to_have_count(2, timeout=SOON)
    expect(toasts.last).to_contain_text("three×2")
    expect(toasts.first).to_contain_text("two×2")
    bar, strip, body = (page.locator(part).bounding_box() for part in (".bar", ".toasts", ".editor-body"))
    assert bar
    assert strip
    assert body
    assert bar["y"] + bar["height"] <= strip["y"] + 1
    assert strip["y"] + strip["height"] <= body["y"] + 1


def test_a_look_that_a_finger_opened_is_closed_by_escape_and_by_a_touch_beside_it(
    browser: Browser, product: Product, session: str
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    context = browser.new_context(base_url=product.url, storage_state=session, **phone)  # type: ignore[arg-type]
    page = context.new_page()
    open_flow(page, kiln_flow("Touched"))
    deploy(page)
    value, look = page.get_by_test_id("edge-value-kiln-out"), page.get_by_test_id("peek")
    expect(value).to_contain_text("°C", timeout=SOON)
    for close in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.locator(".react-flow__pane").tap(position={"x": 300, "y": 30}),
    ):
        value.tap()
        expect(look).to_contain_text("temperature")
        close()
        expect(look).to_have_count(0)
    context.close()
