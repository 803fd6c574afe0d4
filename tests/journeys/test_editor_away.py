"""The server goes away under an open editor: the page comes back by itself, and neither work nor undo is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.conftest import sign_in
from tests.journeys.editing import SOON, card, choose, deploy, kiln_flow, node_ids, open_flow, opened, saved
from tests.journeys.product import running_product

BACK_WITHIN = 60_000
"""Milliseconds for the longest wait between two tries of the page's line, and some to spare."""


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """Somebody who has not signed in anywhere."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def test_a_restart_of_the_server_is_outlived_by_the_page_its_draft_and_its_undo(visitor: Page, tmp_path: Path) -> None:
    page, home = visitor, tmp_path / "suiro"
    with running_product(home) as product:
        sign_in(page, product)
        open_on(page, product.url)
        deploy(page)
        expect(page.get_by_test_id("edge-value-kiln-out")).to_contain_text("°C", timeout=SOON)
        page.evaluate("window.same = true")
        name(page, "hot", "Before")
        before = saved(page)
    expect(page.get_by_text("No connection")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_title("No connection to the server.")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    name(page, "hot", "While it was away")
    choose(page, "tell")
    page.keyboard.press("Delete")
    expect(page.locator(".react-flow__node")).to_have_count(2)
    with running_product(home, port=int(product.url.rsplit(":", 1)[1])):
        expect(page.get_by_test_id("saving")).to_have_attribute("data-saving", "saved", timeout=BACK_WITHIN)
        assert node_ids(page) == {"kiln", "hot"}
        draft = saved(page)
        assert [node.get("label") for node in draft["nodes"]] == [None, "While it was away"]
        frames = page.get_by_test_id("edge-value-kiln-out")
        page.get_by_test_id("undo").click()
        page.get_by_test_id("undo").click()
        assert saved(page) == before
        expect(frames).to_contain_text("°C", timeout=BACK_WITHIN)
        expect(page.get_by_test_id("status")).to_have_attribute("data-status", "running")
        assert page.evaluate("window.same") is True


def open_on(page: Page, url: str) -> None:
    """The flow of the kilns on this product."""
    goto = page.goto
    page.goto = lambda path, **more: goto(url + path if path.startswith("/") else path, **more)  # type: ignore[method-assign]
    open_flow(page, kiln_flow())


def name(page: Page, node: str, label: str) -> None:
    choose(page, node)
    page.get_by_test_id("node-label").fill(label)
    expect(card(page, node)).to_contain_text(label)


def test_what_the_server_never_got_is_there_after_a_reload_and_is_saved_then(page: Page) -> None:
    flow = open_flow(page, kiln_flow())
    start = saved(page)
    page.route(f"**/api/flows/{flow}", lambda route: refuse(route))
    name(page, "hot", "Too hot")
    expect(page.get_by_text("Not saved")).to_be_visible()
    # no route sees what is sent while the page goes
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('away')) }")
    page.reload()
    expect(card(page, "hot")).to_contain_text("Too hot")
    expect(page.get_by_text("What you had not saved is here again.")).to_be_visible()
    page.unroute_all()
    assert saved(page)["nodes"][1]["label"] == "Too hot"
    page.reload()
    opened(page, 3)
    expect(page.get_by_text("What you had not saved is here again.")).to_have_count(0)
    page.keyboard.press("Control+z")
    assert saved(page) == start


def test_what_was_changed_in_the_moment_of_leaving_gets_to_the_server(page: Page) -> None:
    flow = open_flow(page, kiln_flow())
    name(page, "hot", "Too hot")
    page.goto("/devices/")
    page.evaluate("sessionStorage.clear()")  # else the editor would bring it back itself
    page.goto(f"/flows/{flow}/")
    expect(card(page, "hot")).to_contain_text("Too hot")


def refuse(route: Route) -> None:
    """As long as the server is away, for what is written."""
    if route.request.method == "PUT":
        route.abort()
    else:
        route.continue_()


def test_an_answer_that_was_lost_on_its_way_is_no_conflict_with_oneself(page: Page) -> None:
    flow = open_flow(page, kiln_flow())
    lost: list[int] = []

    def lose(route: Route) -> None:
        """The first save gets there, and its answer does not come back."""
        if route.request.method != "PUT" or lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    page.route(f"**/api/flows/{flow}", lose)
    name(page, "hot", "Too hot")
    expect(page.get_by_text("Not saved")).to_be_visible()
    assert lost == [200]
    draft = saved(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert draft["nodes"][1]["label"] == "Too hot"
    name(page, "hot", "Much too hot")
    assert saved(page)["nodes"][1]["label"] == "Much too hot"
