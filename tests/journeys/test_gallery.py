"""The gallery as people use it: a scenario is started and acts on what its virtual devices really send; its flow is made one's own
on devices that are there already; a report of it is one page of A4, for a guest too, until its link is revoked."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import CHROMIUM, FLAGS, Product
from tests.journeys.editing import call, opened

pytestmark = pytest.mark.xdist_group("gallery")
ACTS_WITHIN = 60_000


@dataclass(frozen=True)
class Story:
    """A scenario, how it is found, the fault that is switched on, what it does to another device, and who hears of it."""

    scenario: str
    need: str
    word: str
    title: str
    fault: str
    effect: str
    shows: tuple[str, str]
    """What stands there while the fault has its effect, and again without it."""
    notice: str = ""


HELMET = Story(
    "helmet", "safety", "helmet", "A missing helmet, seen by the camera", "[data-device='hall-cam-1'] [data-fault='no_helmet']",
    "[data-device='hall-tower-1'] .lamp-word", ("red", "green"), "ホールのカメラ1",
)  # fmt: skip
DANGER = Story(
    "danger", "safety", "danger zone", "Somebody in the danger zone", "[data-device='press-cam-1'] [data-fault='entry']",
    "[data-device='siren-1'] [data-field='sound'] .reading", ("on", "off"), "プレス前のカメラ1",
)  # fmt: skip
PARTS = Story(
    "parts", "quality", "inspection", "Visual inspection and the defect rate", "[data-device='belt-cam-1'] [data-fault='defects']",
    "[data-device='sort-gate-1'] [data-field='way'] .reading", ("reject", "pass"),
)  # fmt: skip
SCENARIO = HELMET.scenario
YARD = {
    "types": [{"id": "yard_camera", "label": {"ja": "ヤードのカメラ", "en": "Yard camera"}, "topic": "yard/{device}/shot",
               "fields": [{"name": "image", "type": "image", "label": {"ja": "画像", "en": "picture"}},
                          {"name": "lux", "type": "number", "unit": "lx", "label": {"ja": "明るさ", "en": "light"}}]},
              {"id": "yard_lamp", "label": {"ja": "ヤードの灯", "en": "Yard lamp"}, "topic": "yard/{device}/state",
               "commands": [{"id": "shine", "label": {"ja": "点灯", "en": "shine"}, "topic": "yard/{device}/set",
                             "values": {"type": "object", "properties": {"colour": {"enum": ["RED", "GREEN"]}}}}]}],
    "devices": [{"id": "yard-cam-1", "type": "yard_camera", "label": {"en": "Yard camera 1"}, "attributes": {"hall": "A"}},
                {"id": "yard-lamp-1", "type": "yard_lamp", "label": {"en": "Yard lamp 1"}, "attributes": {"hall": "A"}}],
}  # fmt: skip


def in_english(page: Page) -> None:
    page.goto("/inbox/")
    call(page, "PUT", "/api/me", {"lang": "en", "theme": "auto"})


@pytest.fixture(autouse=True)
def without_a_trace(page: Page) -> Iterator[None]:
    """What was started is removed, so that no other journey meets its flow or its devices."""
    yield
    csrf = page.request.get("/api/me").json()["csrf"]
    for story in (HELMET, DANGER, PARTS):
        page.request.delete(f"/api/gallery/{story.scenario}/copy", headers={"X-CSRFToken": csrf})


def started(page: Page, story: Story = HELMET) -> None:
    """Found by its need, started, and ready once a value came."""
    in_english(page)
    page.goto("/gallery/")
    page.locator(f"[name=need][value={story.need}]").check()
    page.locator("#gallery-search").fill(story.word)
    expect(page.locator(".scenario:visible")).to_have_count(1)
    page.locator(f".scenario[data-scenario={story.scenario}] a").click()
    if page.locator("#copy").get_attribute("data-stage") == "none":
        page.wait_for_load_state("load")
        page.locator("#start").click()
    expect(page.locator("#copy")).to_have_attribute("data-stage", "ready", timeout=ACTS_WITHIN)


def alarmed(page: Page, story: Story = HELMET) -> None:
    """The fault has its effect on the other device, which stands as before once the fault is over."""
    page.goto("/devices/")
    there = page.locator(story.effect)
    for on, shown in zip((True, False), story.shows, strict=True):
        page.locator(story.fault).set_checked(on)
        expect(there).to_have_text(shown, ignore_case=True, timeout=ACTS_WITHIN)


def devices_of(page: Page) -> set[str]:
    return {one["id"] for one in call(page, "GET", "/api/registry")["devices"]}


@pytest.mark.parametrize("story", [HELMET, DANGER, PARTS], ids=lambda story: story.scenario)
def test_a_scenario_is_started_acts_on_real_messages_and_is_removed_without_a_trace(page: Page, story: Story) -> None:
    in_english(page)
    before = devices_of(page)  # another journey may have registered some of them by hand
    started(page, story)
    alarmed(page, story)
    page.goto("/inbox/")
    if story.notice:
        expect(page.locator("[data-notice]").first).to_contain_text(story.notice)
    page.goto(f"/gallery/{story.scenario}/")
    page.locator("#remove").click()
    page.get_by_role("dialog").last.get_by_role("button", name="Remove").click()
    expect(page.locator("#copy")).to_have_attribute("data-stage", "none")
    page.goto("/devices/")
    expect(page.locator("[data-type=tower]")).to_be_visible()
    expect(page.locator(story.fault)).to_have_count(0)
    assert devices_of(page) == before
    names = [one["name"] for one in call(page, "GET", "/api/flows")]
    assert story.title not in names


def test_a_scenario_is_made_ones_own_field_by_field(page: Page) -> None:
    in_english(page)
    call(page, "PUT", "/api/registry", YARD)
    page.goto(f"/gallery/{SCENARIO}/mine/")
    cameras = page.locator("[data-type=hall_camera]")
    expect(cameras.locator("#type-hall_camera")).to_have_value("yard_camera")
    field = page.locator("#field-hall_camera-picture")
    expect(field).to_have_value("image")
    field.select_option("lux")
    note = page.locator("[data-place='field:hall_camera:picture'] .mine-note")
    expect(note).to_contain_text("It is of another type: number instead of image.")
    expect(page.locator("#make")).to_have_attribute("aria-disabled", "true")
    field.select_option("image")
    expect(note).to_be_empty()
    lamp = page.locator("[data-section], [data-type]").filter(has=page.locator("select[id^=command-]"))
    lamp.locator("select").first.select_option("yard_lamp")
    page.locator("select[id^=command-]").first.select_option("shine")
    values = page.locator(".mine-inner .mine-line select")
    expect(values).to_have_count(3)
    assert [one.input_value() for one in values.all()] == ["colour", '"RED"', '"GREEN"'], "found by what they say"
    page.locator("#destinations-hall-safety").select_option("shift-channel")
    expect(page.locator("#mine")).to_have_attribute("data-checked", re.compile("sound|problems"))
    page.locator("#title").fill("Helmets in the yard")
    page.locator("#make").click()
    page.wait_for_url("**/flows/*-*/")
    expect(page.get_by_test_id("saving")).to_be_attached()
    flow = page.url.rstrip("/").rsplit("/", 1)[1]
    document = call(page, "GET", f"/api/flows/{flow}")["document"]
    opened(page, len(document["nodes"]))
    assert document["name"] == "Helmets in the yard"
    assert {node["params"]["type"] for node in document["nodes"] if node["kind"] == "devices"} == {"yard_camera"}
    assert [node["params"]["fields"] for node in document["nodes"] if node["kind"] == "rename"] == [
        [{"from": "image", "to": "picture"}]
    ]
    told = [node["params"]["values"] for node in document["nodes"] if node["kind"] == "command"]
    assert {"colour": "RED"} in told


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_report_of_it_is_one_page_of_a4_for_a_guest_too(
    page: Page, product: Product, browser: Browser, tmp_path: Path, lang: str
) -> None:
    started(page)
    alarmed(page)
    page.goto(f"/gallery/{SCENARIO}/")
    page.locator("#report").click()
    page.wait_for_url("**/reports/*-*/")
    page.locator("#r-customer").fill("山田工業")
    page.locator("#r-lang").select_option(lang)
    page.locator("#r-remark").fill("A long remark. " * 40)
    page.locator("[name=input_value]").first.fill("123456")
    as_full_as_may_be(page)
    page.get_by_role("button", name="Save", exact=True).click()
    sheet = page.locator(".a4")
    expect(sheet).to_contain_text("山田工業 御中" if lang == "ja" else "For 山田工業")
    expect(sheet).to_contain_text("123,456")
    expect(sheet.locator(".sheet-events tr").first).to_be_visible()
    assert sheet.locator(".mark-told").count() > 1, "the legend's, and one that really came"
    page.wait_for_load_state("load")  # its script is there too
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1, "the form beside it is not printed"
    page.locator("#share").click()
    page.locator("#share-form button").click()
    url = page.locator("#share-fresh input").input_value()
    assert pages_of(printed(url, tmp_path / f"report-{lang}.pdf")) == 1
    guests = browser.new_context()
    guest = guests.new_page()
    guest.goto(url)
    expect(guest.locator(".a4")).to_contain_text("123,456")
    expect(guest.get_by_role("link")).to_have_count(0)
    page.get_by_role("button", name="Revoke").first.click()
    expect(page.locator("[data-link]")).to_have_count(0)
    answer = guest.goto(url)
    assert answer is not None
    assert answer.status == 404
    guests.close()


def as_full_as_may_be(page: Page) -> None:
    """Every line of the savings, with words that need two lines."""
    long = "ライン停止一回あたりの平均の損失額と復旧にかかる人件費の合計"
    inputs, results = page.locator("[name=input_name]"), page.locator("[name=result_expr]")
    assert (inputs.count(), results.count()) == (6, 4), "as many as a report has room for"
    for number in range(4, 6):
        for name, value in (("label", long), ("name", f"cost_{number}"), ("value", "1234567"), ("unit", "JPY")):
            page.locator(f"[name=input_{name}]").nth(number).fill(value)
    for number in range(2, 4):
        for name, value in (("label", long), ("expr", "inputs.cost_4 * hours"), ("unit", "JPY")):
            page.locator(f"[name=result_{name}]").nth(number).fill(value)


def printed(url: str, file: Path) -> bytes:
    """What Chromium saves as PDF, as a person would."""
    command = [CHROMIUM, *FLAGS, "--headless", "--no-pdf-header-footer", f"--print-to-pdf={file}",
               f"--user-data-dir={file.parent / 'profile'}", url]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return file.read_bytes()


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))
