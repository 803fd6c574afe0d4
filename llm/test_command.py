"""The command line: what it takes as the document to edit."""

import json
from pathlib import Path

from llm.__main__ import _document

DOCUMENT = {"suiro": 1, "name": "one", "nodes": []}


def test_an_export_is_taken_as_the_document_that_it_holds(tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    export.write_text(json.dumps({"document": DOCUMENT, "registry": {"types": [], "devices": []}}), "utf-8")
    plain = tmp_path / "plain.json"
    plain.write_text(json.dumps(DOCUMENT), "utf-8")
    assert _document(export) == _document(plain) == DOCUMENT
