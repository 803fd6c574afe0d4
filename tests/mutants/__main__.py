"""`python -m tests.mutants [--sample N] [FILE ...]`: how many mutants the tests catch, and which ones they do not.

Each mutant runs in a process of its own, forked from one that has the libraries loaded: first the tests of the mutated
file, then the oracle's tests. Exit 1 when fewer than 95 % are caught.
"""

import argparse
import gc
import importlib.abc
import importlib.machinery
import marshal
import os
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from itertools import groupby
from pathlib import Path

from tests.mutants.mutations import Mutant, mutants_of

ROOT = Path(__file__).resolve().parents[2]
WANTED = 0.95
LONGEST = 60
"""Seconds of computing after which a mutant that runs on counts as caught: the tests would notice."""
MOST_MEMORY = 2**31
"""Bytes that a mutant may use; one that wants more fails."""
KINDS = {
    "filter": ["threshold", "holds", "bands", "cooldown", "sample", "unique"],
    "time": ["silent", "heartbeat", "repeat", "escalate", "latch", "delay", "state_machine"],
    "window": ["window", "rate", "baseline", "counter", "on_time"],
    "combine": ["sequence", "vote"],
    "ai": ["anomaly", "forecast", "spectrum"],
}
KIT = {
    "hold": ["filter/holds", "filter/threshold"],
    "panes": ["kit/panes", "window/window", "window/baseline"],
    "calc": ["kit/calc", "window/window"],
    "reorder": ["window/window"],
    "grid": ["kit/grid", "window/window", "time/heartbeat"],
    "season": ["kit/season", "ai/anomaly"],
    "normal": ["ai/anomaly"],
    "trend": ["kit/trend", "ai/forecast"],
    "vibration": ["ai/spectrum"],
    "period": ["kit/period", "window/on_time", "window/window"],
}
"""Algorithms of those kinds, and the tests that know them."""
QUICK = ("threshold", "holds", "window", "hold", "panes")
"""Where the fused loops of the engine have a shorter way of their own."""


def tests_of(file: Path) -> list[list[str]]:
    """Runs of pytest, the quick ones first, of which one must fail."""
    group, name = file.parts[-2], file.stem
    near = [f"{group}/{name}"] if group != "kit" else KIT[name]
    near = [*near, "kit/quick"] if name in QUICK else near
    paths = [f"nodes/{place.rsplit('/', 1)[0]}/test_{place.rsplit('/', 1)[1]}.py" for place in near]
    kinds = " or ".join(place.rsplit("/", 1)[1] for place in near if not place.startswith("kit/"))
    return [paths, ["tests/oracle", "-k", kinds], *([["engine/fuse"]] if name in QUICK else [])]


def files() -> Iterator[Path]:
    for group, names in KINDS.items():
        yield from (Path("nodes", group, f"{name}.py") for name in names)
    yield from (Path("nodes", "kit", f"{name}.py") for name in KIT)


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the mutant in place of its file."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = ".".join(mutant.file.with_suffix("").parts)

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self, origin=str(self.mutant.file)) if name == self.name else None

    def exec_module(self, module: object) -> None:
        exec(marshal.loads(self.mutant.code), module.__dict__)


class Outcome(Enum):
    CAUGHT = "a test failed"
    ENDLESS = "the tests took too long"
    SURVIVED = "no test noticed"


def outcome(mutant: Mutant) -> Outcome:
    """Forks: to be called from a process that has imported nothing of ours."""
    child = os.fork()
    if child == 0:
        _run(mutant)
    _, status = os.waitpid(child, 0)
    ended = os.waitstatus_to_exitcode(status)
    return {0: Outcome.SURVIVED, -signal.SIGXCPU: Outcome.ENDLESS}.get(ended, Outcome.CAUGHT)


def _run(mutant: Mutant) -> None:
    """In the child: exit 0 when all tests pass."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    sys.meta_path.insert(0, Mutated(mutant))
    import pytest

    for arguments in tests_of(mutant.file):
        plain = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:django", "-p", "no:xdist", "-p", "no:randomly"]
        # 5: no such test, e.g. where the oracle does not know the kind
        if pytest.main([*plain, "-o", "addopts=-p tests.own_home", *arguments]) not in (0, 5):
            os._exit(1)
    os._exit(0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="mutants")
    parser.add_argument("--sample", type=int, default=0, help="only so many, drawn by chance but always the same")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 2)
    parser.add_argument("files", nargs="*", type=Path)
    args = parser.parse_args()
    os.chdir(ROOT)
    if missing := [path for file in args.files or files() for path in tests_of(file)[0] if not Path(path).exists()]:
        parser.error(f"no such tests: {', '.join(missing)}")
    import hypothesis  # noqa: F401  loaded once, before the forks
    import jsonschema  # noqa: F401
    import pydantic  # noqa: F401
    import pytest  # noqa: F401

    all_mutants = [mutant for file in args.files or list(files()) for mutant in mutants_of(file, ROOT)]
    if args.sample:
        chosen = random.Random(0).sample(range(len(all_mutants)), min(args.sample, len(all_mutants)))
        all_mutants = [all_mutants[number] for number in sorted(chosen)]
    os.environ["SUIRO_FIRST_FAILURE"] = "1"
    gc.freeze()  # what is there now is never looked through, and so not copied, in the children
    began, every = time.monotonic(), Counter[Outcome]()
    with ThreadPoolExecutor(args.processes) as pool:
        outcomes = zip(all_mutants, pool.map(outcome, all_mutants), strict=True)
        for file, found in groupby(outcomes, lambda one: one[0].file):
            every += (here := told(found))
            print(f"{caught(here):5d} of {here.total():5d}  {share(here):6.1%}  {file}", flush=True)
    print(
        f"{caught(every)} of {every.total()} mutants caught ({share(every):.1%}), {every[Outcome.ENDLESS]} of them because "
        f"the tests took longer than {LONGEST} s; {time.monotonic() - began:.0f} s"
    )
    return 0 if share(every) >= WANTED else 1


def told(found: Iterable[tuple[Mutant, Outcome]]) -> Counter[Outcome]:
    """Counts them, and prints those that no test that failed has caught."""
    counted = Counter[Outcome]()
    for mutant, came in found:
        counted[came] += 1
        if came is not Outcome.CAUGHT:
            print(f"{came.value}: {mutant}", flush=True)
    return counted


def caught(counted: Counter[Outcome]) -> int:
    return counted.total() - counted[Outcome.SURVIVED]


def share(counted: Counter[Outcome]) -> float:
    return caught(counted) / max(1, counted.total())


if __name__ == "__main__":
    sys.exit(main())
