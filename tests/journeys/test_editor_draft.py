"""The draft: saved by itself, never lost to another tab, in the reader's language and light, on a telephone too."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.editing import (
    HOT,
    KILNS,
    add_by_search,
    call,
    card,
    choose,
    heard,
    kiln_flow,
    node_ids,
    nodes_of,
    open_flow,
    opened,
    saved,
)

SCRIPT = '<img src=x onerror="window.broken=1">'


def test_the_draft_saves_itself_and_is_there_after_a_reload(page: Page) -> None:
    open_flow(page, kiln_flow())
    choose(page, "hot")
    page.get_by_test_id("node-label").fill("Kiln too hot")
    added = add_by_search(page, "cooldown")
    draft = saved(page)
    page.reload()
    opened(page, 4)
    assert saved(page) == draft
    assert nodes_of(draft)[added]["from"] == ["hot"]
    expect(card(page, "hot")).to_contain_text("Kiln too hot")


def test_what_is_missing_is_asked_for_at_its_own_field_and_every_tab_is_in_sight(page: Page) -> None:
    open_flow(page, kiln_flow())
    add_by_search(page, "cooldown")
    missing = page.get_by_test_id("param-for").locator(".problem-line")
    expect(missing).to_contain_text("missing")
    for width in (1440, 1200, 820, 390):
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.get_by_test_id("problems-count")).to_be_visible()
        assert page.get_by_role("tablist").evaluate("tabs => tabs.scrollWidth - tabs.clientWidth") <= 0
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_test_id("param-for").locator("input").fill("5m")
    expect(missing).to_have_count(0)


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_two_tabs_that_change_the_same_flow_are_asked_whose_change_stays(page: Page, choice: str) -> None:
    flow = open_flow(page, kiln_flow())
    other = page.context.new_page()
    other.goto(page.url)
    opened(other, 3)
    held = hold_save(page, flow)
    rename(page, "Mine")
    heard(page, held)
    rename(other, "Theirs")
    assert saved(other)["name"] == "Theirs"
    held[0].continue_()
    expect(page.get_by_test_id("contest-top-name")).to_contain_text("changed by both")
    page.get_by_test_id(f"conflict-{choice}").click()
    wanted = choice.capitalize()
    expect(page.get_by_test_id("flow-name")).to_have_value(wanted)
    assert saved(page)["name"] == wanted
    expect(other.get_by_test_id("flow-name")).to_have_value(wanted)
    other.close()


def test_two_people_who_change_different_things_both_keep_their_work(page: Page) -> None:
    flow = open_flow(page, kiln_flow())
    expect(page.get_by_test_id("people")).to_have_count(0)
    other = page.context.new_page()
    other.goto(page.url)
    opened(other, 3)
    expect(page.get_by_test_id("people")).to_have_attribute("aria-label", re.compile("another tab"))
    held = hold_save(page, flow)
    rename(page, "Mine")
    heard(page, held)
    choose(other, "hot")
    other.get_by_test_id("node-label").fill("Too hot")
    other.get_by_test_id("tab-settings").click()
    other.get_by_test_id("setting-value-limit").fill("66")
    saved(other)
    held[0].continue_()
    expect(page.get_by_test_id("contest-node-hot")).to_contain_text("changed by them")
    page.get_by_test_id("contest-setting-limit").get_by_test_id("take-mine").check()
    page.get_by_test_id("conflict-chosen").click()
    draft = saved(page)
    assert (draft["name"], nodes_of(draft)["hot"]["label"]) == ("Mine", "Too hot")
    assert draft["settings"]["limit"]["value"] == 80
    page.get_by_test_id("undo").click()
    expect(card(page, "hot")).not_to_contain_text("Too hot")
    other.close()
    expect(page.get_by_test_id("people")).to_have_count(0)


def hold_save(page: Page, flow: str) -> list[Route]:
    """The first save does not get to the server before it is let go on; the flow may still be read."""
    held: list[Route] = []
    page.route(
        f"**/api/flows/{flow}",
        lambda route: held.append(route) if route.request.method == "PUT" and not held else route.continue_(),
    )
    return held


def rename(page: Page, name: str) -> None:
    page.get_by_test_id("flow-name").fill(name)
    page.get_by_test_id("flow-name").press("Enter")


def test_the_language_changes_without_a_reload_and_the_draft_stays(page: Page) -> None:
    document = kiln_flow()
    document["nodes"][1] = {**HOT, "params": {"field": "temprature", "above": 80}}
    open_flow(page, document)
    page.evaluate("window.same = true")
    choose(page, "hot")
    page.get_by_test_id("node-label").fill("half writ")
    page.get_by_test_id("lang").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_test_id("deploy")).to_have_text("デプロイ")
    expect(page.get_by_test_id("node-label")).to_have_value("half writ")
    expect(page.get_by_test_id("param-field").locator(".problem-line")).to_contain_text("項目")
    page.get_by_test_id("lang").click()
    expect(page.get_by_test_id("deploy")).to_have_text("Deploy")
    assert page.evaluate("window.same") is True
    assert nodes_of(saved(page))["hot"]["label"] == "half writ"


def test_the_dark_theme_is_dark_and_is_remembered(page: Page) -> None:
    open_flow(page, kiln_flow())
    theme = page.get_by_test_id("theme")
    for _ in range(3):
        if page.locator("html").get_attribute("data-theme") != "dark":
            with page.expect_response(lambda answer: answer.url.endswith("/api/me") and answer.request.method == "PUT"):
                theme.click()
    page.reload()
    opened(page, 3)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert brightness(page, ".node-card", "backgroundColor") < 0.25
    assert brightness(page, ".node-label", "color") > 0.75


def brightness(page: Page, part: str, what: str) -> float:
    """Between 0 and 1, as the browser paints it."""
    return float(
        page.locator(part).first.evaluate(
            """(element, what) => {
              const paint = document.createElement('canvas').getContext('2d')
              paint.fillStyle = getComputedStyle(element)[what]
              paint.fillRect(0, 0, 1, 1)
              const [r, g, b] = paint.getImageData(0, 0, 1, 1).data
              return (r + g + b) / 765
            }""",
            what,
        )
    )


def test_a_flow_is_written_and_changed_on_a_telephone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_flow(page)
    prompt = page.get_by_test_id("prompt-box")
    expect(prompt).to_be_in_viewport()
    prompt.fill("When a kiln stays above 80 °C for 30 seconds, notify the shift channel.")
    page.get_by_test_id("prompt-send").click()
    expect(page.get_by_test_id("turn-author")).to_be_visible()
    expect(page.locator(".react-flow__node")).to_have_count(3)
    page.get_by_test_id("tab-settings").click()
    limit = page.get_by_test_id("setting-value-limit")
    expect(limit).to_be_in_viewport()
    limit.fill("66")
    page.get_by_test_id("sheet").click()
    page.get_by_test_id("tab-problems").click()
    expect(page.get_by_role("tabpanel")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_test_id("flow-name").evaluate("name => name.clientWidth") > 120
    assert saved(page)["settings"]["limit"]["value"] == 66
    page.get_by_test_id("more").click()
    page.get_by_role("menuitem", name="Dashboard").click()
    page.wait_for_url("**/dashboard/")


def test_what_devices_and_people_call_themselves_is_only_ever_text(page: Page) -> None:
    page.goto("/inbox/")
    device = {"id": "kiln-x", "type": "kiln", "label": {"en": SCRIPT, "ja": SCRIPT}, "attributes": {"hall": SCRIPT}}
    call(page, "PUT", "/api/registry", {"devices": [device]})
    document = kiln_flow(SCRIPT)
    document["nodes"] = [
        {**KILNS, "label": SCRIPT, "params": {"type": "kiln", "only": ["kiln-x"], "where": {"hall": SCRIPT}}},
        {**HOT, "params": {"field": SCRIPT, "above": "$limit"}},
    ]
    document["settings"]["limit"] = {**document["settings"]["limit"], "label": SCRIPT, "unit": SCRIPT, "help": SCRIPT}
    try:
        open_flow(page, document)
        for node in sorted(node_ids(page)):
            choose(page, node)
        expect(card(page, "kiln")).to_contain_text(SCRIPT)
        expect(page.get_by_test_id("node-form")).to_contain_text(SCRIPT)
        for tab in ("settings", "problems"):
            page.get_by_test_id(f"tab-{tab}").click()
            expect(page.get_by_role("tabpanel")).to_contain_text(SCRIPT)
        page.get_by_test_id("deploy").click()
        expect(page.get_by_test_id("deploy-problems")).to_be_visible()
        assert page.locator("img[src=x]").count() == 0
        assert page.evaluate("window.broken") is None
    finally:
        call(page, "DELETE", "/api/registry/devices/kiln-x")
