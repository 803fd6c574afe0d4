"""Print the kinds of node: ports, schemas, words, phrases and examples, as JSON."""

import argparse
from typing import Any

from document.problems import CODES
from document.schema import document_schema, params_schema
from document.words.code import Code
from nodes.kit.catalog import Catalog, full_catalog
from nodes.kit.kind import Example, Kind, KindWords, Port
from runtime.cli.printing import print_pretty


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def main(args: argparse.Namespace) -> int:
    print_pretty(catalog_json(full_catalog()))
    return 0


def catalog_json(catalog: Catalog) -> dict[str, Any]:
    """Every kind in palette order, the JSON Schema (draft 2020-12) of whole documents, and how problems are said."""
    return {
        "kinds": [kind_json(kind) for kind in catalog],
        "schema": document_schema(catalog),
        "problems": {code: _problem(entry) for code, entry in CODES.items()},
    }


def _problem(entry: Code) -> dict[str, Any]:
    """Severity and the message in both languages; of several texts the first whose names are all given is said."""
    return {"severity": entry.severity, **entry.message}


def kind_json(kind: type[Kind]) -> dict[str, Any]:
    return {
        "id": kind.id,
        "group": kind.group,
        "icon": kind.icon,
        "held_as": kind.held_as,
        "version": kind.version,
        "inputs": [_port(port) for port in kind.inputs],
        "outputs": [_port(port) for port in kind.outputs],
        "words": {lang: _words(words) for lang, words in kind.words.items()},
        "schema": params_schema(kind),
        "exactly_one": list(kind.Params.exactly_one),
        "memory": kind.Memory.said if kind.Memory is not None else {},
        "phrases": [{"lang": phrase.lang, "text": phrase.text} for phrase in kind.phrases],
        "examples": [_example(example) for example in kind.examples],
    }


def _port(port: Port) -> dict[str, Any]:
    return {"name": port.name, "label": port.label}


def _words(words: KindWords) -> dict[str, Any]:
    return {
        "label": words.label,
        "summary": words.summary,
        "description": words.description,
        "params": words.params,
        "labels": words.labels,
    }


def _example(example: Example) -> dict[str, Any]:
    written: dict[str, Any] = {"title": example.title, "document": example.document}
    if example.registry is not None:
        written["registry"] = example.registry
    return written
