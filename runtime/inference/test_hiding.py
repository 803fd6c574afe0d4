"""Faces and text are made unrecognisable before a picture is kept, or it is not used."""

import base64
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw

from nodes.kit.picture import PICTURE, REFUSED, Pictures
from runtime.inference.hiding import Hiding, faces
from runtime.inference.reader import Reader
from runtime.inference.test_reader import meter
from runtime.picture_intake import developed, kept
from runtime.picture_store import PictureStore
from runtime.pictures import Picture, clean

pytestmark = pytest.mark.xdist_group("reader")


def as_png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


NOBODY = (
    "DAomXZO3z9nh6O7x8u7Xw6uMUSYUIjdHWwkPOnWnx97t9vX5/v/26da7mW06Fh4vQVYCEUyDq8nb6/T39vv47+bXxKqARBcUKjxS"
    "BRFMja3H2efx9Pf4+fLp3cuyjk0UDxkrTwAPVJGzyNrp8/b29vPq4tTJtYxWFggXKUYBDlmSqrvI1+fw8Ovbx7m1rKSOYhYDEytG"
    "BAtcgpKVl6G7x8vAqJGHipWWjnEZARoqSRAWX3p+dWxrepuhmXtmY2Nueol2KQwaOFIXIGNyWkpFS2CHn5pzUlNETGWFfUAjLkJH"
    "ITN5fWVlcnKCmLy1mH5/h5Cbq49UNkNRTjBDhKirpKKpqbnRz7uxsrjEzcmfYj5ITUhATIi3zdHLxsjR3drP0tDj497JomZKVE9M"
    "P01/uNri5NPFzdLRysnU4ujbvJVqUVtQSENGb6vM3NG6tLq5vL68u8bQyKyLZVZkS0VKQF6btLqwqJKLi4iRnKSysK+ef2JXW0dN"
    "PjdOhZyanp6RkYiElJ6en6CdmHdTU1VLTT4uOHWQkpKRmJuZl4+YkoiUn5lxSDxKSkM+Ky9mjZV8bnN9hISDg259mKSSaD00R01S"
    "OyopTomYjndweIOHe2h1jaGZiFc0Oj5RVDUqGjFvkJSQkZKRlo+Vl5egiHM7Mz8/RU4xLR4dTH6LnJqUkZOYnqagkXtVODA+QUZH"
    "MS0rHjBWg5+ora+ws7Wxo39oQTQ4NTxCSyQuMyQoP2WMp7XCwL23qIlkTEJEMy8pLjccJzQzLj9MYISdoqegk4FdQ0xMRS8oKS8u"
    "GCQ5QEBSTEpRX2pqZldGP1ZfX0wsLCouMA=="
)
"""The mean of a hundred faces, 25 x 25 pixels of grey: like a face, and nobody's."""


def drawn_face(at: tuple[int, int], size: int = 100) -> Image.Image:
    image = Image.new("RGB", (640, 480), "#70787c")
    ImageDraw.Draw(image).rectangle((0, 240, 640, 480), fill="#30383c")
    face = Image.frombytes("L", (25, 25), base64.b64decode(NOBODY))
    image.paste(face.resize((size, size), Image.Resampling.BICUBIC), at)
    return image


@pytest.mark.parametrize("at", [(60, 50), (400, 250)])
def test_a_face_is_found_where_it_is(at: tuple[int, int]) -> None:
    (box,) = faces(drawn_face(at))
    middle = (box[0] + box[2]) / 2 * 640, (box[1] + box[3]) / 2 * 480
    assert middle == (pytest.approx(at[0] + 50, abs=12), pytest.approx(at[1] + 50, abs=12))
    assert 60 < (box[2] - box[0]) * 640 < 130


def test_what_is_hidden_is_flat_and_the_rest_as_it_was() -> None:
    store, hide = PictureStore(), Hiding(Reader(lambda sha256: None))
    before = drawn_face((60, 50))
    found = kept(as_png(before), store, ("faces",), hide)
    data = store.get(found[PICTURE])
    assert data is not None
    after = Image.open(BytesIO(data)).convert("RGB")
    assert faces(after) == []
    face = (75, 65, 135, 135)
    assert len(after.crop(face).getcolors(100_000) or ()) < 60 < len(before.crop(face).getcolors(100_000) or ())
    corner = (400, 300, 640, 480)
    assert after.crop(corner).tobytes() == before.crop(corner).tobytes()


def test_text_is_hidden_so_that_it_cannot_be_read() -> None:
    store = PictureStore()
    reader = Reader(store.get)
    found = kept(as_png(meter("00482.7")), store, ("text", "faces"), Hiding(reader))
    assert "00482.7" not in [line["text"] for line in reader.ask({"picture": found}, 30).value["lines"]]


def test_a_picture_without_any_of_it_stays_as_it_was() -> None:
    picture = clean(as_png(Image.new("RGB", (320, 240), "#446688")), widest=1_920)
    assert Hiding(Reader(lambda sha256: None))(picture, ("faces", "text")) == picture


def test_what_should_be_hidden_and_cannot_be_is_refused() -> None:
    def broken(picture: Picture, blur: tuple[str, ...]) -> Picture:
        raise MemoryError

    for hide in (None, broken):
        store = PictureStore()
        assert kept(as_png(meter()), store, ("faces",), hide) == {REFUSED: "picture_not_blurred"}
        assert store.size == 0


def test_a_message_is_blurred_where_one_of_its_sources_says_so() -> None:
    said: list[Any] = []

    def hide(picture: Picture, blur: tuple[str, ...]) -> Picture:
        said.append(blur)
        return picture

    developed(as_png(meter()), Pictures(raw="value", blur=("text",)), PictureStore(), hide)
    developed(as_png(meter()), Pictures(raw="value"), PictureStore(), hide)
    assert said == [("text",)]
