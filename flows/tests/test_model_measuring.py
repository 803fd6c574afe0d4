"""Versions of a local model are measured on what is known: pictures with labels, rows with the truth."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from flows.models import Job, TrainedModel
from flows.tests.conftest import Api
from flows.tests.test_local_models import added, send
from flows.tests.test_plans import picture
from flows.trained.measuring import measure_job
from tests import onnx_models


def rows(api: Api, text: str, ref: str = "wear") -> Any:
    form = {"file": SimpleUploadedFile("rows.csv", text.encode())}
    return api.client.post(f"/api/local-models/{ref}/rows", form, headers={"X-CSRFToken": api.csrf})


def run(api: Api, number: int, ref: str = "wear") -> dict[str, Any]:
    """Measure in this thread."""
    job = Job.objects.of(TrainedModel.everywhere.get(ref=ref).workspace).get(
        pk=api("POST", f"/api/local-models/{ref}/versions/{number}/measure").json()["job"]
    )
    measure_job(str(job.pk))
    job.refresh_from_db()
    assert job.status == "done", job.problem
    model = api("GET", f"/api/local-models/{ref}").json()
    return dict(next(one["measured"] for one in model["versions"] if one["number"] == number))


@pytest.fixture
def no_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.jobs.submit", lambda job: None)


@pytest.mark.usefixtures("no_pool")
def test_numbers_are_measured_by_their_error_beside_who_always_says_the_mean(api: Api) -> None:
    added(api)
    send(api, "/wear/versions", onnx_models.weighted([1.0, 2.0], bias=0.5))
    lines = [f"{a},{b},{a + 2 * b}" for a in range(10) for b in range(5)]
    assert rows(api, "x1,x2,value\n" + "\n".join(lines)).json() == {"rows": 50}
    first, second = run(api, 1), run(api, 2)
    assert (first["count"], first["failed"], first["error"]) == (50, 0, 0.0)
    assert second["error"] == pytest.approx(0.5)
    assert second["bias"] == pytest.approx(0.5)
    assert first["usual_error"] > 3
    assert first["set"] == second["set"] == api("GET", "/api/local-models/wear").json()["set"]
    assert len(first["edges"]) >= 8
    assert sum(first["bins"]) == 50


@pytest.mark.usefixtures("no_pool")
def test_labels_are_measured_by_precision_and_recall_of_each_on_pictures(api: Api) -> None:
    added(
        api,
        onnx_models.brightness(),
        id="light",
        about={"task": "classify", "labels": ["dark", "bright"], "picture": {"width": 32, "height": 24}},
    )
    shots = [("black", "dark"), ("white", "bright"), ("#eee", "bright"), ("#111", "dark"), ("#ddd", "dark")]
    for number, (colour, label) in enumerate(shots):
        form = {"file": SimpleUploadedFile("x.png", painted(colour, number)), "labels": [label]}
        answer = api.client.post("/api/local-models/light/samples", form, headers={"X-CSRFToken": api.csrf})
        assert answer.status_code == 201, answer.content
    found = run(api, 1, "light")
    by_label = {one["label"]: one for one in found["labels"]}
    assert (by_label["bright"]["precision"], by_label["bright"]["recall"]) == (pytest.approx(2 / 3), 1.0)
    assert (by_label["dark"]["precision"], by_label["dark"]["recall"]) == (1.0, pytest.approx(2 / 3))
    assert (found["right"], found["most_frequent"]) == (0.8, 0.6)
    before = api("GET", "/api/local-models/light").json()
    sample = before["samples"][-1]
    assert api.client.get(sample["picture"])["Content-Type"] == "image/png"
    api("PUT", f"/api/local-models/light/samples/{sample['id']}", {"labels": ["bright"]})
    assert api("GET", "/api/local-models/light").json()["set"] != found["set"]
    assert run(api, 1, "light")["right"] == 1.0


def painted(colour: str, number: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64 + number, 48), colour).save(out, "PNG")
    return out.getvalue()


@pytest.mark.usefixtures("no_pool")
def test_a_model_that_cannot_answer_is_measured_as_failed_with_its_reason(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.trained.measuring.EACH", 0.2)
    added(api, onnx_models.endless())
    rows(api, "x1,x2,value\n1,2,3\n2,3,4\n")
    found = run(api, 1)
    assert (found["count"], found["failed"]) == (2, 2)
    assert [reason.partition(":")[0] for reason in found["reasons"]] == ["timeout"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x1,value\n1,2\n", "no_column"), ("x1,x2\n1,2\n", "no_truth"), ("x1,x2,value\n1,x,2\n", "no_number"),
        ("x1,x2,value\n1,nan,2\n", "no_number"), ("", "unreadable"), ("\x00", "unreadable"),
    ],
)  # fmt: skip
def test_rows_that_do_not_fit_the_model_are_refused_with_the_place(api: Api, text: str, code: str) -> None:
    added(api)
    answer = rows(api, text)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["message"]


def test_without_a_test_set_nothing_is_measured(api: Api) -> None:
    added(api)
    assert api("POST", "/api/local-models/wear/versions/1/measure").json()["code"] == "nothing_chosen"


def test_a_picture_shows_only_labels_that_the_model_has(api: Api) -> None:
    added(
        api,
        onnx_models.brightness(),
        id="light",
        about={"task": "classify", "labels": ["dark", "bright"], "picture": {"width": 32, "height": 24}},
    )
    for labels in (["sunny"], [], ["dark", "bright"]):
        form = {"file": SimpleUploadedFile("x.png", picture()), "labels": labels}
        assert (
            api.client.post("/api/local-models/light/samples", form, headers={"X-CSRFToken": api.csrf}).status_code
            == 422
        )
