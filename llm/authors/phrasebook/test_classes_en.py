"""Readings of single classes of English sentences, below whole scenarios."""

import pytest

from llm.authors.phrasebook.clocklists import listed
from llm.authors.phrasebook.contents import _PASSED_ON
from llm.authors.phrasebook.easing import _SAID
from llm.authors.phrasebook.hours import _BARE_FIRST


@pytest.mark.parametrize(
    ("said", "clocks"),
    [
        ("start it at 6, 11 and 5 pm", [(6, 0), (11, 0), (17, 0)]),
        ("dim it at 6 am, 9 and 10 pm", [(6, 0), (21, 0), (22, 0)]),
        ("dim it at 8 and 9:30 pm", [(20, 0), (21, 30)]),
        ("dim it at 7 am and 5", [(7, 0), (17, 0)]),
        ("dim it at 6 am and 9 pm", []),
        ("dim it at 6 and 9", []),
    ],
)
def test_clock_times_of_a_list_share_their_halves_of_the_day(said: str, clocks: list[tuple[int, int]]) -> None:
    assert [span.clock for span in listed(said)] == clocks


@pytest.mark.parametrize("said", ["once it is cooler", "as soon as it's fuller again", "when the air is better again"])
def test_a_bare_comparative_is_the_way_back(said: str) -> None:
    assert _SAID.fullmatch(said)


@pytest.mark.parametrize("said", ["once it is cooler than 20 °c", "when room 2 and room 3 are much cooler outside"])
def test_a_comparative_with_something_to_compare_is_not(said: str) -> None:
    assert not _SAID.fullmatch(said)


def test_what_is_passed_on_is_what_was_sent() -> None:
    assert _PASSED_ON.search("pass it on to the manager")
    assert not _PASSED_ON.search("switch it on")


def test_hours_stand_before_an_order() -> None:
    assert _BARE_FIRST.search("between 6 and 14 tell the line leader")
    assert not _BARE_FIRST.search("when it is between 6 and 14, tell the line leader")
