"""What the pages of docs/ show is what happens: commands are run, documents checked, names compared."""

import json
import os
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from document.problems import has_errors, render
from document.validate import validate
from engine.document_tests import run_tests
from nodes.action.store import Store
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind
from nodes.source.devices import Devices
from tests.brokers import nats
from tests.conformance import test_guide
from tests.conformance.commandline import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(page for page in DOCS.rglob("*.md") if "nodes" not in page.relative_to(DOCS).parts)
FENCE = re.compile(r"(?:<!-- (\w+): ([^\n]*?) -->\n)?^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BROKER = "mqtt://localhost:1883"
"""What pages call the reader's broker; here it is one of our own."""
TRANSLATED = ("command-line.md", "operate.md", "connect-devices.md")
VARIABLE = re.compile(r"\bSUIRO_[A-Z][A-Z_]*\b")
OTHERS = {"DATABASE_URL", "OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL", "XDG_DATA_HOME", "LANG", "TZ"}
"""Names of others that the product reads."""


def blocks(page: Path) -> list[tuple[str, str, str, str]]:
    """(mark, its value, language, text) of every fenced block."""
    return [match.groups(default="") for match in FENCE.finditer(page.read_text("utf-8"))]


def named(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


SHOWING = [page for page in PAGES if page.parent == DOCS and any(lang == "console" for _, _, lang, _ in blocks(page))]
"""Pages with commands; the Japanese ones have the very same blocks."""

# --- commands -----------------------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder in which the commands of a page find what they find in a checkout."""
    (tmp_path / "gallery").symlink_to(ROOT / "gallery")
    (tmp_path / "var").mkdir()
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("page", SHOWING, ids=named)
def test_the_commands_of_a_page_print_what_it_shows(page: Path, checkout: Path) -> None:
    with nats() as broker:
        for mark, value, lang, text in blocks(page):
            if mark == "file":
                (checkout / value).write_text(text, "utf-8")
            elif lang == "console":
                for command, expected in commands(text):
                    assert_shows(command, expected, run(command.replace(BROKER, broker.url), checkout))


def commands(text: str) -> Iterator[tuple[str, str]]:
    """(command, output shown below it)."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def run(command: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SUIRO_HOME": str(folder / "home"), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    return done.stdout.decode("utf-8")


def assert_shows(command: str, expected: str, printed: str) -> None:
    """`…` stands for any text within a line, and alone on a line for any lines."""
    lines = (".*" if line == "…" else re.escape(line).replace("…", "[^\n]*?") for line in expected.splitlines())
    pattern = "\n".join(lines)
    assert re.fullmatch(pattern, printed.rstrip("\n"), re.DOTALL), (
        f"$ {command}\nshown:\n{expected}\nprinted:\n{printed}"
    )


# --- documents ----------------------------------------------------------------------------------------------------

DOCUMENTS = [
    pytest.param(value if mark == "problems" else "", text, id=f"{named(page)}-{json.loads(text)['name']}")
    for page in PAGES
    if page.name != "document.md" or page.parent.name == "ja"
    for mark, value, lang, text in blocks(page)
    if lang == "json" and '"suiro": 1' in text and value != "var/typo.json"
]


@pytest.mark.parametrize(("expected", "text"), DOCUMENTS)
def test_a_document_on_a_page_is_sound_and_its_tests_pass(expected: str, text: str) -> None:
    test_guide.test_a_block_is_sound_and_its_tests_pass_or_has_the_problems_it_announces(expected, text)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_block_of_json_is_json(page: Path) -> None:
    for _, _, lang, text in blocks(page):
        if lang == "json":
            json.loads(text)


def test_the_kind_that_the_guide_adds_works() -> None:
    module = types.ModuleType("offset")
    code = next(text for _, _, lang, text in blocks(DOCS / "add-a-node.md") if lang == "python")
    sys.modules["offset"] = module
    try:
        exec(compile(code, "docs/add-a-node.md", "exec"), module.__dict__)  # our own page
    finally:
        del sys.modules["offset"]
    kind: type[Kind] = module.Offset
    catalog = Catalog([kind, Devices, Store])
    assert kind.examples
    for example in kind.examples:
        found = validate(example.document, catalog, None)
        assert not has_errors(found), [render(problem, "en") for problem in found]
        outcome = run_tests(example.document, catalog, None)
        assert outcome["passed"] > 0
        assert outcome["failed"] == 0, outcome


# --- names, links, languages --------------------------------------------------------------------------------------


def test_every_environment_variable_in_the_code_is_explained_and_every_explained_one_is_in_the_code() -> None:
    for page in (DOCS / "operate.md", DOCS / "ja" / "operate.md"):
        table = re.findall(r"^\| `([A-Z][A-Z_]+(?:<ID>)?)`", page.read_text("utf-8"), re.MULTILINE)
        assert len(table) == len(set(table))
        assert set(table) == variables_in_the_code() | OTHERS


def variables_in_the_code() -> set[str]:
    found: set[str] = set()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.py", "Makefile", ".ci"], cwd=ROOT, capture_output=True, check=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        file = ROOT / name
        if file.exists() and not name.startswith("tests/conformance/"):
            found |= set(VARIABLE.findall(file.read_text("utf-8")))
    given = {name for name in found if name.startswith("SUIRO_DEST_")}
    return (found - given) | ({"SUIRO_DEST_<ID>"} if given else set())


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_a_name_of_others_is_still_read(name: str) -> None:
    asked = ["git", "grep", "-qw", name, "--", "*.py", ":!tests/conformance"]
    assert subprocess.run(asked, cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("name", TRANSLATED)
def test_the_japanese_page_has_the_headings_and_the_very_blocks_of_the_english_one(name: str) -> None:
    english, japanese = DOCS / name, DOCS / "ja" / name
    assert blocks(japanese) == blocks(english)
    assert [len(level) for level in headings(japanese)] == [len(level) for level in headings(english)]


def headings(page: Path) -> list[str]:
    return re.findall(r"^(#+) ", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text("utf-8"))
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


# --- registered things --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_files_of_the_devices_page_are_imported_as_it_says(client: Any, tmp_path: Path) -> None:
    from django.contrib.auth.models import User
    from django.core.files.uploadedfile import SimpleUploadedFile

    from flows import commands

    commands.bootstrap(tmp_path / "worker.token")
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    page = {value: text for mark, value, _, text in blocks(DOCS / "connect-devices.md") if mark == "import"}
    assert set(page) == {"fields.csv", "devices.csv", "registry.json"}
    for name, text in page.items():
        sent = client.post(
            "/api/registry/import", {"file": SimpleUploadedFile(name, text.encode())}, headers=csrf(client)
        )
        assert sent.status_code == 200, (name, sent.content.decode())
    known = client.get("/api/registry").json()
    freezer = next(entry for entry in known["types"] if entry["id"] == "freezer")
    assert freezer["topic"] == "store/{device}/state"
    assert freezer["time"] == {"path": "ts", "format": "ms"}
    assert [(field["name"], field["type"], field.get("unit")) for field in freezer["fields"]] == [
        ("temperature", "number", "°C"),
        ("door", "boolean", None),
    ]
    device = next(entry for entry in known["devices"] if entry["id"] == "freezer-1")
    assert device["label"] == {"ja": "冷凍庫1号", "en": "Freezer 1"}
    assert device["attributes"] == {"shop": "Shibuya", "floor": 1}
    assert [command["id"] for command in next(t for t in known["types"] if t["id"] == "siren")["commands"]] == ["sound"]


def csrf(client: Any) -> dict[str, str]:
    return {"X-CSRFToken": client.get("/api/me").json()["csrf"]}


def test_the_traffic_on_the_devices_page_is_found_as_it_says() -> None:
    from flows.discovery import suggestions

    page = {mark: text for mark, _, _, text in blocks(DOCS / "connect-devices.md") if mark in ("traffic", "found")}
    seen = [line.split(" ", 1) for line in page["traffic"].splitlines()]
    found = suggestions([{"topic": topic, "payload": payload} for topic, payload in seen], {}, "en")
    assert [suggestion["type"] for suggestion in found] == [json.loads(page["found"])]
