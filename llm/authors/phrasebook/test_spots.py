"""Places with their radius and name."""

import pytest

from llm.authors.phrasebook.facts import Spot
from llm.authors.phrasebook.reading import Reading
from llm.authors.phrasebook.spots import spots


@pytest.mark.parametrize(
    ("lang", "text", "spot"),
    [
        ("ja", "北緯35.50度、東経139.70度を中心とする半径500mの車庫に入ったら", Spot(35.5, 139.7, 500, "車庫")),
        ("ja", "35.45, 139.65 から半径1kmの「第1泊地」に入ったら", Spot(35.45, 139.65, 1000, "第1泊地")),
        ("en", "comes within 500 m of 35.45, 139.65.", Spot(35.45, 139.65, 500)),
        ("en", "a circle of 300 metres around 51.5000, -0.1200", Spot(51.5, -0.12, 300)),
        ("en", "51.5 N, 0.12 W with a radius of 2 km", Spot(51.5, -0.12, 2000)),
        ("en", "latitude 51.5 longitude -0.12", Spot(51.5, -0.12)),
    ],
)
def test_a_place_is_read_with_its_radius_and_name(lang: str, text: str, spot: Spot) -> None:
    assert [span.fact for span in spots(Reading(text), lang)] == [spot]


@pytest.mark.parametrize("text", ["between 35.45 and 139.65", "versions 1.20, 2.30.1", "latitude 95 longitude 10"])
def test_other_numbers_are_no_places(text: str) -> None:
    assert not list(spots(Reading(text), "en"))
