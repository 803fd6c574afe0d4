"""How long a sentence takes to become a flow with the embedded author: `python -m bench.compile`.

The limit beside the whole command is the bare start of the same interpreter with nothing to do.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from document.registry import load_registry
from llm.authors import author_named
from llm.compile import compile
from nodes.kit.catalog import full_catalog

FIRST = Path(__file__).resolve().parents[1] / "gallery" / "first"
REGISTRY_FILE = FIRST / "registry.json"
TIMES_INSIDE, TIMES_WHOLE = 20, 5


def main() -> None:
    prompt = json.loads((FIRST / "prompts.json").read_text("utf-8"))["prompts"][0]
    registry, _ = load_registry(REGISTRY_FILE.read_bytes())
    catalog, author = full_catalog(), author_named("phrasebook")
    bare = seconds(lambda: subprocess.run([sys.executable, "-c", ""], check=True), TIMES_WHOLE)
    print(f"one sentence to a sound document; bare interpreter start {bare * 1000:.0f} ms")
    for lang in ("ja", "en"):
        text = prompt[lang]
        first = seconds(lambda text=text: check(compile(text, author=author, registry=registry, catalog=catalog)), 1)
        again = seconds(
            lambda text=text: compile(text, author=author, registry=registry, catalog=catalog), TIMES_INSIDE
        )
        whole = seconds(lambda text=text: command(text), TIMES_WHOLE)
        print(
            f"{lang}: in process {first * 1000:6.0f} ms at first, {again * 1000:6.1f} ms after that   "
            f"whole command {whole * 1000:6.0f} ms, {whole / bare:.0f} bare starts"
        )


def check(result: Any) -> None:
    if result.document is None:
        raise SystemExit(f"nothing was built: {[found.code for found in result.problems]}")


def command(text: str) -> None:
    line = [sys.executable, "-m", "llm", "compile", "--devices", str(REGISTRY_FILE)]
    subprocess.run(line, input=text.encode(), check=True, stdout=subprocess.DEVNULL, cwd=FIRST.parents[1])


def seconds(work: Any, times: int) -> float:
    """The median."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return statistics.median(took)


if __name__ == "__main__":
    main()
