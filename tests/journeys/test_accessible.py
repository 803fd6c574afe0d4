"""Every page and panel, in both languages, light and dark, wide and narrow: axe finds nothing serious or critical, and
nothing is wider than the screen."""

import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import Axe
from tests.browser.models import local_model
from tests.browser.scenes import SCENES, Scene, play
from tests.browser.visitor import NARROW, WIDE, Look, Visitor
from tests.journeys.editing import call, kiln_flow
from tests.journeys.product import Product

LOOKS = {
    "ja": (Look("ja", "light", WIDE), Look("ja", "dark", NARROW)),
    "en": (Look("en", "dark", WIDE), Look("en", "light", NARROW)),
}
PARTS = 3
"""So that the processes of a test run share the work."""
WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def visitor(page: Page, browser: Browser, product: Product) -> Visitor:
    visitor = Visitor(browser, product.url)
    visitor.state = dict(page.context.storage_state())
    return visitor


@pytest.fixture
def places(visitor: Visitor) -> Iterator[dict[str, str]]:
    """A flow that runs and tells of every kiln, one without nodes, a report, shared pages, a newcomer."""
    document = kiln_flow("Told")
    document["settings"]["limit"] = {**document["settings"]["limit"], "value": 10}
    document["nodes"][1] = {**document["nodes"][1], "params": {"field": "temperature", "above": "$limit"}}
    with visitor.page(LOOKS["en"][0]) as page:
        flow = call(page, "POST", "/api/flows", {"document": document})["id"]
        call(page, "POST", f"/api/flows/{flow}/deploy", {})
        empty = call(page, "POST", "/api/flows", {"document": {"suiro": 1, "name": "New", "nodes": []}})["id"]
        shared = call(page, "POST", f"/api/flows/{flow}/dashboard/links", {})["url"]
        report = call(page, "POST", "/api/reports", {"flow": flow})["id"]
        sheet = call(page, "POST", f"/api/reports/{report}/links", {})["url"]
        model = local_model(page)
        yield {"flow": flow, "empty": empty, "report": report, "shared": shared, "shared_report": sheet,
               "welcome": newcomer(page), "model": model}  # fmt: skip
        call(page, "DELETE", f"/api/local-models/{model}")
        call(page, "DELETE", f"/api/flows/{flow}")


def newcomer(page: Page) -> str:
    page.goto("/settings/")
    page.locator("#person-name").fill(f"newcomer {uuid.uuid4()}")
    page.locator("#people button[value=add]").click()
    return page.locator("#fresh-link input").input_value()


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("lang", list(LOOKS))
def test_axe_finds_nothing_serious_on_any_page(visitor: Visitor, places: dict[str, str], lang: str, part: int) -> None:
    found: list[str] = []
    with visitor.page(LOOKS[lang][0]) as page, visitor.guest(LOOKS[lang][0]) as guest:
        for scene in SCENES[part::PARTS]:
            found += seen(guest if scene.guest else page, scene, places, LOOKS[lang])
    assert not found


def seen(page: Page, scene: Scene, places: dict[str, str], looks: tuple[Look, ...]) -> list[str]:
    """What is wrong with the scene in each look, which the page takes on without being loaded again."""
    show(page, looks[0])
    play(page, scene, places)
    axe = Axe(page)
    found = []
    for look in looks:
        show(page, look)
        about = look.file(scene.name)
        found += [f"{about}: {one['rule']} {one['target']}: {one['why']}" for one in axe.grave()]
        found += [f"{about}: wider than the screen"] if page.evaluate(WIDER) else []
    return found


def show(page: Page, look: Look) -> None:
    width, height = look.size
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=look.theme)  # type: ignore[arg-type]
