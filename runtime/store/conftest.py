"""Stores of both kinds, each test its own."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtime.store import Store, open_store
from tests.postgres import MISSING, Postgres, binaries

Open = Callable[[], Store]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if binaries() is None:
        pytest.skip(MISSING)
    server = Postgres()
    yield server
    server.close()


@pytest.fixture
def address(postgres: Postgres) -> str:
    """The URL of an empty store."""
    return f"{postgres.url}?store=test_{next(_numbers)}"


@pytest.fixture(params=["folder", pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the test's store; what is still open at its end is closed."""
    where = tmp_path / "store" if request.param == "folder" else request.getfixturevalue("address")
    stores: list[Store] = []

    def open_again() -> Store:
        stores.append(open_store(where))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()
