"""Trying a draft out in the editor: an event into a node, what comes of it, and time that passes."""

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.journeys.editing import call, card, choose, kiln_flow, open_flow, saved

pytestmark = pytest.mark.xdist_group("editor")


def open_at(page: Page, node: str) -> None:
    choose(page, node)
    page.get_by_test_id("node-try").click()
    expect(page.get_by_test_id("try")).to_be_visible()
    expect(page.get_by_test_id("try-node")).to_have_value(node)


def send(page: Page, value: str) -> None:
    page.get_by_test_id("try-device").select_option("kiln-1")
    page.get_by_test_id("try-field-temperature").fill(value)
    page.get_by_test_id("try-send").click()


def test_an_event_under_the_limit_stops_and_one_over_it_goes_on_when_time_passes(page: Page) -> None:
    flow = open_flow(page, kiln_flow("Tried"))
    open_at(page, "kiln")
    send(page, "79.5")
    hops = page.get_by_test_id("try-hops").locator("> li")
    expect(hops).to_have_count(2)
    stopped = page.get_by_test_id("try-hop-hot")
    expect(stopped).to_have_attribute("data-why", "unmet")
    expect(stopped).to_contain_text("79.5 °C is not above the limit 80 °C")
    expect(page.get_by_test_id("tried-hot")).to_contain_text("79.5 °C is not above the limit 80 °C")
    expect(card(page, "tell")).to_have_attribute("data-tried", "aside")
    expect(page.locator(".wire-followed")).to_have_count(1)
    expect(page.locator(".wire-aside")).to_have_count(1)
    send(page, "85")
    expect(stopped).to_have_attribute("data-why", "waiting")
    expect(stopped).to_contain_text("would go on at +30 s")
    expect(stopped.get_by_test_id("try-memory").locator("[data-changed] ins")).to_have_text("at the start")
    expect(page.get_by_test_id("try-pending")).to_contain_text("would fire at +30 s")
    expect(page.get_by_test_id("edge-value-kiln-out")).to_contain_text("85 °C")
    page.get_by_test_id("try-next").click()
    expect(page.get_by_test_id("try-now")).to_contain_text("+30 s")
    expect(page.get_by_test_id("try-deed")).to_contain_text("Kiln 1 is hot")
    expect(page.get_by_test_id("tried-tell")).to_contain_text("Kiln 1 is hot")
    expect(card(page, "tell")).to_have_attribute("data-tried", "reached")
    send(page, "86")
    expect(page.get_by_test_id("try-hop-hot")).to_have_attribute("data-why", "told")
    expect(page.get_by_test_id("try-steps").locator("li")).to_have_count(4)
    page.get_by_test_id("try-again").click()
    expect(page.get_by_test_id("try-hops")).to_have_count(0)
    assert call(page, "GET", f"/api/flows/{flow}")["deployed"] is None
    assert [row for row in call(page, "GET", "/api/notices") if row["flow"] == flow] == []


def test_a_changed_draft_is_tried_again_and_time_passes_by_what_is_typed(page: Page) -> None:
    open_flow(page, kiln_flow("Tried again"))
    open_at(page, "hot")
    send(page, "85")
    expect(page.get_by_test_id("try-hop-hot")).to_have_attribute("data-why", "waiting")
    page.get_by_test_id("try-wait").fill("10 sec")
    page.get_by_test_id("try-pass").click()
    expect(page.get_by_test_id("try-nothing")).to_be_visible()
    expect(page.get_by_test_id("try-next")).to_contain_text("20 s")
    page.get_by_test_id("tab-settings").click()
    page.get_by_test_id("setting-value-limit").fill("90")
    saved(page)
    page.get_by_test_id("tab-try").click()
    expect(page.get_by_test_id("try-pending")).to_have_count(0)
    page.get_by_test_id("try-back").click()
    expect(page.get_by_test_id("try-hop-hot")).to_contain_text("85 °C is not above the limit 90 °C")


