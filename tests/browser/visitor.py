"""A signed-in person, who looks at pages in a language, a theme and a size."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.conftest import PASSWORD

WIDE = (1440, 900)
NARROW = (390, 844)
SHOWN_WITHIN = 30_000


@dataclass(frozen=True)
class Look:
    lang: str
    theme: str
    size: tuple[int, int] = WIDE

    def file(self, name: str) -> str:
        width = "" if self.size == WIDE else f"-{self.size[0]}"
        return f"{name}-{self.lang}-{self.theme}{width}.png"


LOOKS = [Look(lang, theme, size) for size in (WIDE, NARROW) for lang in ("ja", "en") for theme in ("light", "dark")]


class Visitor:
    """The person's session, and pages as they see them."""

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

    @contextmanager
    def page(self, look: Look) -> Iterator[Page]:
        """A page of the signed-in person, who prefers this language and whose system has this theme."""
        context = self.context(look, self.state)
        page = context.new_page()
        page.set_default_timeout(SHOWN_WITHIN)
        page.goto("/inbox/")
        prefer(page, look)
        yield page
        context.close()

    @contextmanager
    def guest(self, look: Look) -> Iterator[Page]:
        """A page of somebody who is not signed in."""
        context = self.context(look, None)
        page = context.new_page()
        page.set_default_timeout(SHOWN_WITHIN)
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


def prefer(page: Page, look: Look) -> None:
    """The person's own language; the theme is that of the system, which the context says."""
    script = """async (wish) => {
      const me = await (await fetch('/api/me')).json()
      const headers = {'Content-Type': 'application/json', 'X-CSRFToken': me.csrf}
      return (await fetch('/api/me', {method: 'PUT', headers, body: wish})).status
    }"""
    status = page.evaluate(script, json.dumps({"lang": look.lang, "theme": "auto"}))
    assert status < 300, status
