"""When a model's answers count as spread otherwise: by the index, and by more than chance."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from flows import commands
from flows.commands.measuring import drift_of_version
from flows.models import Incident, Membership, ModelTally, TrainedModel, Worker
from flows.trained.drift import Day, by_chance, drift_of, index
from flows.trained.measures import deciles, measured
from nodes.kit.effect import Answer
from tests import onnx_models

MONDAY = date(2026, 1, 5)
USUAL, OTHER = [0, 0, 0, 0, 5, 10, 15, 20, 25, 25], [20, 20, 15, 15, 10, 10, 5, 5, 0, 0]


def days(*spreads: list[int]) -> list[Day]:
    return [Day(MONDAY + timedelta(days=at), spread) for at, spread in enumerate(spreads)]


def state(*spreads: list[int], today: int) -> str:
    return drift_of(days(*spreads), MONDAY + timedelta(days=today)).state


def test_nothing_is_said_in_the_first_week_or_of_few_answers() -> None:
    assert state(today=0) == "too_few"
    assert state(*[USUAL] * 7, today=6) == "first_week"
    assert state(*[USUAL] * 7, [10] * 10, today=7) == "too_few"
    assert state(*[USUAL] * 7, today=30) == "first_week"


def test_the_last_seven_days_are_compared_with_the_first() -> None:
    assert state(*[USUAL] * 20, today=19) == "steady"
    assert state(*[USUAL] * 10, *[OTHER] * 10, today=19) == "drifted"
    assert state(*[OTHER] * 7, *[USUAL] * 14, today=20) == "drifted"
    assert state(*[USUAL] * 10, *[OTHER] * 3, *[USUAL] * 10, today=22) == "steady"


def test_the_index_is_nothing_for_the_same_spread_and_symmetric() -> None:
    assert index(USUAL, [2 * count for count in USUAL]) == pytest.approx(0, abs=0.01)
    assert index(USUAL, OTHER) == pytest.approx(index(OTHER, USUAL))
    assert index([50, 50], [25, 75]) == pytest.approx(0.25 * 1.0986, rel=0.05)


def test_what_chance_does_is_exceeded_once_in_about_a_thousand_samples() -> None:
    rng = random.Random(8)

    def sample(count: int) -> list[int]:
        bins = [0] * 10
        for at in rng.choices(range(10), k=count):
            bins[at] += 1
        return bins

    pairs = [(sample(250), sample(400)) for _ in range(2_000)]
    exceeded = sum(index(one, other) > by_chance(one, other) for one, other in pairs)
    assert exceeded <= 10
    ordinary = sum(index(one, other) > by_chance(one, other) / 2 for one, other in pairs)
    assert ordinary > 50, "the limit is not so far away that nothing reaches it"


# --- what workers send up ---------------------------------------------------------------------------------------------


@pytest.fixture
def model(member: Membership) -> TrainedModel:
    about = {"task": "classify", "labels": ["dark", "bright"], "picture": {"width": 32, "height": 24}}
    data = onnx_models.brightness().SerializeToString()
    return commands.add_model(member, data, commands.ModelWish(id="light", about=about))


def told(worker: Worker, seq: int, day: date, bins: Any, **more: Any) -> None:
    data = {"model": "light", "version": "1", "day": day.isoformat(), "bins": bins, "labels": {"dark": 3}, "failed": 1}
    commands.keep_rows(worker, [{"seq": seq, "at": 0, "flow": None, "row": "tally", "data": {**data, **more}}])


def test_what_all_workers_counted_on_a_day_is_added_up(
    member: Membership, model: TrainedModel, worker: tuple[Worker, str]
) -> None:
    other, _ = commands.add_worker(member, "second")
    told(worker[0], 1, MONDAY, USUAL)
    told(other, 1, MONDAY, OTHER)
    told(worker[0], 1, MONDAY, USUAL)  # it was not acknowledged and comes again
    (row,) = ModelTally.objects.of(member.workspace)
    assert row.bins == [a + b for a, b in zip(USUAL, OTHER, strict=True)]
    assert (row.labels, row.failed) == ({"dark": 6}, 2)


@pytest.mark.parametrize(
    "wrong",
    [{"bins": [1, 2]}, {"bins": [-1] * 10}, {"bins": "x"}, {"bins": None}, {"model": "gone"}, {"version": "x"}, {"version": "9"},
     {"day": "tomorrow"}, {"labels": 5}, {"bins": [10**12] * 10}],
)  # fmt: skip
def test_rows_that_are_no_counts_change_nothing(
    member: Membership, model: TrainedModel, worker: tuple[Worker, str], wrong: dict[str, Any]
) -> None:
    told(worker[0], 1, MONDAY, USUAL)
    before = list(ModelTally.objects.of(member.workspace).values_list("bins", "labels"))
    commands.keep_rows(worker[0], [{"seq": 2, "at": 0, "flow": None, "row": "tally", "data": {
        "model": "light", "version": "1", "day": MONDAY.isoformat(), "bins": OTHER, "labels": {}, "failed": 0, **wrong}}])  # fmt: skip
    assert list(ModelTally.objects.of(member.workspace).values_list("bins", "labels")) == before


def test_people_are_told_when_a_model_drifts_and_when_another_version_answers_instead(
    member: Membership, model: TrainedModel, worker: tuple[Worker, str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = MONDAY + timedelta(days=20)
    monkeypatch.setattr("flows.commands.measuring.timezone.now", lambda: _at(today))
    for seq, day in enumerate(days(*[USUAL] * 10, *[OTHER] * 11), 1):
        told(worker[0], seq, day.day, [3 * count for count in day.bins])
    assert model.current is not None
    assert drift_of_version(model.current).state == "drifted"
    (incident,) = Incident.objects.of(member.workspace).filter(kind="model_drift")
    assert (incident.name, incident.healed) == ("light 1", None)
    assert incident.detail.startswith("PSI ")
    other = onnx_models.brightness()
    other.doc_string = "another"
    commands.add_version(member, "light", other.SerializeToString(), commands.ModelWish())
    commands.roll_out(member, "light", 2)
    incident.refresh_from_db()
    assert incident.healed is not None


def _at(day: date) -> Any:
    from datetime import UTC, datetime, time

    return datetime.combine(day, time(12), UTC)


# --- measures ---------------------------------------------------------------------------------------------------------


def test_objects_count_for_a_picture_where_they_are_sure_enough() -> None:
    def answer(*objects: tuple[str, float]) -> Answer:
        return Answer({"objects": [{"class": name, "score": score} for name, score in objects]})

    pairs = [
        (["helmet"], answer(("helmet", 0.9), ("helmet", 0.8))),
        (["bare", "helmet"], answer(("helmet", 0.7), ("bare", 0.4))),
        ([], answer(("bare", 0.9))),
        (["bare"], Answer(error="timeout")),
    ]
    found = measured("detect", ["helmet", "bare"], pairs, [])
    by_label = {row["label"]: row for row in found["labels"]}
    assert (by_label["helmet"]["precision"], by_label["helmet"]["recall"]) == (1.0, 1.0)
    assert (by_label["bare"]["precision"], by_label["bare"]["recall"]) == (0.0, 0.0)
    assert (found["right"], found["failed"], found["reasons"]) == (0.25, 1, {"timeout: ": 1})


def test_bins_of_numbers_hold_as_many_each_and_there_are_none_for_few_numbers() -> None:
    edges = deciles([float(number) for number in range(100)])
    assert len(edges) == 9
    assert edges == sorted(edges)
    assert deciles([1.0, 2.0] * 50) == []


def test_a_label_that_nobody_has_or_nobody_named_has_no_share() -> None:
    found = measured("classify", ["a", "b"], [(["a"], Answer({"label": "a", "score": 0.9}))], [])
    assert found["labels"][1] == {"label": "b", "count": 0, "found": 0, "right": 0, "precision": None, "recall": None}
    assert measured("score", [], [], [])["error"] is None
