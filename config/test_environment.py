"""The environment is made with the fastest Python of its version (docs/adr/0043-the-fastest-python.md)."""

import os
import sys
from pathlib import Path

import pytest

import tasks

NAME = f"python3.{sys.version_info.minor}"


def put(folder: Path, seconds: str, *, code: int = 0) -> str:
    """A Python in `folder` that says it needs so many seconds for the little work."""
    folder.mkdir()
    python = folder / NAME
    python.write_text(f"#!/bin/sh\necho {seconds}\nexit {code}\n")
    python.chmod(0o755)
    return str(python)


@pytest.mark.parametrize(
    ("seconds", "code", "taken"),
    [("0.000001", 0, True), ("1000", 0, False), ("0.000001", 1, False)],
    ids=["clearly faster", "slower", "lacks something of the standard library"],
)
def test_another_python_of_the_path_is_taken_where_it_is_clearly_faster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: str, code: int, taken: bool
) -> None:
    other = put(tmp_path / "other", seconds, code=code)
    monkeypatch.setenv("PATH", str(tmp_path / "other"))
    assert tasks._fastest_python() == (other if taken else sys.executable)


def test_of_the_same_one_under_two_names_the_first_on_the_path_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = put(tmp_path / "first", "0.000001")
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / NAME).symlink_to(first)
    monkeypatch.setenv("PATH", os.pathsep.join(str(tmp_path / name) for name in ("first", "second")))
    assert tasks._fastest_python() == first


def test_the_little_work_can_be_done() -> None:
    assert 0 < tasks._seconds(sys.executable) < 10
