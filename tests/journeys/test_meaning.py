"""A model for embeddings is set up, a document gets its vectors, and a flow finds in it what is said in other words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import Axe
from tests.browser.visitor import Look, Visitor
from tests.journeys.editing import call, deploy, open_flow
from tests.journeys.product import Product, running_product
from tests.journeys.test_documents import DEVICES, FURNACE, alarm_flow, told, upload
from tests.journeys.test_plans import broker
from tests.model_server import ModelServer

pytestmark = pytest.mark.xdist_group("meaning")
TEXT = "# Shell\nCoat the casing with heat resistant enamel.\n# Cleaning\nClean the filter every month.\n"
SYNONYMS = (("coat", "paint"), ("casing", "housing"))
JUDGES = {"found": True, "answer": "With enamel.", "citations": [{"passage": 1, "quote": "heat resistant enamel"}]}


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product whose operator allows models on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUIRO_EGRESS_ALLOW", "127.0.0.0/8")
        with running_product(tmp_path_factory.mktemp("meaning")) as product:
            yield product


@pytest.fixture
def reader(plant: Product, browser: Browser) -> Iterator[Page]:
    visitor = Visitor(browser, plant.url)
    visitor.sign_in(plant.link)
    with visitor.page(Look("en", "light")) as page:
        yield page


def add_model(page: Page, server: ModelServer, id: str, task: str) -> None:
    page.goto("/language-models/")
    page.locator("#l-id").fill(id)
    page.locator("#l-model").fill("m-1")
    page.locator("#l-url").fill(server.url)
    page.locator("#l-task").select_option(task)
    assert Axe(page).grave() == []
    page.get_by_test_id("model-form").get_by_role("button", name="Save").click()
    expect(page.locator(f"[data-model={id}]")).to_be_visible()


def test_a_flow_finds_what_a_document_says_in_other_words(reader: Page, plant: Product, tmp_path: Path) -> None:
    page = reader
    with ModelServer(synonyms=SYNONYMS, answer=lambda body: JUDGES) as server:
        call(page, "PUT", "/api/registry", {"types": [FURNACE], "devices": DEVICES})
        add_model(page, server, "near", "embed")
        add_model(page, server, "judge", "chat")
        (tmp_path / "EF-300.md").write_text(TEXT, "utf-8")
        server.mode = "broken"
        upload(page, tmp_path / "EF-300.md")
        status = page.get_by_test_id("vectors")
        expect(status).to_contain_text("its server said 500")
        assert Axe(page).grave() == []
        server.mode = "honest"
        status.get_by_role("button", name="Try again").click()
        expect(status).to_contain_text("2 of 2 passages")
        document = alarm_flow()
        document["nodes"][1]["params"] |= {"question": "{alarm}", "model": "judge"}
        open_flow(page, document)
        deploy(page)
        with broker(plant) as client:
            told(page, client, "paint housing", "With enamel. (EF-300, Shell)")
