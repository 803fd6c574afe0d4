"""`--full` runs every fault at full length; `--figures FILE` is where the figures are put down, one JSON object a line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Note = Callable[..., None]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "only_in_full: a variant that the short run leaves out")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("full", False):
        left_out = [item for item in items if item.get_closest_marker("only_in_full")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="faults at full length")
    parser.addoption("--figures", type=Path, help="where the figures go")


@pytest.fixture(scope="session")
def full(pytestconfig: pytest.Config) -> bool:
    """Whether this is the long run."""
    return bool(pytestconfig.getoption("full", False))


@pytest.fixture
def note(pytestconfig: pytest.Config) -> Note:
    """Put one figure down: what was done to the worker, what came of it."""
    file: Path | None = pytestconfig.getoption("figures", None)

    def put(place: int, fault: str, **figures: Any) -> None:
        print(fault, figures)
        if file is not None:
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps({"place": place, "fault": fault, "figures": figures}) + "\n")

    return put