def test_the_keyboard_opens_the_try_and_json_goes_into_the_last_node(page: Page) -> None:
    open_flow(page, kiln_flow("By key"), lang="ja")
    card(page, "tell").locator(".node-head").click()
    page.keyboard.press("t")
    expect(page.get_by_test_id("try-node")).to_have_value("tell")
    page.get_by_test_id("try-device").select_option("kiln-2")
    page.get_by_test_id("try-as-json").click()
    page.get_by_test_id("try-json").fill("[1]")
    expect(page.get_by_test_id("try-send")).to_be_disabled()
    page.get_by_test_id("try-json").fill('{"temperature": 99}')
    page.get_by_test_id("try-send").press("Enter")
    expect(page.get_by_test_id("try-deed")).to_contain_text("に送る内容")
    expect(page.get_by_test_id("try-hop-tell")).to_be_visible()


def test_on_a_telephone_what_came_of_an_event_is_in_sight_and_undo_in_a_field_leaves_the_flow_alone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_flow(page, kiln_flow("Small"), lang="ja")
    page.get_by_test_id("tab-try").click()
    page.get_by_test_id("try-node").select_option("kiln")
    send(page, "85")
    expect(page.get_by_test_id("try-hop-kiln")).to_be_in_viewport()
    expect(page.get_by_test_id("tried-hot")).to_be_in_viewport()
    expect(page.get_by_test_id("tried-hot")).to_contain_text("+30秒")
    page.get_by_test_id("try-next").click()
    expect(page.get_by_test_id("tried-tell")).to_be_in_viewport()
    page.get_by_test_id("tab-settings").click()
    page.get_by_test_id("setting-value-limit").fill("70")
    page.get_by_test_id("tab-try").click()
    page.get_by_test_id("try-field-temperature").fill("75")
    page.get_by_test_id("try-field-temperature").press("Control+z")
    assert saved(page)["settings"]["limit"]["value"] == 70


def test_a_draft_with_an_unfinished_node_is_tried_without_it(page: Page) -> None:
    document = kiln_flow("Half tried")
    document["nodes"].append(
        {"id": "later", "kind": "notify", "from": ["hot.cleared"], "params": {"to": "nobody", "text": "x"}}
    )
    open_flow(page, document)
    open_at(page, "kiln")
    send(page, "79.5")
    expect(page.get_by_test_id("try-hops").locator("> li")).to_have_count(2)
    expect(page.get_by_test_id("try-problems")).to_contain_text("Tried without these nodes")
    expect(page.get_by_test_id("try-problems")).to_contain_text("nobody")


def test_the_form_stays_with_its_device_while_other_devices_speak(page: Page) -> None:
    lines: list[WebSocket] = []
    page.on("websocket", lambda line: lines.append(line))
    open_flow(page, kiln_flow("Tried with one of three"))
    open_at(page, "hot")
    device = page.get_by_test_id("try-device")
    chosen = device.input_value()
    page.get_by_test_id("try-field-temperature").fill("85")
    for other in {"kiln-1", "kiln-2", "kiln-3"} - {chosen}:
        lines[-1].wait_for_event("framereceived", lambda frame, other=other: f'"{other}"' in str(frame))
        page.evaluate("new Promise(requestAnimationFrame)")
        expect(device).to_have_value(chosen)


def test_a_field_stays_as_it_is_while_somebody_is_in_it_and_its_device_speaks(page: Page) -> None:
    lines: list[WebSocket] = []
    page.on("websocket", lambda line: lines.append(line))
    open_flow(page, kiln_flow("Tried while it speaks"))
    open_at(page, "kiln")
    page.get_by_test_id("try-device").select_option("kiln-1")
    field = page.get_by_test_id("try-field-temperature")
    expect(field).not_to_have_value("")
    field.focus()
    stood = field.input_value()
    for _ in range(3):
        lines[-1].wait_for_event("framereceived", lambda frame: '"kiln-1"' in str(frame))
        page.evaluate("new Promise(requestAnimationFrame)")
        expect(field).to_have_value(stood)
    field.blur()
    expect(field).not_to_have_value(stood)
