"""Plans are what their scripts draw, and devices stand on them."""

import pytest
from PIL import Image, ImageChops, ImageStat

from gallery.drawings import PLANS
from gallery.drawings.paper import HEIGHT, WIDTH
from gallery.scenario import GALLERY, Scenario, scenarios

PLANNED = [scenario for scenario in scenarios() if scenario.about.show.plan]


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_in_the_gallery_is_what_its_script_draws(name: str) -> None:
    with Image.open(GALLERY / name / "plan.png") as kept:
        assert kept.size == (WIDTH, HEIGHT)
        off = ImageChops.difference(kept.convert("RGB"), PLANS[name]().convert("RGB"))
    assert max(ImageStat.Stat(off).mean) < 1


@pytest.mark.parametrize("scenario", PLANNED, ids=lambda scenario: scenario.name)
def test_every_device_of_a_scenario_with_a_plan_stands_on_it(scenario: Scenario) -> None:
    show = scenario.about.show
    assert (scenario.folder / str(show.plan)).exists()
    assert set(show.places) == {device.id for device in scenario.fleet.devices}
