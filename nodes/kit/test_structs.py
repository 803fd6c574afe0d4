"""structs: what threads may share."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RACE = """
import sys, threading, msgspec
from typing import Annotated, Any, Literal
from nodes.kit.structs import settle_structs

def pair(number):
    inner = msgspec.defstruct(f"Inner{number}", [("x", Annotated[int, msgspec.Meta(ge=0)], 0), ("y", Literal["a", "b"], "a")])
    return msgspec.defstruct(f"Outer{number}", [("one", inner), ("many", list[inner], []), ("by", dict[str, inner], {})])

outer = [pair(number) for number in range(100)]
settle_structs()
sys.setswitchinterval(1e-6)
together = threading.Barrier(4)

def read():
    together.wait()
    for struct in outer:
        msgspec.convert({"one": {"x": 1}, "many": [{"y": "b"}], "by": {"k": {}}}, struct)

threads = [threading.Thread(target=read) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print("all read")
"""
"""Without the call, this ends in a segmentation fault (msgspec 0.22.0)."""
MEMORIES = """
from nodes.kit import structs
from nodes.kit.catalog import full_catalog

print([kind.id for kind in full_catalog() if kind.Memory not in (None, *structs._known)])
"""


def test_many_threads_may_read_into_the_same_structs_for_the_first_time() -> None:
    assert _said(RACE) == "all read\n"


def test_the_memory_of_a_kind_is_found_out_before_anybody_has_the_kind() -> None:
    assert _said(MEMORIES) == "[]\n"


def _said(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout
