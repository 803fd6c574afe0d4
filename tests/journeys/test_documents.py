"""A manual is uploaded, a flow asks it when an alarm comes, and the notice says where the answer stands."""

import json
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import Axe
from tests.journeys.conftest import Product
from tests.journeys.editing import call, deploy, open_flow
from tests.journeys.test_plans import broker

pytestmark = pytest.mark.xdist_group("editor")
FURNACE: dict[str, Any] = {
    "id": "furnace", "label": {"en": "furnace", "ja": "電気炉"}, "topic": "hall/{device}/alarm",
    "fields": [{"name": "alarm", "type": "string", "label": {"en": "alarm", "ja": "警報"}}],
}  # fmt: skip
DEVICES = [{"id": "ef-1", "type": "furnace", "label": {"en": "Furnace 1", "ja": "1号炉"}}]
PAGES = """<style>section { break-after: page; font: 16px sans-serif } </style>
<section><h1>電気炉 EF-300 取扱説明書</h1><p>運転中は炉体の表面が熱くなります。耐熱手袋を着用してください。</p></section>
<section><h2>警報</h2><p>A-12 は過昇温の警報です。熱電対の断線と SSR の短絡を確かめてください。</p></section>
<section><h2>清掃</h2><p>吸気フィルターは月に一回、掃除機でほこりを吸い取ります。</p></section>"""


def alarm_flow() -> dict[str, Any]:
    return {"suiro": 1, "name": "Help with alarms", "nodes": [
        {"id": "furnace", "kind": "devices", "params": {"type": "furnace"}},
        {"id": "manual", "kind": "ask_documents", "from": ["furnace"],
         "params": {"question": "警報 {alarm} が出たときの対処は?", "only": ["EF-300"]}},
        {"id": "tell", "kind": "notify", "from": ["manual.out"],
         "params": {"to": "shift-channel", "text": "{alarm}: {answer} ({source})"}},
        {"id": "person", "kind": "notify", "from": ["manual.not_found", "manual.failed"],
         "params": {"to": "shift-channel", "text": "{alarm}: nobody knows"}}],
        "layout": {"nodes": {id: {"x": 300 * i, "y": 0} for i, id in enumerate(("furnace", "manual", "tell", "person"))}},
    }  # fmt: skip


def printed(browser: Browser, folder: Path) -> Path:
    """A PDF as a browser prints it, with a Japanese font inside."""
    page = browser.new_page()
    page.set_content(PAGES)
    file = folder / "EF-300.pdf"
    page.pdf(path=file)
    page.close()
    return file


def upload(page: Page, file: Path) -> None:
    page.goto("/documents/")
    page.locator("#add").click()
    page.locator("#file").set_input_files(file)
    expect(page.locator("#manual-title")).to_have_value(file.stem)
    page.locator("#upload-save").click()
    expect(page.locator("[data-manual]", has_text=file.stem)).to_be_visible()
    page.wait_for_load_state("load")


def told(page: Page, client: mqtt.Client, alarm: str, words: str) -> None:
    """The alarm comes again and again, as from a furnace that nobody looks after, until the notice is there: the worker may
    still be subscribing, or fetching the documents."""
    page.goto("/inbox/")
    for _ in range(10):
        client.publish("hall/ef-1/alarm", json.dumps({"alarm": alarm}), qos=1).wait_for_publish(10)
        try:
            expect(page.locator("#main")).to_contain_text(words, timeout=4_000)
            return
        except AssertionError:
            continue
    expect(page.locator("#main")).to_contain_text(words)


def test_a_notice_carries_the_citation_of_the_manual_that_was_uploaded(
    page: Page, product: Product, browser: Browser, tmp_path: Path
) -> None:
    page.goto("/inbox/")
    call(page, "PUT", "/api/me", {"lang": "en", "theme": "auto"})
    call(page, "PUT", "/api/registry", {"types": [FURNACE], "devices": DEVICES})
    upload(page, printed(browser, tmp_path))
    page.locator(".view", has_text="EF-300").click()
    expect(page.locator("#sections h3", has_text="p. 2")).to_be_visible()
    expect(page.locator("#sections")).to_contain_text("A-12 は過昇温の警報です")
    assert Axe(page).grave() == []
    page.keyboard.press("Escape")
    page.locator("#question").fill("フィルターの清掃は?")
    page.locator("#ask button").click()
    expect(page.locator(".passage").first).to_contain_text("EF-300, p. 3")
    page.set_viewport_size({"width": 390, "height": 844})
    assert Axe(page).grave() == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("#question").fill("How do I paint it?")
    page.locator("#ask button").click()
    expect(page.locator("#answers")).to_have_text("That is not in the documents.")

    open_flow(page, alarm_flow())
    deploy(page)
    with broker(product) as client:
        told(page, client, "A-12", "(EF-300, p. 2)")
        told(page, client, "窓ガラスの色見本", "窓ガラスの色見本: nobody knows")

    page.goto("/documents/")
    row = page.locator("[data-manual]", has_text="EF-300")
    expect(row.get_by_role("link", name="Help with alarms")).to_be_visible()
    row.locator(".forget").click()
    page.locator("dialog[open] .btn-danger-fill").click()
    expect(page.locator(".empty")).to_be_visible()
    with broker(product) as client:
        told(page, client, "A-12", "A-12: nobody knows")
