"""The main job, in both languages: sentence, question, setting, deploy, live values, notice, lamp, export, import,
and the same file headless. Every value that is asserted came through the broker."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.editing import switch_off
from tests.journeys.product import ROOT, Product

SENTENCES = {
    "ja": "炉の温度が80℃を超えた状態が30秒続いたら、現場チャンネルに一度だけ通知して、信号灯を赤にする。下がったら緑に戻す。",
    "en": "When a kiln stays above 80 °C for 30 seconds, notify the shift channel once and turn the signal tower red; "
    "green again when it cools.",
}
KILN = {"ja": "2号炉", "en": "Kiln 2"}
LAMP = "[data-device='tower-1'] [data-lamp]"
HOT_WITHIN = 90_000
"""Milliseconds for a virtual kiln to heat up, and for thirty seconds above the limit."""


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_sentence_becomes_a_running_flow(page: Page, product: Product, lang: str, tmp_path: Path) -> None:
    speak(page, lang)
    nodes = build(page, SENTENCES[lang])
    change_setting(page, "limit", "80", "85")
    if lang == "en":
        change_setting(page, "hold", "30s", "10s")
    deploy(page)
    expect(page.get_by_test_id("edge-value-kiln-out")).to_contain_text("°C", timeout=30_000)
    exported = export(page, tmp_path)
    assert exported["settings"]["limit"]["value"] == 85
    assert {node["id"] for node in exported["nodes"]} == nodes
    with alerted(page, lang, page.url.rstrip("/").rsplit("/", 1)[1]) as devices:
        devices.locator("[data-device='kiln-3'] [data-fault='overheat']").check()
        cooled(devices)
        with headless(product, tmp_path) as alone:
            bring_in(page, tmp_path / "flow.json", exported)
            acts_alone(alone, devices)


def speak(page: Page, lang: str) -> None:
    page.goto("/flows/")
    with page.expect_navigation():
        page.locator(f"button[name=lang][value={lang}]").first.click()
    expect(page.locator("html")).to_have_attribute("lang", lang)


def tried(page: Page) -> None:
    """It shows on which streams it was tried: where it should act it did, and all went as expected."""
    trial = page.get_by_test_id("trial")
    trial.locator("> summary").click()
    acts = trial.locator("[data-sort=fires]").first
    expect(acts).to_have_attribute("data-passed", "true")
    expect(acts.locator(".trial-fired").first).to_be_visible()
    expect(trial.locator("[data-passed=false]")).to_have_count(0)
    trial.locator("> summary").click()


def build(page: Page, sentence: str) -> set[str]:
    """Type the sentence; the nodes appear beside it."""
    page.locator("#prompt").fill(sentence)
    page.locator("#build").click()
    page.wait_for_url("**/flows/*-*/")
    expect(page.get_by_test_id("turn-author")).to_be_visible()
    tried(page)
    cards = page.locator(".react-flow__node")
    expect(cards).to_have_count(5)
    return {str(card.get_attribute("data-id")) for card in cards.all()}


def change_setting(page: Page, name: str, before: str, after: str) -> None:
    page.get_by_test_id("tab-settings").click()
    setting = page.get_by_test_id(f"setting-{name}")
    field = setting if setting.evaluate("e => e.tagName") == "INPUT" else setting.locator("input").first
    expect(field).to_have_value(before)
    field.fill(after)
    field.press("Tab")


def deploy(page: Page) -> None:
    """Deploy asks for approval of what the flow may do to the tower."""
    page.get_by_test_id("deploy").click()
    page.get_by_test_id("deploy-confirm").click()
    approval = page.get_by_test_id("deploy-approval")
    expect(approval).to_be_visible()
    for box in approval.locator("input[type=checkbox]").all():
        box.check()
    page.get_by_test_id("deploy-confirm").click()
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "running", timeout=30_000)


@contextmanager
def alerted(page: Page, lang: str, flow: str) -> Iterator[Page]:
    """The device page, once a kiln overheated there, the notice came and the lamp turned red."""
    with on_another_page(page, "/inbox/") as inbox, on_another_page(page, "/devices/") as devices:
        notices = inbox.locator(f"[data-notice][data-flow='{flow}']").filter(has_text=KILN[lang])
        try:
            devices.locator("[data-device='kiln-2'] [data-fault='overheat']").check()
            expect(notices).to_have_count(1, timeout=HOT_WITHIN)
            expect(devices.locator(LAMP)).to_have_attribute("data-color", "red", timeout=30_000)
            yield devices
        finally:
            switch_off(page, "kiln-2", "kiln-3")


def cooled(devices: Page) -> None:
    """Without its fault the kiln cools, and the lamp turns green."""
    devices.locator("[data-device='kiln-2'] [data-fault='overheat']").uncheck()
    expect(devices.locator(LAMP)).to_have_attribute("data-color", "green", timeout=HOT_WITHIN)


@contextmanager
def on_another_page(page: Page, path: str) -> Iterator[Page]:
    other = page.context.new_page()
    other.goto(path)
    try:
        yield other
    finally:
        other.close()


def export(page: Page, folder: Path) -> dict:
    """The flow alone, and its slice of the registry beside it, as a person saves them."""
    for name, choice in (("flow.json", "export-flow"), ("both.json", "export-registry")):
        page.get_by_test_id("export").click()
        with page.expect_download() as download:
            page.get_by_test_id(choice).click()
        download.value.save_as(folder / name)
        if page.get_by_test_id("export-dialog").count():
            page.keyboard.press("Escape")
    (folder / "registry.json").write_text(json.dumps(json.loads((folder / "both.json").read_text("utf-8"))["registry"]))
    return json.loads((folder / "flow.json").read_text("utf-8"))


def bring_in(page: Page, file: Path, exported: dict) -> None:
    """Import makes a draft of its own with the same nodes."""
    before = page.url
    page.goto("/flows/")
    page.locator("#import").click()
    page.locator("#import-file").set_input_files(file)
    page.wait_for_url("**/flows/*-*/")
    assert page.url != before
    expect(page.locator(".react-flow__node")).to_have_count(len(exported["nodes"]))
    page.goto(before)
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("status")).not_to_have_attribute("data-status", "running")


@contextmanager
def headless(product: Product, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """The exported file on the same broker, with no server at all."""
    command = [sys.executable, "-m", "runtime", "run", str(folder / "flow.json"), "--broker", product.broker_url(),
               "--store", str(folder / "store")]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert json.loads(process.stdout.readline()) == {"ready": True}
        yield process
    finally:
        process.terminate()
        assert process.wait(60) == 0


def acts_alone(process: "subprocess.Popen[str]", devices: Page) -> None:
    """The same notice and the same command, of the kiln that overheats by now; and green again when it cools."""
    assert process.stdout is not None
    actions = [json.loads(process.stdout.readline()) for _ in range(2)]
    devices.locator("[data-device='kiln-3'] [data-fault='overheat']").uncheck()
    recovery = json.loads(process.stdout.readline())
    by_kind = {action["kind"]: action for action in actions}
    assert by_kind["notify"]["device"] == "kiln-3"
    assert by_kind["notify"]["sent"] is False, "no address was given"
    assert by_kind["command"]["data"] == {"command": "set_color", "values": {"color": "red"}}
    assert by_kind["command"]["sent"] is True
    assert recovery["data"] == {"command": "set_color", "values": {"color": "green"}}
