"""A demo in a meeting: a fault on a key, a sentence that is typed, the other language, the audience's phones, from the start."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, Response, expect

from tests.journeys.product import Product

SCENARIO = "helmet"
SEEN_WITHIN = 60_000
"""Milliseconds: a model looks at each picture, on a machine that does other things."""


@pytest.fixture
def show(page: Page) -> Page:
    """The presenter's screen, at the beginning."""
    page.goto(f"/gallery/{SCENARIO}/demo")
    expect(page.get_by_test_id("demo")).to_be_visible()
    with page.expect_response(begun_anew):  # or what is pressed next might get there before
        page.keyboard.press("r")
    expect(page.get_by_test_id("alert")).to_have_count(0)
    return page


def begun_anew(answer: Response) -> bool:
    return answer.url.endswith("/do") and '"reset"' in (answer.request.post_data or "")


@pytest.fixture
def phone(browser: Browser, product: Product) -> Iterator[Page]:
    """Somebody in the room, who is not signed in anywhere."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    yield page
    assert not [problem for problem in problems if "ERR_" not in problem], problems
    context.close()


def test_a_fault_on_a_key_is_told_and_lights_the_lamp(show: Page) -> None:
    lamps = show.locator("[data-testid^=device-][data-lamp=green]")
    expect(lamps.first).to_be_visible()
    expect(show.get_by_test_id("camera")).to_be_visible(timeout=SEEN_WITHIN)
    show.keyboard.press("1")
    expect(show.get_by_test_id("fault-1")).to_have_attribute("aria-pressed", "true")
    expect(show.get_by_test_id("alert").first).to_be_visible(timeout=SEEN_WITHIN)
    expect(show.locator("[data-testid^=device-][data-lamp=red]").first).to_be_visible(timeout=SEEN_WITHIN)
    expect(show.locator(".wire-value").first).to_be_visible()
    show.keyboard.press("r")
    expect(show.get_by_test_id("alert")).to_have_count(0)
    expect(show.get_by_test_id("fault-1")).to_have_attribute("aria-pressed", "false")
    expect(show.locator("[data-testid^=device-][data-lamp=red]")).to_have_count(0)


def test_a_page_that_is_loaded_again_shows_the_same_demo(show: Page) -> None:
    show.keyboard.press("1")
    expect(show.get_by_test_id("alert").first).to_be_visible(timeout=SEEN_WITHIN)
    show.reload()
    expect(show.get_by_test_id("fault-1")).to_have_attribute("aria-pressed", "true")
    expect(show.get_by_test_id("alert").first).to_be_visible()


def test_the_sentence_is_typed_by_itself_and_becomes_the_flow_that_plays(show: Page) -> None:
    sentence = show.get_by_test_id("sentence").inner_text()
    show.keyboard.press("t")
    expect(show.get_by_test_id("typing")).to_be_visible()
    expect(show.get_by_test_id("sentence-state")).to_have_class(re.compile("good"), timeout=SEEN_WITHIN)
    expect(show.get_by_test_id("sentence")).to_have_text(sentence)
    expect(show.locator(".node-card")).not_to_have_count(0)
    show.keyboard.press("1")
    expect(show.get_by_test_id("alert").first).to_be_visible(timeout=SEEN_WITHIN)


def test_a_sentence_that_gives_nothing_leaves_the_finished_flow(show: Page) -> None:
    show.keyboard.press("e")
    show.get_by_test_id("sentence-box").fill("It is nice weather today.")
    show.get_by_test_id("sentence-box").press("Enter")
    expect(show.get_by_test_id("sentence-state")).to_have_class(re.compile("warn"), timeout=SEEN_WITHIN)
    expect(show.locator(".node-card")).not_to_have_count(0)


def test_the_language_changes_without_a_reload(show: Page) -> None:
    show.evaluate("window.stayed = true")
    title = show.locator("h1").inner_text()
    before = show.locator("html").get_attribute("lang")
    show.keyboard.press("l")
    expect(show.locator("h1")).not_to_have_text(title)
    expect(show.locator("html")).to_have_attribute("lang", {"ja": "en", "en": "ja"}[before or "en"])
    assert show.evaluate("window.stayed")


def test_notes_are_beside_the_show_or_in_a_window_of_their_own(show: Page) -> None:
    expect(show.get_by_test_id("notes")).to_have_count(0)
    show.keyboard.press("n")
    show.keyboard.press("PageDown")
    expect(show.get_by_test_id("notes-text")).to_be_visible()
    with show.expect_popup() as opened:
        show.get_by_role("button", name=re.compile("window of its own|別のウィンドウ")).click()
    notes = opened.value
    expect(notes.get_by_test_id("notes-text")).to_be_visible()
    expect(show.get_by_test_id("notes")).to_have_count(0)
    said = show.get_by_test_id("step").inner_text()
    notes.get_by_test_id("step-on").click()
    expect(show.get_by_test_id("step")).not_to_have_text(said)
    notes.close()


def test_time_is_paused_stepped_and_made_faster_by_keys(show: Page) -> None:
    show.keyboard.press("Space")
    expect(show.get_by_test_id("paused")).to_be_visible()
    stood = show.get_by_test_id("clock").inner_text()
    show.keyboard.press(".")
    expect(show.get_by_test_id("clock")).not_to_have_text(stood)
    show.keyboard.press("+")
    expect(show.get_by_test_id("speed")).to_have_text("×2")
    show.keyboard.press("-")
    expect(show.get_by_test_id("speed")).to_have_text("×1")
    show.keyboard.press("?")
    expect(show.get_by_test_id("keys")).to_be_visible()
    show.keyboard.press("Escape")
    expect(show.get_by_test_id("keys")).to_have_count(0)


def test_a_report_tells_what_was_shown(show: Page) -> None:
    show.keyboard.press("1")
    expect(show.get_by_test_id("alert").first).to_be_visible(timeout=SEEN_WITHIN)
    with show.expect_popup() as opened:
        show.get_by_test_id("tool-report").click()
    expect(opened.value.locator("h1").first).to_be_visible()
    expect(opened.value).to_have_url(re.compile("/reports/"))


def test_phones_in_the_room_follow_until_the_link_is_revoked(show: Page, phone: Page) -> None:
    show.keyboard.press("s")
    show.get_by_test_id("share-address").select_option("127.0.0.1")
    show.get_by_test_id("share-begin").click()
    expect(show.get_by_test_id("qr")).to_be_visible()
    link = show.get_by_test_id("share-url").inner_text()
    show.keyboard.press("Escape")
    phone.goto(link)
    expect(phone.get_by_test_id("camera")).to_be_visible(timeout=SEEN_WITHIN)
    show.keyboard.press("1")
    show.keyboard.press("ArrowRight")
    expect(phone.get_by_test_id("alert").first).to_be_visible(timeout=SEEN_WITHIN)
    expect(phone.get_by_test_id("audience-step")).not_to_be_empty()
    assert phone.context.cookies() == []
    show.keyboard.press("s")
    show.get_by_test_id("revoke").click()
    expect(phone.get_by_test_id("over")).to_be_visible()
    assert answer_of(phone, link) in (0, 404)


def answer_of(phone: Page, link: str) -> int:
    """0: nobody listens there any more."""
    try:
        return phone.request.get(link).status
    except Error:
        return 0
