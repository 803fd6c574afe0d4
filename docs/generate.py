"""Writes docs/nodes/ from the node files and docs/problems.md from the closed list: `make generate`."""

import json
import re
from itertools import groupby
from pathlib import Path
from typing import Any

from docs.timeline import picture
from document.listing import problems_page
from document.schema import params_schema
from nodes.kit.catalog import Catalog, full_catalog
from nodes.kit.kind import Kind

DOCS = Path(__file__).resolve().parent
PICTURES = DOCS / "nodes" / "pictures"
SIGNS = re.compile(r"[][\\*_`<]")
"""Signs that mean something to Markdown inside a text."""
WORDS = DOCS.parent / "editor" / "src" / "words"
INDEX = {
    "en": {"title": "Node kinds", "wishes": "How do I say ...?", "wish": "what I want", "kind": "node",
           "node": "node", "id": "id", "summary": "what it does",
           "pictures": "Each page shows its node at work: above what came in, below what the node sent, at the moment at "
           "which it did. A bar is a time that ran, such as a hold: it ends in the mark that it led to, or in a cross where "
           "it was broken off. A dashed line is a limit. The pictures are drawn from the node's own test, as it really runs."},
    "ja": {"title": "ノードの種類", "wishes": "こう言いたいとき", "wish": "やりたいこと", "kind": "使うノード",
           "node": "ノード", "id": "ID", "summary": "働き",
           "pictures": "各ページの図は、ノードの動きを表します。上が届いた値、下がノードの送ったもので、印は送った時点です。帯は継続時間などの"
           "経過を表し、送った印で終わるか、途中で切れたところの × で終わります。破線は限度です。図はノード自身のテストを実行して描いています。"},
}  # fmt: skip
HEADINGS = {
    "en": {"in": "Inputs", "out": "Outputs", "params": "Params", "examples": "Examples", "phrases": "People say",
           "none": "none", "param": "param", "meaning": "meaning", "type": "type", "default": "default",
           "marks": "“?” may be left out; “$” may also be the name of a setting, `\"$name\"`.",
           "one": "Exactly one of {names} is given."},
    "ja": {"in": "入力", "out": "出力", "params": "パラメーター", "examples": "例", "phrases": "こう言われたら",
           "none": "なし", "param": "名前", "meaning": "意味", "type": "型", "default": "既定",
           "marks": "「?」は省略できます。「$」は設定の名前 `\"$name\"` も使えます。",
           "one": "{names} のうち、ちょうど 1 つを指定します。"},
}  # fmt: skip
TYPES = {
    "en": {"number": "number", "integer": "whole number", "boolean": "true or false", "string": "text",
           "object": "object", "any": "any", "list": "list of {of}", "or": " or ", "per": "device, all, or a field",
           "type": "id of a type", "device": "id of a device", "field": "field", "destination": "id of a destination",
           "command": "id of a command", "model": "id of a model", "table": "id of a table",
           "duration": "duration", "topic": "topic",
           "cron": "cron", "expression": "expression", "text": "text with {fields}", "prompt": "text with {fields}",
           "body": "any, texts with {fields}", "time_of_day": "time of day", "point": "place", "polygon": "list of places",
           "polygons": "list of {`name`, `polygon`}", "lines": "list of {`name`, `from`, `to`}",
           "polyline": "list of places"},
    "ja": {"number": "数値", "integer": "整数", "boolean": "true か false", "string": "文字列", "object": "オブジェクト",
           "any": "任意", "list": "{of}のリスト", "or": "、または", "per": "device、all、または項目", "type": "型の ID",
           "device": "デバイスの ID", "field": "項目", "destination": "通知先の ID", "command": "コマンドの ID",
           "model": "モデルの ID", "table": "表の ID", "duration": "時間の長さ", "topic": "トピック", "cron": "cron", "expression": "式",
           "text": "文面({項目} を使えます)", "prompt": "文面({項目} を使えます)", "body": "任意({項目} を使えます)",
           "time_of_day": "時刻", "point": "地点", "polygon": "地点のリスト",
           "polygons": "{`name`, `polygon`} のリスト", "lines": "{`name`, `from`, `to`} のリスト", "polyline": "地点のリスト"},
}  # fmt: skip


def main() -> None:
    catalog = full_catalog()
    PICTURES.mkdir(parents=True, exist_ok=True)
    for stale in PICTURES.glob("*.svg"):
        stale.unlink()
    for lang in HEADINGS:
        folder = DOCS / "nodes" / lang
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.glob("*.md"):
            stale.unlink()
        for kind in catalog:
            drawn = picture(kind, catalog, lang)
            (PICTURES / f"{kind.id}.{lang}.svg").write_text(drawn.svg, "utf-8")
            (folder / f"{kind.id}.md").write_text(kind_page(kind, lang, drawn.summary), "utf-8")
        (folder / "README.md").write_text(index_page(catalog, lang), "utf-8")
    (DOCS / "problems.md").write_text(problems_page(), "utf-8")


