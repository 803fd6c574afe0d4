"""Text is read on the spot, with no network, in bounded size."""

import socket
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from nodes.kit.inscription import lines_in, read
from nodes.kit.picture import handle
from runtime.inference.reader import MOST_LINES, Reader
from runtime.pictures import clean

pytestmark = pytest.mark.xdist_group("reader")


def meter(text: str = "00482.7", size: tuple[int, int] = (640, 480)) -> Image.Image:
    image = Image.new("RGB", size, "#606860")
    pen = ImageDraw.Draw(image)
    pen.rectangle((size[0] // 5, size[1] // 3, size[0] * 4 // 5, size[1] * 2 // 3), fill="#101810")
    font = ImageFont.load_default(size[1] // 7)
    pen.text((size[0] // 2, size[1] // 2), text, fill="#d8f0d8", font=font, anchor="mm")
    return image


def reader_of(image: Image.Image) -> tuple[Reader, dict[str, Any]]:
    out = BytesIO()
    image.save(out, "PNG")
    picture = clean(out.getvalue(), widest=1_920)
    return Reader({picture.sha256: picture.data}.get), handle(picture.sha256, picture.width, picture.height)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("the reader dialled")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_network")
def test_a_meter_is_read_where_it_stands_without_a_network() -> None:
    reader, picture = reader_of(meter())
    answer = reader.ask({"task": "text", "picture": picture}, 30)
    lines = lines_in(answer.value["lines"])
    assert not isinstance(lines, str)
    assert read(lines, "number", None) is not None
    (line,) = lines
    assert (line.text, line.score > 0.8) == ("00482.7", True)
    assert 0.2 < line.box[0] < 0.45
    assert 0.4 < line.box[1] < 0.5 < line.box[3] < 0.6


@pytest.mark.usefixtures("no_network")
def test_a_part_alone_is_read_and_placed_in_the_whole_picture() -> None:
    two = Image.new("RGB", (1_280, 480))
    two.paste(meter("11.5"), (0, 0))
    two.paste(meter("22.6"), (640, 0))
    reader, picture = reader_of(two)
    answer = reader.ask({"task": "text", "picture": picture, "crop": [0.5, 0.2, 1.0, 0.8]}, 30)
    (line,) = answer.value["lines"]
    assert line["text"] == "22.6"
    assert 0.65 < line["box"][0] < line["box"][2] < 0.85
    assert 0.4 < line["box"][1] < line["box"][3] < 0.6


def test_a_bare_wall_has_no_lines_and_a_gone_picture_says_so() -> None:
    reader, picture = reader_of(Image.new("RGB", (320, 240), "#777777"))
    assert reader.ask({"picture": picture}, 30).value == {"lines": []}
    assert reader.ask({"picture": handle("a" * 64, 1, 1)}, 30).error == "picture_gone"


def test_a_picture_full_of_text_is_read_in_part_only() -> None:
    image = Image.new("RGB", (1_920, 1_440), "white")
    pen = ImageDraw.Draw(image)
    for row in range(40):
        for column in range(8):
            pen.text(
                (column * 240 + 10, row * 36 + 4), f"x{row}y{column}", fill="black", font=ImageFont.load_default(24)
            )
    reader, picture = reader_of(image)
    assert 0 < len(reader.ask({"picture": picture}, 60).value["lines"]) <= MOST_LINES


def test_where_something_is_written_is_found_for_hiding_it() -> None:
    ((left, top, right, bottom),) = reader_of(meter())[0].places(meter())
    assert 0.2 < left < 0.45
    assert 0.4 < top < 0.5 < bottom < 0.6
    assert 0.55 < right < 0.8
