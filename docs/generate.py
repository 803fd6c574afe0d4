"""Writes docs/nodes/ from the node files and docs/problems.md from the closed list: `make generate`."""

import json
from pathlib import Path
from typing import Any

from document.listing import problems_page
from document.schema import params_schema
from nodes.kit.catalog import Catalog, full_catalog
from nodes.kit.kind import Kind

DOCS = Path(__file__).resolve().parent
HEADINGS = {
    "en": {"in": "Inputs", "out": "Outputs", "params": "Params", "examples": "Examples", "phrases": "People say",
           "none": "none", "param": "param", "meaning": "meaning", "type": "type"},
    "ja": {"in": "入力", "out": "出力", "params": "パラメーター", "examples": "例", "phrases": "こう言われたら",
           "none": "なし", "param": "名前", "meaning": "意味", "type": "型"},
}  # fmt: skip


def main() -> None:
    catalog = full_catalog()
    for lang in HEADINGS:
        folder = DOCS / "nodes" / lang
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.glob("*.md"):
            stale.unlink()
        for kind in catalog:
            (folder / f"{kind.id}.md").write_text(kind_page(kind, lang), "utf-8")
        (folder / "README.md").write_text(index_page(catalog, lang), "utf-8")
    (DOCS / "problems.md").write_text(problems_page(), "utf-8")


def index_page(catalog: Catalog, lang: str) -> str:
    title = {"en": "# Node kinds", "ja": "# ノードの種類"}[lang]
    rows = [f"| [{kind.words[lang].label}]({kind.id}.md) | `{kind.id}` | {kind.words[lang].summary} |" for kind in catalog]
    return "\n".join([title, "", "| | | |", "|---|---|---|", *rows, ""])


def kind_page(kind: type[Kind], lang: str) -> str:
    words, heading = kind.words[lang], HEADINGS[lang]
    lines = [f"# {words.label} (`{kind.id}`)", "", words.summary, "", words.description, ""]
    for title, ports in ((heading["in"], kind.inputs), (heading["out"], kind.outputs)):
        named = ", ".join(f"`{port.name}` ({port.label.get(lang, port.name)})" for port in ports)
        lines += [f"**{title}:** {named or heading['none']}", ""]
    lines += [*_params(kind, lang), *_phrases(kind, lang), *_examples(kind, lang)]
    return "\n".join(lines).rstrip() + "\n"


def _params(kind: type[Kind], lang: str) -> list[str]:
    words, heading = kind.words[lang], HEADINGS[lang]
    schema = params_schema(kind)
    properties: dict[str, Any] = schema.get("properties", {})
    if not properties:
        return []
    required = set(schema.get("required", ()))
    rows = [
        f"| `{name}`{'' if name in required else ' ?'} | {_type(facts)} | {words.params.get(name, '')} |"
        for name, facts in properties.items()
    ]
    head = f"| {heading['param']} | {heading['type']} | {heading['meaning']} |"
    return [f"## {heading['params']}", "", head, "|---|---|---|", *rows, ""]


def _type(facts: dict[str, Any]) -> str:
    marks = facts.get("x-suiro", {})
    if "enum" in facts:
        return " / ".join(f"`{value}`" for value in facts["enum"])
    if "ref" in marks or "format" in marks:
        return str(marks.get("ref") or marks.get("format"))
    if "anyOf" in facts:
        return ", ".join(dict.fromkeys(_type(part) for part in facts["anyOf"] if not _is_setting(part)))
    return str(facts.get("type", "any"))


def _is_setting(part: dict[str, Any]) -> bool:
    return str(part.get("pattern", "")).startswith("^\\$")


def _phrases(kind: type[Kind], lang: str) -> list[str]:
    said = [f"- {phrase.text}" for phrase in kind.phrases if phrase.lang == lang]
    return [f"## {HEADINGS[lang]['phrases']}", "", *said, ""] if said else []


def _examples(kind: type[Kind], lang: str) -> list[str]:
    lines = [f"## {HEADINGS[lang]['examples']}", ""]
    for example in kind.examples:
        body = json.dumps(example.document, ensure_ascii=False, indent=2)
        lines += [f"### {example.title.get(lang, example.title['en'])}", "", "```json", body, "```", ""]
    return lines


if __name__ == "__main__":
    main()
