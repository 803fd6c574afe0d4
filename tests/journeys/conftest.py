"""One product and one browser for all journeys of a test process."""

import os
import shutil
from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, expect, sync_playwright

from tests.journeys.product import ROOT, Product, running_product

CHROMIUM = os.environ.get("SUIRO_CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium") or ""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PICTURES = ROOT / "test-results"
expect.set_options(timeout=15_000)  # a condition that comes true sooner is not waited for longer
PASSWORD = "a long password of the journey"


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("suiro")) as product:
        yield product


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if shutil.which(CHROMIUM) is None:
        pytest.skip("LOUD: no Chromium on this machine; journeys did not run")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def session(product: Product, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A signed-in session's storage file: the one-time link was used and a password set."""
    file = tmp_path_factory.mktemp("session") / "storage.json"
    context = browser.new_context(base_url=product.url)
    sign_in(context.new_page(), product)
    context.storage_state(path=file)
    context.close()
    return str(file)


def sign_in(page: Page, product: Product) -> None:
    page.goto(product.link)
    page.locator("input[name=name]").fill("keiko")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=again]").fill(PASSWORD)
    page.locator("input[name=again]").press("Enter")
    page.wait_for_url("**/flows/**")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A journey that fails leaves a picture of what the person saw."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and page is not None:
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"{item.name}.png")
    return report


@pytest.fixture
def page(product: Product, browser: Browser, session: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=product.url, storage_state=session, viewport={"width": 1440, "height": 900}, accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    before = ids(context.request, "flows")
    yield page
    page.close()
    tidy(context.request, before)
    context.close()
    assert not problems, problems


def ids(api: APIRequestContext, things: str) -> set[str]:
    return {one["id"] for one in api.get(f"/api/{things}").json()}


def tidy(api: APIRequestContext, before: set[str]) -> None:
    """What a journey began and did not end, perhaps because it failed, is no trouble to the next one: its flows tell nothing
    more, and nothing stays snoozed."""
    csrf = {"X-CSRFToken": api.get("/api/me").json()["csrf"]}
    gone = [f"flows/{flow}" for flow in ids(api, "flows") - before]
    for one in gone + [f"snoozes/{snooze}" for snooze in ids(api, "snoozes")]:
        api.delete(f"/api/{one}", headers=csrf)
    api.put("/api/me", data={"theme": "auto"}, headers=csrf)
