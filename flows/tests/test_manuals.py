"""Documents: read within bounds, kept as text, searched, served to workers of the workspace alone."""

import io
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from flows import commands, downlink
from flows.commands import manuals
from flows.manuals import reading
from flows.manuals.packed import _joined
from flows.manuals.reading import ManualRefused, read_manual
from flows.models import Manual, ManualIndex, Membership
from flows.models_asked import models_of, models_without_access
from flows.tests.conftest import Api, document
from runtime.library.index import search
from runtime.library.passages import Section

EVIL = '<script>alert("x")</script>'
MANUAL = "# 炉の取扱説明書\n## 過昇温\nA-12 が出たら熱電対の断線を確かめてください。\n## Cleaning\nClean the filter every month.\n"


def send(api: Api, data: bytes = MANUAL.encode(), file: str = "furnace.md", title: str = "炉") -> Any:
    form = {"file": SimpleUploadedFile(file, data), "title": title}
    return api.client.post("/api/documents", form, headers={"X-CSRFToken": api.csrf})


def pdf(*pages: str) -> bytes:
    """A PDF as a small program writes it."""
    count = len(pages)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{4 + 2 * i} 0 R' for i in range(count))}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * index} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode()


def docx(xml: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", xml)
    return out.getvalue()


def word(*paragraphs: tuple[str, str]) -> str:
    styled = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    return f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{styled}</w:body></w:document>'


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "sections"),
    [
        ("a.txt", "温度".encode("cp932"), [("", "温度")]),
        ("a.txt", "温度".encode("utf-16"), [("", "温度")]),
        ("a.md", b"intro\n# One\n*a* [b](http://x)\n```\n# no heading\n```\n## Two\nc", [("", "intro"), ("One", "a b\n# no heading"), ("Two", "c")]),
        ("a.html", b"<h1>One</h1><p>a<br>b</p><script>evil()</script><style>x</style><h2>Two &amp; x</h2><ul><li>c<li>d</ul>",
         [("One", "a\nb"), ("Two & x", "c\nd")]),
        ("a.csv", "症状,処置\n異音,軸受を交換\n".encode(), [("#2", "症状: 異音\n処置: 軸受を交換")]),
        ("a.pdf", pdf("First page.", "Second page."), [("p. 1", "First page."), ("p. 2", "Second page.")]),
        ("a.docx", docx(word(("Heading1", "One"), ("", "a"), ("", "b"), ("見出し2", "Two"), ("", "c"))), [("One", "a\n\nb"), ("Two", "c")]),
        ("a.txt", b"a\x07b\x1b[31m", [("", "ab[31m")]),
    ],
    ids=["shift_jis", "utf-16", "markdown", "html", "csv", "pdf", "docx", "control"],
)  # fmt: skip
def test_what_is_read_of_a_file_by_its_sections(name: str, data: bytes, sections: list[tuple[str, str]]) -> None:
    assert read_manual(name, data)[1] == [Section(*one) for one in sections]


def test_lines_of_a_pdf_that_end_with_the_paper_are_put_together_and_headings_are_not() -> None:
    japanese = "清掃\n吸気フィルターは月に一回、掃除機でほこ\nりを吸い取ります。\n水洗いはできません。"
    assert _joined(japanese) == "清掃\n吸気フィルターは月に一回、掃除機でほこりを吸い取ります。\n水洗いはできません。"
    assert (
        _joined("Strainer\nClean it every week in the\nfirst month.")
        == "Strainer\nClean it every week in the first month."
    )


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


