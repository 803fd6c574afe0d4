"""The live line opens after the page was read: what came in between is not missed, and old news changes nothing."""

import json

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.journeys.editing import call, heard, kiln_flow, open_flow, switch_off

LATE = """
const Real = window.WebSocket
window.WebSocket = class {
  static OPEN = 1
  constructor(url) {
    this.readyState = 0
    window.openLine = () => {
      this.real = new Real(url)
      for (const on of ['onopen', 'onmessage', 'onclose']) this.real[on] = (event) => { this.readyState = this.real.readyState; this[on]?.(event) }
    }
  }
  send(text) { this.real.send(text) }
  close() { this.real?.close() }
}
"""
"""Sockets that dial only when the test says `openLine()`."""


@pytest.fixture
def late(page: Page) -> Page:
    page.add_init_script(LATE)
    return page


def test_an_editor_knows_what_was_snoozed_and_deployed_before_its_line_stood(late: Page) -> None:
    page = late
    flow = open_flow(page, kiln_flow("Early"))
    page.wait_for_function("!!window.openLine")
    page.wait_for_load_state("networkidle")
    call(page, "POST", "/api/snoozes", {"flow": flow, "choice": "hour"})
    call(page, "POST", f"/api/flows/{flow}/deploy", {})
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "draft")
    page.evaluate("openLine()")
    expect(page.get_by_test_id("snoozed")).to_contain_text("snoozed until")
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "running")


def test_the_list_knows_what_was_snoozed_and_stopped_before_its_line_stood(late: Page) -> None:
    page = late
    page.goto("/inbox/")
    call(page, "PUT", "/api/me", {"lang": "en", "theme": "auto"})
    flow = call(page, "POST", "/api/flows", {"document": kiln_flow("Early")})["id"]
    page.goto("/flows/")
    page.wait_for_function("!!window.openLine")
    page.wait_for_load_state("networkidle")
    call(page, "POST", "/api/snoozes", {"flow": flow, "choice": "hour"})
    call(page, "POST", f"/api/flows/{flow}/deploy", {})
    row = page.locator(f"[data-flow='{flow}']")
    expect(row).to_have_attribute("data-status", "draft")
    page.evaluate("openLine()")
    expect(row.locator("[data-snooze]")).to_contain_text("snoozed until")
    expect(row).to_have_attribute("data-status", "running")


def test_the_inbox_knows_what_came_and_what_was_acknowledged_before_its_line_stood(late: Page) -> None:
    page = late
    page.goto("/inbox/")
    call(page, "POST", "/api/destinations/shift-channel/test", {"text": "told before"})
    page.goto("/inbox/")
    page.wait_for_function("!!window.openLine")
    notice = page.locator(".notice", has_text="told before").first
    expect(notice.locator(".ack")).to_be_visible()
    call(page, "POST", f"/api/notices/{notice.get_attribute('data-notice')}/ack")
    for text in ("told late", "told later"):
        call(page, "POST", "/api/destinations/shift-channel/test", {"text": text})
    page.evaluate("openLine()")
    expect(page.locator(".notice", has_text="told later")).to_be_visible()
    expect(page.locator(".notice", has_text="told before").locator(".notice-seen")).to_contain_text("keiko")
    unread = call(page, "GET", "/api/notices?unread=true&limit=500")
    expect(page.locator("#unread")).to_have_text(str(len(unread)))


def test_rows_that_were_asked_for_do_not_push_out_what_came_meanwhile(page: Page) -> None:
    held: list[Route] = []
    page.goto("/inbox/")
    page.route(lambda url: "unread=true" in url, lambda route: held.append(route))
    page.locator("#filter label:has([value=open])").click()
    heard(page, held)
    older = held[0].fetch()
    call(page, "POST", "/api/destinations/shift-channel/test", {"text": "told meanwhile"})
    notice = page.locator(".notice", has_text="told meanwhile")
    expect(notice).to_be_visible()
    with page.expect_response(lambda answer: "unread=true" in answer.url):
        held[0].fulfill(response=older)
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(notice).to_be_visible()


def test_a_fault_that_was_switched_on_is_not_switched_back_by_older_news(page: Page) -> None:
    held: list[tuple[WebSocketRoute, str | bytes]] = []

    def hold(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        server.on_message(
            lambda text: held.append((line, text)) if json.loads(text)["t"] == "seen" else line.send(text)
        )

    page.route_web_socket("**/ws/live", hold)
    page.goto("/devices/")
    heard(page, held)
    box = page.locator("[data-device='kiln-2'] [data-fault='overheat']")
    try:
        box.check()
        expect(box).to_be_enabled()
        for line, text in held:
            line.send(text)
        page.wait_for_timeout(300)
        expect(box).to_be_checked()
    finally:
        switch_off(page, "kiln-2")
