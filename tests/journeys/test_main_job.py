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

from tests.journeys.product import ROOT, Product

SENTENCES = {
    "ja": "炉の温度が80℃を超えた状態が30秒続いたら、現場チャンネルに一度だけ通知して、信号灯を赤にする。下がったら緑に戻す。",
    "en": "When a kiln stays above 80 °C for 30 seconds, notify the shift channel once and turn the signal tower red; "
    "green again when it cools.",
}
KILN = {"ja": "2号炉", "en": "Kiln 2"}
HOT_WITHIN = 90_000
"""Milliseconds for a virtual kiln to heat up, and for thirty seconds above the limit."""


@pytest.mark.parametrize(
    "lang", [pytest.param(lang, marks=pytest.mark.xdist_group(f"main job {lang}")) for lang in ("ja", "en")]
)
def test_a_sentence_becomes_a_running_flow(page: Page, product: Product, lang: str, tmp_path: Path) -> None:
    speak(page, lang)
    nodes = build(page, SENTENCES[lang])
    change_limit(page, 80, 70)
    deploy(page)
    expect(page.get_by_test_id("edge-value-kiln-out")).to_contain_text("°C", timeout=30_000)
    overheat_and_watch(page, lang)
    exported = export(page, tmp_path)
    assert exported["settings"]["limit"]["value"] == 70
    assert {node["id"] for node in exported["nodes"]} == nodes
    bring_in(page, tmp_path / "flow.json", exported)
    run_headless(product, tmp_path, page)


def speak(page: Page, lang: str) -> None:
    page.goto("/flows/")
    page.locator(f"button[name=lang][value={lang}]").first.click()
    page.wait_for_load_state("networkidle")
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


def change_limit(page: Page, before: int, after: int) -> None:
    page.get_by_test_id("tab-settings").click()
    limit = page.get_by_test_id("setting-limit")
    field = limit if limit.evaluate("e => e.tagName") == "INPUT" else limit.locator("input").first
    expect(field).to_have_value(str(before))
    field.fill(str(after))
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


def overheat_and_watch(page: Page, lang: str) -> None:
    """A fault on the device page; the notice and the lamp follow, and the lamp turns green when the kiln has cooled."""
    flow = page.url
    with on_another_page(page, "/inbox/") as inbox, on_another_page(page, "/devices/") as devices:
        before = inbox.locator("[data-notice]").count()
        kiln = devices.locator("[data-device='kiln-2']")
        lamp = devices.locator("[data-device='tower-1'] [data-lamp]")
        kiln.locator("[data-fault='overheat']").check()
        expect(inbox.locator("[data-notice]")).to_have_count(before + 1, timeout=HOT_WITHIN)
        expect(lamp).to_have_attribute("data-color", "red")
        expect(inbox.locator("[data-notice]").first).to_contain_text(KILN[lang])
        kiln.locator("[data-fault='overheat']").uncheck()
        expect(lamp).to_have_attribute("data-color", "green", timeout=HOT_WITHIN)
        expect(inbox.locator("[data-notice]")).to_have_count(before + 1)
    page.goto(flow)


@contextmanager
def on_another_page(page: Page, path: str) -> Iterator[Page]:
    other = page.context.new_page()
    other.goto(path)
    yield other
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


def run_headless(product: Product, folder: Path, page: Page) -> None:
    """The exported file, with no server: the same notice and the same command from the same broker."""
    command = [sys.executable, "-m", "runtime", "run", str(folder / "flow.json"), "--broker", product.broker_url(),
               "--store", str(folder / "store")]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert json.loads(process.stdout.readline()) == {"ready": True}
        with on_another_page(page, "/devices/") as devices:
            fault = devices.locator("[data-device='kiln-3'] [data-fault='overheat']")
            fault.check()
            actions = [json.loads(process.stdout.readline()) for _ in range(2)]
            fault.uncheck()
            recovery = json.loads(process.stdout.readline())
    finally:
        process.terminate()
        assert process.wait(15) == 0
    by_kind = {action["kind"]: action for action in actions}
    assert by_kind["notify"]["device"] == "kiln-3"
    assert by_kind["notify"]["sent"] is False, "no address was given"
    assert by_kind["command"]["data"] == {"command": "set_color", "values": {"color": "red"}}
    assert by_kind["command"]["sent"] is True
    assert recovery["data"] == {"command": "set_color", "values": {"color": "green"}}