REFUSED: list[tuple[str, bytes, str]] = [
    ("a.exe", b"MZ", "manual_kind"),
    ("a", b"text", "manual_kind"),
    ("a.xlsx", b"PK\x03\x04", "manual_kind"),
    ("a.pdf", b"no pdf", "manual_broken"),
    ("a.pdf", b"%PDF-1.4\n" + b"\xff" * 2_000, "manual_broken"),
    ("a.docx", b"PK\x03\x04" + b"\xff" * 100, "manual_broken"),
    ("a.docx", docx("<open>"), "manual_broken"),
    ("a.docx", docx(BOMB), "manual_broken"),
    ("a.txt", b"\x00\x01\x02", "manual_not_text"),
    ("a.txt", b"\xff\xff\xff", "manual_not_text"),
    ("a.txt", b" \n ", "manual_empty"),
    ("a.html", b"<script>x</script>", "manual_empty"),
    ("a.pdf", pdf(""), "manual_empty"),
    ("a.txt", b"a" * 2_000_001, "manual_too_long"),
    ("a.csv", b"a,b\n" + b"1,2\n" * 20_001, "manual_too_long"),
    ("a.txt", b"a" * (16 * 1024 * 1024 + 1), "manual_too_heavy"),
    ("a.docx", docx("<x>" + " " * (33 * 1024 * 1024) + "</x>"), "manual_too_long"),
]


@pytest.mark.parametrize(
    ("name", "data", "code"), REFUSED, ids=[f"{code}-{at}" for at, (_, _, code) in enumerate(REFUSED)]
)
def test_what_cannot_be_read_is_refused_with_a_reason(name: str, data: bytes, code: str) -> None:
    with pytest.raises(ManualRefused) as refused:
        read_manual(name, data)
    assert refused.value.code == code


def test_a_file_that_is_read_for_ever_is_given_up_and_its_thread_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[bool] = []

    def endless(data: bytes) -> Iterator[Section]:
        try:
            while True:
                try:
                    sum(range(1_000))
                except Exception:
                    continue
        finally:
            ended.append(True)
        yield Section("", "")

    monkeypatch.setitem(reading.READERS, "txt", endless)
    with pytest.raises(ManualRefused, match="manual_too_slow"):
        read_manual("a.txt", b"x", most_time=0.2)
    end = time.monotonic() + 30
    while not ended and time.monotonic() < end:
        time.sleep(0.01)
    assert ended


# --- kept and shown -----------------------------------------------------------------------------------------------------


def test_a_document_is_listed_read_renamed_and_forgotten(api: Api) -> None:
    row = send(api).json()
    assert (row["title"], row["kind"], row["count"], row["file"]) == ("炉", "md", 2, "furnace.md")
    path = f"/api/documents/{row['id']}"
    assert api("GET", path).json()["sections"][0] == {
        "place": "過昇温",
        "text": "A-12 が出たら熱電対の断線を確かめてください。",
    }
    assert api("PUT", path, {"title": " EF\n-300 "}).json()["title"] == "EF -300"
    assert api("DELETE", path).status_code == 204
    assert api("GET", path).status_code == 404
    assert api("GET", "/api/documents").json() == []


