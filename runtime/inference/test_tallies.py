"""Answers are counted by model, version and day, in the bins that the server gave."""

from nodes.kit.effect import Answer
from runtime.inference.tallies import MOST, Tallies, scored

EDGES = (0.25, 0.5, 0.75)
DAY = 86_400_000


def test_each_answer_falls_into_one_bin_and_labels_and_failures_are_counted() -> None:
    tallies = Tallies(lambda: 0)
    for score in (0.0, 0.25, 0.7499, 0.75, 1.0):
        tallies.note("m", "1", EDGES, Answer({"label": "worn" if score > 0.5 else "good", "score": score}))
    tallies.note("m", "1", EDGES, Answer(error="timeout"))
    assert tallies.take() == [
        {
            "model": "m",
            "version": "1",
            "day": "1970-01-01",
            "bins": [1, 1, 1, 2],
            "labels": {"good": 2, "worn": 3},
            "failed": 1,
        }
    ]
    assert tallies.take() == []


def test_versions_and_days_are_counted_apart_and_without_edges_nothing_is() -> None:
    now = [0]
    tallies = Tallies(lambda: now[0])
    tallies.note("m", "1", EDGES, Answer({"value": 0.3}))
    tallies.note("m", "2", EDGES, Answer({"value": 0.3}))
    now[0] = DAY
    tallies.note("m", "1", EDGES, Answer({"value": 0.3}))
    tallies.note("m", "1", (), Answer({"value": 0.3}))
    assert [(one["version"], one["day"]) for one in tallies.take()] == [
        ("1", "1970-01-01"), ("2", "1970-01-01"), ("1", "1970-01-02"),
    ]  # fmt: skip


def test_what_is_counted_stays_small() -> None:
    tallies = Tallies(lambda: 0)
    for number in range(MOST + 50):
        tallies.note(f"m{number}", "1", EDGES, Answer({"value": 1.0}))
    assert len(tallies.take()) == MOST
    for number in range(500):
        tallies.note("m", "1", EDGES, Answer({"label": f"l{number}", "score": 0.9}))
    (one,) = tallies.take()
    assert (len(one["labels"]), sum(one["bins"])) == (100, 500)


def test_the_number_of_an_answer_is_its_score_its_surest_object_or_what_it_estimates() -> None:
    assert scored({"label": "a", "score": 0.5}) == 0.5
    assert scored({"objects": [{"score": 0.4}, {"score": 0.9}]}) == 0.9
    assert scored({"objects": []}) == 0.0
    assert scored({"value": -3}) == -3.0
    assert [scored(value) for value in (None, "x", {}, {"score": "high"})] == [None] * 4
