"""Pictures of the running product: those that the documentation shows, or every page and panel in every look.

    python -m tests.browser.screenshots                      writes docs/pictures
    python -m tests.browser.screenshots --all [--to DIR]     everything, into test-results/screenshots or DIR
    python -m tests.browser.screenshots --only inbox,editor  these alone, in every look

The values in the pictures came through the broker from the virtual fleet, with kiln 2 overheating.
"""

import argparse
import tempfile
from itertools import cycle
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.models import local_model
from tests.browser.scenes import DEMOS, SCENES, Scene, play
from tests.browser.visitor import LOOKS, Look, Visitor
from tests.journeys.conftest import CHROMIUM, FLAGS
from tests.journeys.editing import call
from tests.journeys.product import ROOT, running_product
from tests.journeys.test_main_job import HOT_WITHIN, SENTENCES, build, deploy

DOCS = ROOT / "docs" / "pictures"
RESULTS = ROOT / "test-results" / "screenshots"
STILL = 600
"""Milliseconds in which what moves comes to rest."""
COMES_IN = 2_500
"""Milliseconds in which a second value has come, so that charts and rates have something to show."""
NEWCOMER = {"ja": "田中", "en": "yuki"}
FOR_THE_DOCS = (("editor", Look("en", "light")), ("editor", Look("ja", "dark")), ("devices", Look("en", "light")))


def main() -> None:
    arguments = _arguments()
    chosen, demos = (
        [one for one in every if not arguments.only or one.name in arguments.only] for every in (SCENES, DEMOS)
    )
    with tempfile.TemporaryDirectory() as home, running_product(Path(home)) as product, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        visitor = Visitor(browser, product.url)
        visitor.sign_in(product.link)
        if chosen:
            places = {lang: set_up(visitor, lang) for lang in ("ja", "en")}
            overheat(visitor, "kiln-2")
            if arguments.all or arguments.only:
                every_look(visitor, chosen, places, arguments.to)
            else:
                for_the_docs(visitor, places)
        if arguments.all or arguments.only:
            one_look_each(visitor, demos, arguments.to)
        browser.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Write pictures of the running product.")
    parser.add_argument(
        "--all", action="store_true", help="every page, ja and en, light and dark, wide and narrow, and every demo once"
    )
    parser.add_argument("--only", type=lambda text: text.split(","), default=[], help="names of scenes, with commas")
    parser.add_argument("--to", type=Path, default=RESULTS, help=f"the folder ({RESULTS.relative_to(ROOT)})")
    arguments = parser.parse_args()
    names = [scene.name for scene in (*SCENES, *DEMOS)]
    unknown = set(arguments.only) - set(names)
    if unknown:
        parser.error(f"no {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return arguments


def set_up(visitor: Visitor, lang: str) -> dict[str, str]:
    """The language's sentence as a deployed flow, a flow without nodes, a shared dashboard, a person who is new."""
    with visitor.page(Look(lang, "light")) as page:
        page.goto("/flows/")
        build(page, SENTENCES[lang])
        deploy(page)
        flow = page.url.rstrip("/").rsplit("/", 1)[1]
        empty = call(
            page,
            "POST",
            "/api/flows",
            {"document": {"suiro": 1, "name": {"ja": "新しいフロー"}.get(lang, "New flow"), "nodes": []}},
        )
        shared = call(page, "POST", f"/api/flows/{flow}/dashboard/links", {})
        report = call(page, "POST", "/api/reports", {"flow": flow})["id"]
        sheet = call(page, "POST", f"/api/reports/{report}/links", {})
        page.goto("/settings/")
        page.locator("#person-name").fill(NEWCOMER[lang])
        page.locator("#people button[value=add]").click()
        page.locator("#fresh-link").wait_for()
        links = {"shared": shared["url"], "shared_report": sheet["url"]}
        return {"flow": flow, "empty": empty["id"], "report": report, "model": local_model(page), **links}


def way_in(page: Page, lang: str) -> str:
    """A fresh link of a person who has set no password yet."""
    page.goto("/settings/")
    page.locator(f"[data-person='{NEWCOMER[lang]}'] button[value=link]").click()
    return page.locator("#fresh-link input").input_value()


def overheat(visitor: Visitor, device: str) -> None:
    """Until the lamp is red and the inbox has heard of it."""
    with visitor.page(Look("en", "light")) as page:
        page.goto("/devices/")
        page.locator(f"[data-device='{device}'] [data-fault='overheat']").check()
        lamp = page.locator("[data-device='tower-1'] [data-lamp]")
        expect(lamp).to_have_attribute("data-color", "red", timeout=HOT_WITHIN)


def for_the_docs(visitor: Visitor, places: dict[str, dict[str, str]]) -> None:
    for name, look in FOR_THE_DOCS:
        scene = next(scene for scene in SCENES if scene.name == name)
        with visitor.page(look) as page:
            picture(page, scene, look, places[look.lang], DOCS)


def every_look(visitor: Visitor, scenes: list[Scene], places: dict[str, dict[str, str]], folder: Path) -> None:
    for look in LOOKS:
        with visitor.page(look) as page, visitor.guest(look) as guest:
            known = {**places[look.lang], "welcome": way_in(page, look.lang)}
            for scene in scenes:
                picture(guest if scene.guest else page, scene, look, known, folder)


def one_look_each(visitor: Visitor, demos: list[Scene], folder: Path) -> None:
    """Demos, in Japanese and English by turns; each is over once it is pictured, so that it takes no time from the next."""
    for demo, lang in zip(demos, cycle(("ja", "en")), strict=False):
        look = Look(lang, "light")
        with visitor.page(look) as page:
            picture(page, demo, look, {}, folder)
            going = call(page, "POST", "/api/demos", {"scenario": demo.name.removeprefix("demo-")})["id"]
            call(page, "POST", f"/api/demos/{going}/do", {"act": "end"})


def picture(page: Page, scene: Scene, look: Look, places: dict[str, str], folder: Path) -> None:
    play(page, scene, places)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_timeout(COMES_IN if scene.live else STILL)
    file = folder / look.file(scene.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file, full_page=not scene.panel)
    print(f"{file}  {file.stat().st_size // 1000} kB", flush=True)


if __name__ == "__main__":
    main()
