"""Deploying as a person sees it: what changes, in the graph and in words, and back again with one click."""

from playwright.sync_api import Page, expect

from tests.journeys.editing import SOON, TELL, call, deploy, kiln_flow, open_flow, opened, saved


def test_a_deploy_shows_what_changes_and_is_taken_back(page: Page) -> None:
    document = kiln_flow("Back and forth")
    document["settings"]["limit"] = {**document["settings"]["limit"], "value": 900}
    document["nodes"][1] = {**document["nodes"][1], "params": {"field": "temperature", "above": "$limit"}}
    flow = open_flow(page, document)
    deploy(page)
    expect(page.get_by_test_id("edge-value-kiln-out")).to_contain_text("°C", timeout=SOON)
    fired = page.get_by_test_id("edge-value-hot-entered")
    expect(fired).to_have_count(0)
    edited = {**document, "settings": {"limit": {**document["settings"]["limit"], "value": 10}}}
    edited["nodes"] = [*document["nodes"], {**TELL, "id": "calm", "from": ["hot.cleared"]}]
    call(page, "PUT", f"/api/flows/{flow}", {"document": edited, "revision": 1})
    page.reload()
    expect(page.get_by_test_id("differs")).to_be_visible()
    page.get_by_test_id("deploy").click()
    changes = page.get_by_test_id("deploy-changes")
    expect(changes.locator("[data-key='setting limit']")).to_contain_text("900 °C")
    expect(changes.locator("[data-key='setting limit'] ins")).to_have_text("10 °C")
    expect(changes.locator("[data-what=added]")).to_have_count(1)
    expect(page.locator(".compared-node[data-standing=added]")).to_have_count(1)
    expect(page.locator(".compared-node[data-standing=same]")).to_have_count(3)
    page.locator("#deploy-comment").fill("lower limit")
    page.get_by_test_id("deploy-confirm").click()
    expect(page.get_by_test_id("status")).to_contain_text("v2")
    expect(fired).to_contain_text("°C", timeout=SOON)
    go_back(page)
    expect(page.get_by_test_id("status")).to_contain_text("v3")
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "running", timeout=SOON)
    expect(page.get_by_test_id("differs")).to_be_visible()
    now = call(page, "GET", f"/api/flows/{flow}")
    assert now["deployed"]["document"]["settings"]["limit"]["value"] == 900
    assert now["document"]["settings"]["limit"]["value"] == 10
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "stopped")


def go_back(page: Page) -> None:
    """Version 1 is offered, with what going back to it changes."""
    page.get_by_test_id("deploy").click()
    expect(page.get_by_test_id("version-before")).to_contain_text("version 1")
    page.get_by_test_id("deploy-back").click()
    expect(page.get_by_test_id("back-changes").locator("[data-key='setting limit'] ins")).to_have_text("900 °C")
    expect(page.locator(".compared-node[data-standing=removed]")).to_have_count(1)
    page.get_by_test_id("deploy-confirm").click()


def test_all_versions_are_listed_compared_and_any_of_them_runs_again(page: Page) -> None:
    document = kiln_flow("History")
    flow = open_flow(page, document)
    for limit in (900, 800, 700):
        draft = call(page, "GET", f"/api/flows/{flow}")
        draft["document"]["settings"]["limit"]["value"] = limit
        call(page, "PUT", f"/api/flows/{flow}", {"document": draft["document"], "revision": draft["revision"]})
        call(page, "POST", f"/api/flows/{flow}/deploy", {"comment": f"limit {limit}"})
    page.reload()
    opened(page, 3)
    page.keyboard.press("Control+k")
    page.get_by_test_id("finder-search").fill("all versions")
    page.keyboard.press("Enter")
    rows = page.get_by_test_id("versions").locator("> li")
    expect(rows).to_have_count(3)
    expect(page.get_by_test_id("version-3")).to_contain_text("deployed now")
    expect(page.get_by_test_id("version-2")).to_contain_text("limit 800")
    expect(page.get_by_test_id("version-2")).to_contain_text("changes: 1")
    expect(page.get_by_test_id("version-1")).to_contain_text("keiko")
    page.get_by_test_id("version-look-1").click()
    expect(page.get_by_test_id("back-changes").locator("[data-key='setting limit'] del")).to_have_text("700 °C")
    expect(page.get_by_test_id("back-changes").locator("[data-key='setting limit'] ins")).to_have_text("900 °C")
    page.get_by_test_id("deploy-confirm").click()
    expect(page.get_by_test_id("status")).to_contain_text("v4")
    assert call(page, "GET", f"/api/flows/{flow}")["deployed"]["document"]["settings"]["limit"]["value"] == 900
    assert call(page, "GET", f"/api/flows/{flow}")["document"]["settings"]["limit"]["value"] == 700
    page.get_by_test_id("deploy").click()
    page.get_by_test_id("deploy-versions").click()
    expect(page.get_by_test_id("version-4")).to_contain_text("Back to version 1")
    page.get_by_test_id("version-look-2").click()
    page.get_by_test_id("version-take").click()
    assert saved(page)["settings"]["limit"]["value"] == 800
    page.keyboard.press("Control+z")
    assert saved(page)["settings"]["limit"]["value"] == 700
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "stopped")


def test_a_workspace_that_wants_comments_gets_one_before_it_deploys(page: Page) -> None:
    want_comments(page, wanted=True)
    try:
        open_flow(page, kiln_flow("Said why"))
        page.get_by_test_id("deploy").click()
        expect(page.locator("#deploy-comment")).to_be_visible()
        expect(page.get_by_test_id("deploy-confirm")).to_be_disabled()
        page.locator("#deploy-comment").fill("a trial")
        expect(page.get_by_test_id("deploy-confirm")).to_be_enabled()
    finally:
        want_comments(page, wanted=False)


def want_comments(page: Page, *, wanted: bool) -> None:
    page.goto("/settings/")
    box = page.locator("input[name=comment_needed]")
    box.set_checked(wanted)
    page.locator("section", has=box).locator("button.btn-primary").click()
    expect(page.locator("input[name=comment_needed]")).to_be_checked(checked=wanted)
