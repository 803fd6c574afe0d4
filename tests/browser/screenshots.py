"""Pictures of the running product: those that the documentation shows, or with `--all` every page in every look.

    python -m tests.browser.screenshots          writes docs/pictures
    python -m tests.browser.screenshots --all    writes test-results/screenshots

The values in the pictures came through the broker from the virtual fleet, with kiln 2 overheating.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.journeys.conftest import CHROMIUM, FLAGS, PASSWORD
from tests.journeys.product import ROOT, running_product
from tests.journeys.test_main_job import HOT_WITHIN, SENTENCES, build, deploy

DOCS = ROOT / "docs" / "pictures"
RESULTS = ROOT / "test-results" / "screenshots"
WIDE = (1440, 900)
NARROW = (390, 844)
PAGES = ("flows", "devices", "tables", "plans", "destinations", "inbox", "workers", "letters", "connection", "settings")
SHOWN_WITHIN = 30_000


@dataclass(frozen=True)
class Look:
    lang: str
    theme: str
    size: tuple[int, int] = WIDE

    def file(self, name: str) -> str:
        width = "" if self.size == WIDE else f"-{self.size[0]}"
        return f"{name}-{self.lang}-{self.theme}{width}.png"


def main() -> None:
    arguments = argparse.ArgumentParser(description="Write pictures of the running product.")
    arguments.add_argument("--all", action="store_true", help="every page, ja and en, light and dark, wide and narrow")
    every = arguments.parse_args().all
    with tempfile.TemporaryDirectory() as home, running_product(Path(home)) as product, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        visitor = Visitor(browser, product.url)
        visitor.sign_in(product.link)
        flows = {lang: visitor.running_flow(lang) for lang in ("ja", "en")}
        visitor.overheat("kiln-2")
        if every:
            every_page(visitor, flows)
        else:
            for_the_docs(visitor, flows)
        browser.close()


def for_the_docs(visitor: "Visitor", flows: dict[str, str]) -> None:
    visitor.picture(flows["en"], DOCS, "editor", Look("en", "light"))
    visitor.picture(flows["ja"], DOCS, "editor", Look("ja", "dark"))
    visitor.picture("/devices/", DOCS, "devices", Look("en", "light"), whole=True)


def every_page(visitor: "Visitor", flows: dict[str, str]) -> None:
    for size in (WIDE, NARROW):
        for lang in ("ja", "en"):
            for theme in ("light", "dark"):
                look = Look(lang, theme, size)
                visitor.picture(flows[lang], RESULTS, "editor", look)
                for name in PAGES:
                    visitor.picture(f"/{name}/", RESULTS, name, look)
                visitor.signin_picture(look)


class Visitor:
    """A signed-in person, who looks at pages in a language, a theme and a size."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.url = url
        self.state: dict = {}

    def sign_in(self, link: str) -> None:
        context = self.browser.new_context(base_url=self.url)
        page = context.new_page()
        page.goto(link)
        page.locator("input[name=name]").fill("keiko")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=again]").fill(PASSWORD)
        page.locator("input[name=again]").press("Enter")
        page.wait_for_url("**/flows/**")
        self.state = dict(context.storage_state())
        context.close()

    def running_flow(self, lang: str) -> str:
        """The path of the language's sentence as a deployed flow."""
        with self.page(Look(lang, "light")) as page:
            page.goto("/flows/")
            build(page, SENTENCES[lang])
            deploy(page)
            return page.url.removeprefix(self.url)

    def overheat(self, device: str) -> None:
        """Until the lamp is red and the inbox has heard of it."""
        with self.page(Look("en", "light")) as page:
            page.goto("/devices/")
            page.locator(f"[data-device='{device}'] [data-fault='overheat']").check()
            lamp = page.locator("[data-device='tower-1'] [data-lamp]")
            expect(lamp).to_have_attribute("data-color", "red", timeout=HOT_WITHIN)

    @contextmanager
    def page(self, look: Look) -> Iterator[Page]:
        context = self.context(look, self.state)
        page = context.new_page()
        page.set_default_timeout(SHOWN_WITHIN)
        page.goto("/inbox/")
        prefer(page, look)
        yield page
        context.close()

    def context(self, look: Look, state: dict | None) -> BrowserContext:
        width, height = look.size
        return self.browser.new_context(
            base_url=self.url,
            storage_state=state,  # type: ignore[arg-type]
            viewport={"width": width, "height": height},
            color_scheme=look.theme,  # type: ignore[arg-type]
            locale="ja-JP" if look.lang == "ja" else "en-GB",
            timezone_id="Asia/Tokyo",
            reduced_motion="reduce",
        )

    def picture(self, path: str, folder: Path, name: str, look: Look, *, whole: bool = False) -> None:
        with self.page(look) as page:
            page.goto(path)
            settle(page)
            write(page, folder / look.file(name), whole=whole)

    def signin_picture(self, look: Look) -> None:
        context = self.context(look, None)
        page = context.new_page()
        page.goto("/signin/")
        settle(page)
        write(page, RESULTS / look.file("signin"))
        context.close()


def prefer(page: Page, look: Look) -> None:
    """The person's own language and theme, as the product remembers them."""
    script = """async (wish) => {
      const me = await (await fetch('/api/me')).json()
      const headers = {'Content-Type': 'application/json', 'X-CSRFToken': me.csrf}
      return (await fetch('/api/me', {method: 'PUT', headers, body: wish})).status
    }"""
    status = page.evaluate(script, json.dumps({"lang": look.lang, "theme": look.theme}))
    assert status < 300, status


def settle(page: Page) -> None:
    """Fonts are there, and live values have come in where the page shows some."""
    page.evaluate("document.fonts.ready.then(() => true)")
    if page.locator("#editor").count():
        expect(page.locator(".wire-value").first).to_be_visible(timeout=SHOWN_WITHIN)
    page.wait_for_timeout(2500)


def write(page: Page, file: Path, *, whole: bool = False) -> None:
    """What is in view, or the whole page from its top to its end."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if whole and page.viewport_size:
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": page.viewport_size["width"], "height": height})
    page.screenshot(path=file)
    print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
