"""Documents with vectors: other words find their passage where a language model judges it, and whatever fails leaves the search by
words as it is."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nodes.kit.effect import Answer
from runtime.addresses import Egress
from runtime.deploy import Deploy, EmbeddingAccess, ModelAccess
from runtime.inference.asks import Asks
from runtime.inference.embedding import Embedding
from runtime.inference.spending import Spending
from runtime.library.index import build, search, vectors_in
from runtime.library.passages import Passage, Section, passages_of
from runtime.library.shelf import Library
from runtime.library.vectors import Meaning, NoVectors, Vectors, fused, packed, said
from tests.model_server import ModelServer

PASSAGES = [
    *passages_of("p", "Pump manual", [
        Section("2 Alarms", "E42: low suction pressure. Check the strainer, then bleed the pump."),
        Section("3 Bearings", "Lubricate both bearings every 2,000 hours."),
        Section("4 Seal", "Replace the seal when it drips."),
    ]),
    *passages_of("f", "Furnace", [Section("7 Shell", "Coat the casing with heat resistant enamel.")]),
]  # fmt: skip
SYNONYMS = (("lubricate", "oil", "greasing"), ("coat", "paint"), ("casing", "housing"), ("drips", "leaking"))
OTHER_WORDS = "paint housing?"
JUDGES = {"found": True, "answer": "With enamel.", "citations": [{"passage": 1, "quote": "heat resistant enamel"}]}


@pytest.fixture
def near() -> Iterator[ModelServer]:
    with ModelServer(synonyms=SYNONYMS) as server:
        yield server


def access(server: ModelServer, model: str = "e-1") -> EmbeddingAccess:
    return EmbeddingAccess(base_url=server.url, model=model, trusted=True, ref="near")


def vector(server: ModelServer, text: str) -> bytes:
    found = Embedding(access(server), Egress((), trusted=True)).vectors([text], 10.0)
    return found[0]


@pytest.fixture
def index(tmp_path: Path, near: ModelServer) -> Path:
    place = tmp_path / "index.sqlite"
    build(PASSAGES, place, Vectors("e-1", lambda passage: vector(near, said(passage))))
    near.requests.clear()
    return place


def asked(
    index: Path,
    question: str,
    near: EmbeddingAccess | None,
    server: ModelServer | None = None,
    spending: Spending | None = None,
    timeout: float = 10.0,
    **more: Any,
) -> Answer:
    library = Library(index.parent)
    library._use(index)
    models = {"default": ModelAccess(base_url=server.url, model="m", trusted=True)} if server else {}
    asks = Asks(Egress(()), Egress((), trusted=True), library=library, spending=spending)
    told: list[Answer] = []
    done = threading.Event()
    deploy = Deploy(flow="f", document={}, models=models, embedding=near)
    request = {"task": "documents", "question": question, **more}
    asks.ask(request, deploy, timeout, lambda answer: (told.append(answer), done.set())[0], flow="f")
    assert done.wait(60)
    asks.stop()
    return told[0]


def test_a_question_in_other_words_finds_its_passage_by_vectors_alone(index: Path, near: ModelServer) -> None:
    assert search(index, OTHER_WORDS) == []
    (best, *_) = search(index, OTHER_WORDS, meaning=Meaning(vector(near, OTHER_WORDS), proposes=True))
    assert (best.passage.place, best.score) == ("7 Shell", 0.0)


def test_without_somebody_who_judges_them_vectors_only_order_what_covers_the_question(
    index: Path, near: ModelServer
) -> None:
    assert search(index, OTHER_WORDS, meaning=Meaning(vector(near, OTHER_WORDS))) == []
    words = "pump manual bearings suction greasing"
    by_words = [one.passage.place for one in search(index, words, least=0.1)]
    ordered = [one.passage.place for one in search(index, words, least=0.1, meaning=Meaning(vector(near, words)))]
    assert set(by_words) == set(ordered)


def test_vectors_are_searched_in_the_chosen_documents_alone(index: Path, near: ModelServer) -> None:
    meaning = Meaning(vector(near, OTHER_WORDS), proposes=True)
    assert search(index, OTHER_WORDS, only=["Pump"], meaning=meaning) == []
    assert search(index, OTHER_WORDS, only=["Furnace"], meaning=meaning)


def test_a_language_model_judges_what_vectors_propose(index: Path, near: ModelServer) -> None:
    with ModelServer(answer=lambda body: JUDGES) as server:
        answer = asked(index, OTHER_WORDS, access(near), server)
        assert answer.value["citations"] == [{"title": "Furnace", "place": "7 Shell", "quote": "heat resistant enamel"}]
        assert (answer.detail, len(near.requests)) == ("", 1)
    with ModelServer(answer=lambda body: {"found": False, "answer": "", "citations": []}) as server:
        assert asked(index, OTHER_WORDS, access(near), server).value["found"] is False
        assert len(server.requests) == 1
    invents = {**JUDGES, "citations": [{"passage": 1, "quote": "with blue paint"}]}
    with ModelServer(answer=lambda body: invents) as server:
        assert asked(index, OTHER_WORDS, access(near), server).error == "bad_answer"


def test_without_a_language_model_other_words_are_not_in_the_documents(index: Path, near: ModelServer) -> None:
    assert asked(index, OTHER_WORDS, access(near)).value["found"] is False
    assert asked(index, "alarm E42 suction pressure", access(near)).value["citations"][0]["place"] == "2 Alarms"


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        ("broken", "said 500"),
        ("wrong-size", "32 dimensions"),
        ("nan", "cannot be read"),
        ("zero", "without a direction"),
        ("few", "another number"),
        ("hanging-up", "cannot be reached"),
        ("slow", "did not answer in time"),
    ],
)
def test_where_the_model_fails_words_alone_answer_and_the_reason_is_told(index: Path, mode: str, why: str) -> None:
    with ModelServer(mode, delay=2.0) as broken:
        timeout = 1.5 if mode == "slow" else 10.0
        answer = asked(index, "alarm E42 suction pressure", access(broken), timeout=timeout)
    assert answer.value["citations"][0]["place"] == "2 Alarms"
    assert (answer.error, why in answer.detail) == (None, True)


def test_vectors_of_another_model_are_not_compared(index: Path, near: ModelServer) -> None:
    answer = asked(index, "alarm E42 suction pressure", access(near, "e-2"))
    assert (answer.value["found"], "another model" in answer.detail, near.requests) == (True, True, [])


def test_documents_without_vectors_ask_no_model_for_them(tmp_path: Path, near: ModelServer) -> None:
    build(PASSAGES, tmp_path / "plain.sqlite")
    assert vectors_in(tmp_path / "plain.sqlite") is None
    answer = asked(tmp_path / "plain.sqlite", "alarm E42 suction pressure", access(near))
    assert (answer.value["found"], answer.detail, near.requests) == (True, "", [])


def test_a_vector_counts_in_the_budget_and_over_it_words_alone_answer(index: Path, near: ModelServer) -> None:
    near.usage = (7, 0)
    spending = Spending(lambda: 1_767_571_200_000)
    spending.put({"limits": {"f": {"tokens": 5}}, "prices": {"near": [1_000_000.0, 0.0]}})
    beside: list[Any] = []
    spending.beside = lambda flow, use: beside.append((flow, use.model, use.tokens_in, use.cost))
    assert asked(index, "alarm E42 suction pressure", access(near), spending=spending).detail == ""
    spent = spending.dump()["spent"]["f"]["near"]
    assert beside == [("f", "near", spent["tokens_in"], spent["money"])]
    assert (spent["calls"], spent["tokens_in"], spent["money"]) == (1, 7, 7.0)
    answer = asked(index, "alarm E42 suction pressure", access(near), spending=spending)
    assert (answer.value["found"], "over budget" in answer.detail, len(near.requests)) == (True, True, 1)


def test_a_server_that_was_not_named_by_this_machines_operator_is_not_dialled_on_loopback(
    index: Path, near: ModelServer
) -> None:
    typed = EmbeddingAccess(base_url=near.url, model="e-1", trusted=False, ref="near")
    answer = asked(index, "alarm E42 suction pressure", typed)
    assert (answer.value["found"], "cannot be reached" in answer.detail, near.requests) == (True, True, [])


def test_two_rankings_are_joined_by_reciprocal_ranks() -> None:
    assert fused([1, 2, 3], [3, 4]) == [3, 1, 2, 4]
    assert fused([7], [8]) == [7, 8]
    assert fused([], [5]) == [5]


@pytest.mark.parametrize(
    "numbers", [None, [], "x", [1, "2"], [True, 1.0], [float("nan")], [1e300], [0.0, 0.0], [1.0] * 5_000]
)
def test_what_is_no_vector_is_refused(numbers: Any) -> None:
    with pytest.raises(NoVectors):
        packed(numbers)


def test_a_passage_without_a_vector_is_still_found_by_its_words(tmp_path: Path, near: ModelServer) -> None:
    place = tmp_path / "some.sqlite"

    def some(passage: Passage) -> bytes | None:
        return vector(near, said(passage)) if passage.place == "7 Shell" else None

    build(PASSAGES, place, Vectors("e-1", some))
    assert vectors_in(place) == ("e-1", 1_024)
    meaning = Meaning(vector(near, "alarm E42 suction pressure"), proposes=True)
    assert search(place, "alarm E42 suction pressure", meaning=meaning)[0].passage.place == "2 Alarms"
