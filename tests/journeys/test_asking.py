"""A model looks at pictures: what it answers is seen and marked, and when its budget is used up it is not asked any more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visitor import Look, Visitor
from tests.journeys.editing import SOON, call, open_flow
from tests.journeys.product import Product, running_product
from tests.journeys.test_pictures import CAMERA, GATE, shoot
from tests.journeys.test_plans import broker
from tests.model_server import ModelServer

pytestmark = pytest.mark.xdist_group("asking")
FIELDS = [{"name": "helmet", "type": "string", "values": ["all", "missing", "nobody there"]}]
LOOK = {"image": "frame", "model": "watch", "prompt": "Does everybody wear a helmet?", "fields": FIELDS}
WATCHED: dict[str, Any] = {"suiro": 1, "name": "Helmets", "nodes": [
    {"id": "cams", "kind": "devices", "params": {"type": "camera"}},
    {"id": "look", "kind": "ai_vision", "from": ["cams"], "params": LOOK},
    {"id": "keep", "kind": "store", "from": ["look.out"], "params": {"fields": ["helmet"]}}]}  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer(answer=lambda body: {"helmet": "missing", "unsure": False}, usage=(900, 20)) as server:
        yield server


@pytest.fixture(scope="module")
def plant(model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product whose operator allows models on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUIRO_EGRESS_ALLOW", "127.0.0.0/8")
        with running_product(tmp_path_factory.mktemp("asking")) as product:
            yield product


@pytest.fixture
def looker(plant: Product, browser: Browser) -> Iterator[Page]:
    visitor = Visitor(browser, plant.url)
    visitor.sign_in(plant.link)
    with visitor.page(Look("en", "light")) as page:
        yield page


def register(page: Page, model: ModelServer) -> None:
    """A model under a name of one's own, with what it costs."""
    page.goto("/language-models/")
    form = page.get_by_test_id("model-form")
    given = {"id": "watch", "label_en": "Watcher", "label_ja": "見守り", "model": "small-1", "base_url": model.url,
             "key": "k", "price_in": "2", "price_out": "10"}  # fmt: skip
    for name, value in given.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("button.btn-primary").click()
    expect(page.locator("tr[data-model=watch]")).to_contain_text("Watcher")
    page.locator("#currency").fill("USD")
    page.locator("#currency + button").click()


def deploy(page: Page) -> str:
    call(page, "PUT", "/api/registry", {"types": [CAMERA], "devices": [GATE]})
    flow = open_flow(page, WATCHED)
    page.get_by_test_id("deploy").click()
    expect(page.get_by_test_id("ask-forecast-look")).to_contain_text("not known yet")
    expect(page.get_by_test_id("ask-forecast-look")).to_contain_text("tokens each (estimated)")
    page.get_by_test_id("deploy-confirm").click()
    expect(page.get_by_test_id("deploy-dialog")).to_have_count(0, timeout=SOON)
    page.wait_for_function(
        f"fetch('/api/flows/{flow}').then(r => r.json()).then(f => f.status === 'running')", timeout=SOON
    )
    return flow


def budget(page: Page, flow: str, tokens: str) -> None:
    page.goto("/language-models/")
    row = page.locator(f".budget[data-flow='{flow}']")
    row.locator("[name=tokens]").fill(tokens)
    row.locator("button").click()
    expect(page.locator(".callout-good")).to_be_visible()


def answers(page: Page, count: int) -> None:
    """As soon as there are so many."""
    page.goto("/answers/")
    assert come(page, count)
    expect(page.locator("[data-answer]")).to_have_count(count)


def come(page: Page, count: int, tries: int = 60) -> bool:
    for _ in range(tries):
        if page.locator("[data-answer]").count() >= count:
            return True
        page.wait_for_timeout(250)
        page.reload()
    return False


def first(page: Page, client: mqtt.Client, model: ModelServer) -> None:
    """A worker says that a flow runs a moment before the broker sends it anything: then the picture came too soon."""
    page.goto("/answers/")
    for _ in range(3):
        shoot(client, "#ff0000")
        if come(page, 1, 40) or model.requests:
            break
    answers(page, 1)


def test_answers_are_seen_and_marked_and_over_its_budget_a_model_is_not_asked(
    looker: Page, plant: Product, model: ModelServer
) -> None:
    page = looker
    register(page, model)
    flow = deploy(page)
    with broker(plant) as client:
        first(page, client, model)
        shoot(client, "#0000ff")
        answers(page, 2)
        newest, oldest = page.locator("[data-answer]").nth(0), page.locator("[data-answer]").nth(1)
        expect(newest).to_contain_text("missing")
        expect(newest).to_contain_text("900 + 20")
        picture = newest.locator("img")
        expect(picture).to_be_visible()
        page.wait_for_function(
            "image => image.complete && image.naturalWidth === 320", arg=picture.element_handle(), timeout=SOON
        )
        oldest.locator("button[value=right]").click()
        newest.locator("select").select_option("all")
        newest.locator("button[value=wrong]").click()
        expect(page.locator("[data-answer]").nth(0)).to_contain_text("Right would have been all")
        expect(page.locator("[data-accuracy=look]")).to_contain_text("50 %")

        budget(page, flow, "1840")
        shoot(client, "#00ff00")
        answers(page, 3)
        expect(page.locator("[data-answer=over_budget]")).to_have_count(1)
        assert len(model.requests) == 2
        page.goto("/language-models/")
        expect(page.locator(f".budget[data-flow='{flow}']")).to_contain_text("1 over budget")
        expect(page.locator(f".budget[data-flow='{flow}'] [data-testid=spent-tokens]")).to_have_text("1840 / 1840")
        page.goto("/inbox/")
        expect(page.locator("article").filter(has_text="1840")).to_have_count(1)

        budget(page, flow, "")
        shoot(client, "#ffff00")
        answers(page, 4)
        assert len(model.requests) == 3
    page.goto(f"/flows/{flow}/")
    page.locator(".react-flow__node .node-card[data-group=ai] .node-head").first.click()
    expect(page.get_by_test_id("node-accuracy")).to_contain_text("50 % of 2")
    with page.expect_download() as download:
        page.goto(f"/answers/?flow={flow}")
        page.get_by_role("link", name="Answers for a replay").click()
    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    assert len(lines) == 4
    assert '"error": "over_budget"' in "".join(lines)