def test_the_same_file_twice_too_many_and_an_unreadable_one_are_refused_with_words(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(api)
    again = send(api)
    assert (again.status_code, again.json()["code"]) == (409, "taken")
    assert send(api, b"\x00", "a.txt").json()["code"] == "manual_not_text"
    monkeypatch.setattr(manuals, "MOST_TEXT", 60)
    assert send(api, b"x" * 50, "a.txt").json()["code"] == "documents_full"
    monkeypatch.setattr(manuals, "MOST_MANUALS", 1)
    assert send(api, b"x", "a.txt").json()["code"] == "documents_full"


def test_titles_files_and_places_are_text_on_the_page(api: Api) -> None:
    send(api, f"# {EVIL}\ntext".encode(), f"{EVIL}.md", EVIL)
    page = api("GET", "/documents/").content.decode()
    assert EVIL not in page
    assert "&lt;script&gt;" in page


def test_a_question_on_the_page_shows_the_passages_that_a_flow_would_find(api: Api) -> None:
    assert api("POST", "/api/documents/ask", {"question": "A-12?"}).json() == {"found": []}
    send(api)
    (best, *_) = api("POST", "/api/documents/ask", {"question": "A-12 が出たらどうする?"}).json()["found"]
    assert (best["title"], best["place"]) == ("炉", "過昇温")
    assert api("POST", "/api/documents/ask", {"question": "How do I paint it?"}).json() == {"found": []}


def test_another_workspace_neither_sees_nor_asks_nor_fetches_a_document(
    api: Api, stranger: Membership, member: Membership
) -> None:
    theirs = commands.add_manual(stranger, "a.md", MANUAL.encode(), "theirs")
    path = f"/api/documents/{theirs.pk}"
    assert [
        api("GET", path).status_code,
        api("PUT", path, {"title": "x"}).status_code,
        api("DELETE", path).status_code,
    ] == [404, 404, 404]
    assert api("GET", "/api/documents").json() == []
    assert api("POST", "/api/documents/ask", {"question": "A-12 熱電対"}).json() == {"found": []}
    index = ManualIndex.objects.of(stranger.workspace).get()
    _, token = commands.add_worker(member, "edge")
    assert part(index.sha256, token).status_code == 404
    assert Manual.objects.of(stranger.workspace).count() == 1


# --- for workers --------------------------------------------------------------------------------------------------------


def part(sha256: str, token: str, number: int = 0) -> Any:
    return Client().get(f"/worker/documents/{sha256}/{number}", headers={"Authorization": f"Bearer {token}"})


def test_a_worker_is_told_the_hash_and_fetches_the_file_in_parts(member: Membership) -> None:
    assert downlink.documents_message(member.workspace) == {"t": "documents", "sha256": None, "size": None}
    _, token = commands.add_worker(member, "edge")
    lines = "\n\n".join(f"Line {index} of the case {index * 7}." for index in range(30_000))
    commands.add_manual(member, "a.txt", lines.encode(), "Cases")
    commands.add_manual(member, "b.md", MANUAL.encode(), "炉")
    told = downlink.documents_message(member.workspace)
    parts = [part(told["sha256"], token, number) for number in range(-(-told["size"] // (1 << 20)))]
    data = b"".join(one.content for one in parts)
    assert (len(parts) > 1, len(data)) == (True, told["size"])
    assert [
        part(told["sha256"], "x").status_code,
        part("0" * 64, token).status_code,
        part(told["sha256"], token, 99).status_code,
    ] == [404] * 3
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "index"
        place.write_bytes(data)
        assert search(place, "A-12 熱電対")[0].passage.title == "炉"


def test_each_change_makes_another_file_and_the_last_document_takes_it_along(member: Membership) -> None:
    row = commands.add_manual(member, "b.md", MANUAL.encode(), "炉")
    first = downlink.documents_message(member.workspace)["sha256"]
    commands.rename_manual(member, row.pk, "EF-300")
    assert downlink.documents_message(member.workspace)["sha256"] not in (None, first)
    commands.forget_manual(member, row.pk)
    assert downlink.documents_message(member.workspace)["sha256"] is None


# --- used ---------------------------------------------------------------------------------------------------------------


def asking(**params: Any) -> dict[str, Any]:
    ask = {"id": "ask", "kind": "ask_documents", "from": ["kiln"], "params": {"question": "What now?", **params}}
    tell = {"id": "say", "kind": "notify", "from": ["ask"], "params": {"to": "shift", "text": "{answer}"}}
    return document(nodes=[{"id": "kiln", "kind": "devices", "params": {"type": "kiln"}}, ask, tell], settings={})


@pytest.mark.parametrize(("only", "used"), [([], True), (["Furnace"], True), (["pump"], False)])
def test_a_document_says_which_flows_ask_it(api: Api, only: list[str], used: bool) -> None:
    api("POST", "/api/flows", {"document": asking(only=only)})
    row = send(api, title="furnace EF-300").json()
    assert bool(row["flows"]) is used


def test_a_flow_that_asks_documents_needs_no_model_but_gets_the_one_there_is(member: Membership) -> None:
    assert list(models_of(asking())) == ["default"]
    assert list(models_without_access(asking(), member.workspace)) == []
    assert [one.code for one in models_without_access(asking(model="strong"), member.workspace)] == ["no_model_access"]