def index_page(catalog: Catalog, lang: str) -> str:
    words, groups = INDEX[lang], group_names(lang)
    lines = [f"# {words['title']}", "", words["pictures"], "", f"## {words['wishes']}", ""]
    lines += [f"| {words['wish']} | {words['kind']} |", "|---|---|", *(_wish(kind, lang) for kind in catalog), ""]
    for group, kinds in groupby(catalog, key=lambda kind: kind.group):
        lines += [
            f"## {groups[group]}",
            "",
            f"| {words['node']} | {words['id']} | {words['summary']} |",
            "|---|---|---|",
        ]
        lines += [
            f"| [{kind.words[lang].label}]({kind.id}.md) | `{kind.id}` | {_cell(kind.words[lang].summary)} |"
            for kind in kinds
        ]
        lines.append("")
    return "\n".join(lines)


def group_names(lang: str) -> dict[str, str]:
    """What the palette calls the groups."""
    return dict(re.findall(r"'group\.(\w+)': '([^']+)'", (WORDS / f"{lang}.ts").read_text("utf-8")))


def _wish(kind: type[Kind], lang: str) -> str:
    title = kind.examples[0].title
    return f"| {_cell(title.get(lang, title['en']))} | [{kind.words[lang].label}]({kind.id}.md) |"


def kind_page(kind: type[Kind], lang: str, seen: str) -> str:
    """The page of `kind`; `seen` says in words what its picture shows."""
    words, heading = kind.words[lang], HEADINGS[lang]
    shown = f"![{SIGNS.sub(_escaped, seen)}](../pictures/{kind.id}.{lang}.svg)"
    lines = [f"# {words.label} (`{kind.id}`)", "", words.summary, "", words.description, "", shown, ""]
    for title, ports in ((heading["in"], kind.inputs), (heading["out"], kind.outputs)):
        named = ", ".join(f"`{port.name}` ({port.label.get(lang, port.name)})" for port in ports)
        lines += [f"**{title}:** {named or heading['none']}", ""]
    lines += [*_params(kind, lang), *_phrases(kind, lang), *_examples(kind, lang)]
    return "\n".join(lines).rstrip() + "\n"


def _params(kind: type[Kind], lang: str) -> list[str]:
    heading, schema = HEADINGS[lang], params_schema(kind)
    properties: dict[str, Any] = schema.get("properties", {})
    if not properties:
        return []
    rows = [_param(name, facts, schema, kind, lang) for name, facts in properties.items()]
    head = f"| {heading['param']} | {heading['type']} | {heading['default']} | {heading['meaning']} |"
    lines = [f"## {heading['params']}", "", head, "|---|---|---|---|", *rows, "", heading["marks"], ""]
    if kind.Params.exactly_one:
        names = ", ".join(f"`{name}`" for name in kind.Params.exactly_one)
        lines += [heading["one"].format(names=names), ""]
    return lines


def _param(name: str, facts: dict[str, Any], schema: dict[str, Any], kind: type[Kind], lang: str) -> str:
    optional = "" if name in schema.get("required", ()) else " ?"
    settable = " $" if facts.get("x-suiro", {}).get("settable") else ""
    default = f"`{json.dumps(facts['default'], ensure_ascii=False)}`" if "default" in facts else ""
    meaning = kind.words[lang].params.get(name, "")
    type_ = _type(facts, schema.get("$defs", {}), lang)
    return f"| `{name}`{optional}{settable} | {type_} | {default} | {_cell(meaning)} |"


def _type(facts: dict[str, Any], defs: dict[str, Any], lang: str) -> str:
    """What a value may be, in a few words."""
    words, marks = TYPES[lang], facts.get("x-suiro", {})
    if "$ref" in facts:
        facts = defs[facts["$ref"].rpartition("/")[2]]
        required = facts.get("required", ())
        return "{" + ", ".join(f"`{name}`{'' if name in required else ' ?'}" for name in facts["properties"]) + "}"
    if "enum" in facts:
        return " / ".join(f"`{value}`" for value in facts["enum"])
    if "ref" in marks or "format" in marks:
        return words[marks.get("ref") or marks["format"]]
    if "anyOf" in facts:
        kinds = [_type(part, defs, lang) for part in facts["anyOf"] if not _is_setting(part)]
        return words["or"].join(dict.fromkeys(kinds))
    if "prefixItems" in facts:
        return "[" + ", ".join(_type(part, defs, lang) for part in facts["prefixItems"]) + "]"
    if "items" in facts:
        return words["list"].format(of=_type(facts["items"], defs, lang))
    return words[facts.get("type", "any")]


def _escaped(sign: re.Match[str]) -> str:
    return "\\" + sign[0]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _is_setting(part: dict[str, Any]) -> bool:
    """The alternative that the schema adds to a settable param."""
    return str(part.get("pattern", "")).startswith("^\\$")


def _phrases(kind: type[Kind], lang: str) -> list[str]:
    said = " · ".join(dict.fromkeys(phrase.text for phrase in kind.phrases if phrase.lang == lang))
    return [f"## {HEADINGS[lang]['phrases']}", "", said, ""] if said else []


def _examples(kind: type[Kind], lang: str) -> list[str]:
    lines = [f"## {HEADINGS[lang]['examples']}", ""]
    for example in kind.examples:
        body = json.dumps(example.document, ensure_ascii=False, indent=2)
        lines += [f"### {example.title.get(lang, example.title['en'])}", "", "```json", body, "```", ""]
    return lines


if __name__ == "__main__":
    main()
