"""The shape of the tree is a promise: names, sizes, twins, who may talk to the network, where kinds may be named."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodes.kit.catalog import GROUPS, full_catalog

ROOT = Path(__file__).resolve().parents[2]
TOP = {"config", "flows", "llm", "document", "nodes", "engine", "runtime", "fleet", "gallery", "editor", "templates",
       "static", "tests", "bench", "docs"}  # fmt: skip
PYTHON = ("config", "flows", "llm", "document", "nodes", "engine", "runtime", "fleet", "gallery")
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "service"}
NETWORK = {
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "openai",
    "paho",
    "websockets",
    "requests",
    "urllib3",
    "aiohttp",
    "smtplib",
    "aiosmtplib",
}
MAY_TALK = ("runtime/connectors/", "runtime/senders/", "runtime/inference/", "llm/providers/", "fleet/",
            "runtime/control")  # fmt: skip
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
LONG_FOR_A_REASON: dict[str, str] = {}
"""Files over 400 lines, each with its reason. This list only shrinks."""


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def sources() -> Iterator[tuple[str, Path]]:
    for path in tracked("*.py"):
        name = str(path.relative_to(ROOT))
        if name.split("/")[0] in PYTHON and "/migrations/" not in name:
            yield name, path


def is_test(name: str) -> bool:
    stem = name.rsplit("/", 1)[-1]
    return stem.startswith("test_") or stem in {"conftest.py", "harness.py"} or "/tests/" in name


def test_the_top_level_holds_what_the_design_names() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if len(path.relative_to(ROOT).parts) > 1}
    assert {folder for folder in folders if not folder.startswith(".")} <= TOP


def test_no_file_has_a_name_that_says_nothing() -> None:
    named = [p for p in tracked("*.py", "*.ts", "*.tsx") if p.stem in FORBIDDEN_NAMES]
    assert not named


def test_files_stay_small() -> None:
    generated = ("/generated/", "/migrations/", "package-lock")
    files = [p for p in tracked("*.py", "*.ts", "*.tsx") if not any(part in str(p) for part in generated)]
    lengths = {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for p in files}
    long = {name: n for name, n in lengths.items() if n > LONGEST_FILE and name not in LONG_FOR_A_REASON}
    assert not long
    assert all(lengths.get(name, 0) > LONGEST_FILE for name in LONG_FOR_A_REASON), "shrink the list"


def test_functions_stay_small() -> None:
    long = {}
    for name, path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or 0) - node.lineno + 1
                if size > LONGEST_FUNCTION:
                    long[f"{name}:{node.name}"] = size
    assert not long


def test_only_the_doors_import_network_clients() -> None:
    talkers = set()
    for name, path in sources():
        if is_test(name) or name.startswith(MAY_TALK):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.append(node.module)
            if any(module.split(".")[0] in NETWORK for module in modules):
                talkers.add(name)
    assert not talkers


@pytest.mark.parametrize("group", GROUPS)
def test_every_node_file_has_its_twin_test(group: str) -> None:
    files = {p.stem for p in (ROOT / "nodes" / group).glob("*.py")} - {"__init__"}
    kinds = {stem for stem in files if not stem.startswith("test_")}
    assert {f"test_{stem}" for stem in kinds} <= files


def test_no_kind_is_named_where_only_the_catalog_may_know_it() -> None:
    ids = {kind.id for kind in full_catalog()} - WORDS_OF_THEIR_OWN
    named = {}
    for path in tracked("llm/*.py", "editor/src/*.ts", "editor/src/*.tsx", "templates/*.html"):
        name = str(path.relative_to(ROOT))
        if "/generated/" in name or is_test(name) or ".test." in name or "/evals/" in name:
            continue
        text = path.read_text("utf-8")
        found = {id for id in ids if f'"{id}"' in text or f"'{id}'" in text}
        if found:
            named[name] = found
    assert not named


WORDS_OF_THEIR_OWN = {"devices", "command", "window", "condition", "schedule", "changed", "store", "power", "repeat", "route", "time",
    "compare", "join", "rename", "zones", "score"}  # fmt: skip
"""Kind ids that are also plain words (an API field, an HTML page, a role of a phrase): a literal proves nothing."""


def test_no_text_evaluates_code() -> None:
    evaluators = {"eval", "exec", "compile"}
    found = set()
    for name, path in sources():
        tree = ast.parse(path.read_text("utf-8"))
        own = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        own |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        calls = (
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        )
        if any(call in evaluators - own for call in calls):
            found.add(name)
    assert found <= {"nodes/kit/source.py"}
