"""A model is uploaded, measured, asked by a flow, tried in a second version on one kiln, let answer everywhere, gone back from."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests import onnx_models
from tests.journeys.editing import SOON, call

FLOW: dict[str, Any] = {
    "suiro": 1, "name": "Wear of kilns", "nodes": [
        {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "judge", "kind": "score", "from": ["kiln"], "params": {
            "model": "wear", "inputs": [{"input": "heat", "field": "temperature"}], "results": [{"name": "worn"}]}},
        {"id": "second", "kind": "condition", "from": ["judge"], "params": {"expr": 'model_version == "2"'}},
        {"id": "once", "kind": "cooldown", "from": ["second.true"], "params": {"for": "1h"}},
        {"id": "tell", "kind": "notify", "from": ["once"], "params": {"to": "shift-channel", "text": "{device.id} by {model_version}"}},
    ],
}  # fmt: skip
ROWS = "heat,value\n" + "".join(f"{heat},{2 * heat}\n" for heat in range(20))
"""The truth is twice the heat: version 2 is right, version 1 is half of it."""


def model_file(folder: Path, weight: float) -> Path:
    place = folder / f"wear-{weight:g}.onnx"
    place.write_bytes(onnx_models.weighted([weight]).SerializeToString())
    return place


def test_a_model_is_measured_tried_on_one_device_rolled_out_and_gone_back_from(page: Page, tmp_path: Path) -> None:
    page.goto("/inbox/")
    call(page, "PUT", "/api/me", {"lang": "en", "theme": "auto"})
    add(page, tmp_path)
    measure(page, tmp_path)
    flow = call(page, "POST", "/api/flows", {"document": FLOW})["id"]
    call(page, "POST", f"/api/flows/{flow}/deploy", {})
    expect(page.locator("#model-workers")).to_contain_text("runs version 1", timeout=SOON)
    expect(page.locator("#flows")).to_contain_text("Wear of kilns")
    try_on_one(page)
    expect(page.locator("#model-workers")).to_contain_text("runs version 1 / 2", timeout=SOON)
    page.goto("/inbox/")
    expect(page.get_by_text("kiln-1 by 2").first).to_be_visible(timeout=SOON)
    expect(page.get_by_text("kiln-2 by 2")).to_have_count(0)
    page.goto("/local-models/wear/")
    page.locator("#trial-for-all").click()
    page.get_by_role("button", name="Let it answer").click()
    expect(page.locator("#rollout")).to_have_text("Version 2 answers for all devices.")
    expect(page.locator("#model-workers")).to_contain_text("runs version 2", timeout=SOON)
    page.goto("/inbox/")
    expect(page.get_by_text("kiln-2 by 2").first).to_be_visible(timeout=SOON)
    back(page)
    call(page, "POST", f"/api/flows/{flow}/stop", {})
    page.reload()
    page.locator("#forget-model").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No model yet")).to_be_visible()


def add(page: Page, folder: Path) -> None:
    """What is no model is refused with the reason; a model is described by what is in it."""
    page.goto("/local-models/")
    page.locator("#add").click()
    bad = folder / "weights.onnx"
    bad.write_bytes(onnx_models.PICKLE)
    page.locator("#file").set_input_files(bad)
    expect(page.locator("#upload-problem")).to_contain_text("pickle")
    expect(page.locator("#upload-save")).to_be_disabled()
    page.locator("#file").set_input_files(model_file(folder, 1))
    expect(page.locator("#file-facts")).to_contain_text("x [?, 1] tensor(float)")
    page.locator("#m-id").fill("wear")
    page.locator("#m-en").fill("Wear")
    page.locator("#m-inputs").fill("heat")
    page.locator("#upload-save").click()
    expect(page.locator("#model-name")).to_have_text("Wear")
    expect(page.locator("#rollout")).to_have_text("Version 1 answers for all devices.")


def measure(page: Page, folder: Path) -> None:
    """Both versions on the same rows, side by side."""
    rows = folder / "rows.csv"
    rows.write_text("heat,worth\n1,2\n")
    page.locator("#set-do input[type=file]").set_input_files(rows)
    expect(page.locator("#set-problem")).to_contain_text("What is true is missing")
    rows.write_text(ROWS)
    page.locator("#set-do input[type=file]").set_input_files(rows)
    expect(page.locator("#set-about")).to_have_text("20 rows of which the truth is known.")
    page.locator("#add").click()
    page.locator("#file").set_input_files(model_file(folder, 2))
    expect(page.locator("#looked")).to_be_visible()
    page.locator("#m-note").fill("twice as much")
    page.locator("#upload-save").click()
    expect(page.locator("[data-version='2']")).to_contain_text("twice as much")
    for number, error in ((1, "9.5"), (2, "0")):
        page.locator(f"[data-version='{number}'] .measure").click()
        expect(page.locator(f"[data-version='{number}'] .measured-short")).to_have_text(
            f"mean error {error}", timeout=SOON
        )
    line = page.locator("#measured tr", has_text="Mean error")
    expect(line.locator("td")).to_have_text(["Mean error", "0", "9.5"])
    expect(line.locator(".best")).to_have_text("0")


def try_on_one(page: Page) -> None:
    page.locator("[data-version='2'] .try-some").click()
    page.locator("#try-form button.btn-primary").click()
    expect(page.locator("#try-problem")).to_contain_text("Choose a device")
    page.locator("#try-devices").select_option("kiln-1")
    page.locator("#try-form button.btn-primary").click()
    expect(page.locator("#rollout")).to_contain_text("Version 2 is tried by:")
    expect(page.locator("#rollout")).to_contain_text("Version 1 answers for all others.")


def back(page: Page) -> None:
    page.goto("/local-models/wear/")
    page.locator("#go-back").click()
    expect(page.locator("#rollout")).to_have_text("Version 1 answers for all devices.")
    expect(page.locator("#model-workers")).to_contain_text(re.compile(r"runs version 1$"), timeout=SOON)
    expect(page.locator("#changes")).to_contain_text("Back to version 1")
