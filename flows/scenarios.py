"""The scenarios of the gallery as the pages have them: read once, read again when a file changes."""

import logging
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from gallery.played import Played, kept
from gallery.scenario import BadScenario, Scenario

log = logging.getLogger(__name__)
FIRST = "first"
"""Its virtual devices are on from the start, and registered in every workspace."""
_FILES = (
    "*/scenario.json",
    "*/prompts.json",
    "*/fleet.json",
    "*/registry.json",
    "*/flow.json",
    "*/english.json",
    "*/played.json",
)
_Stamp = tuple[tuple[str, int], ...]


class NoSuchScenario(Exception):
    """The gallery has no scenario of that name."""


def all_scenarios() -> list[Scenario]:
    """In their order. One that cannot be read is left out, and told to whoever runs the installation."""
    return _read(settings.GALLERY, _stamp(settings.GALLERY))


def scenario_of(name: str) -> Scenario:
    """Raises NoSuchScenario. `name` may come from anywhere: it is looked up, never made into a path."""
    found = next((scenario for scenario in all_scenarios() if scenario.name == name), None)
    if found is None:
        raise NoSuchScenario(name)
    return found


def played_of(scenario: Scenario) -> Played | None:
    """What its runs look like; None where nobody had them played since a file changed."""
    return _played(scenario, _stamp(scenario.folder.parent))


@lru_cache(2)
def _read(folder: Path, stamp: _Stamp) -> list[Scenario]:
    found = []
    for file in folder.glob("*/scenario.json"):
        scenario = Scenario(file.parent)
        try:
            _ = scenario.about, scenario.prompts, scenario.flow, scenario.registry, scenario.fleet
        except Exception as broken:  # a file that somebody is just writing takes no page away
            log.warning("the scenario %s is left out: %s", file.parent.name, broken)
        else:
            found.append(scenario)
    return sorted(found, key=lambda scenario: (scenario.about.order, scenario.name))


@lru_cache(64)
def _played(scenario: Scenario, stamp: _Stamp) -> Played | None:
    try:
        return kept(scenario)
    except BadScenario:
        return None


def _stamp(folder: Path) -> _Stamp:
    files = sorted(file for pattern in _FILES for file in folder.glob(pattern))
    return tuple((str(file), file.stat().st_mtime_ns) for file in files)
