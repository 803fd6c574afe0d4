"""The newest picture of each device goes up small, not too often, and again to whoever has seen nothing."""

import base64
from io import BytesIO
from typing import Any

from PIL import Image

from runtime.pictures import Picture, clean
from runtime.thumbnails import EVERY, PAUSE, Thumbnails


def kept(colour: str) -> Picture:
    out = BytesIO()
    Image.new("RGB", (800, 600), colour).save(out, "PNG")
    return clean(out.getvalue(), widest=800)


class Site:
    def __init__(self) -> None:
        self.now, self.said = 100.0, list[dict[str, Any]]()
        self.pictures = {picture.sha256: picture.data for picture in map(kept, ("red", "green", "blue"))}
        self.red, self.green, self.blue = self.pictures
        self.thumbnails = Thumbnails(self.pictures.get, self.said.append, lambda: self.now)
        self.thumbnails.stop()  # the test says when

    def told(self) -> list[tuple[str, str]]:
        said = [(word["device"], word["sha256"]) for word in self.said]
        self.said.clear()
        return said


def test_a_picture_goes_up_as_a_small_jpeg_with_what_it_is_of() -> None:
    site = Site()
    site.thumbnails.saw("cam-1", "frame", site.red, 1_767_571_200_000)
    assert site.thumbnails.send_one() == PAUSE
    (word,) = site.said
    assert {name: word[name] for name in ("t", "device", "field", "time", "sha256")} == {
        "t": "picture", "device": "cam-1", "field": "frame", "time": "2026-01-05T00:00:00.000Z", "sha256": site.red,
    }  # fmt: skip
    small = Image.open(BytesIO(base64.b64decode(word["data"])))
    assert (small.format, small.size) == ("JPEG", (320, 240))
    assert site.thumbnails.send_one() is None


def test_of_many_in_a_short_time_the_newest_goes_and_other_devices_do_not_wait_for_it() -> None:
    site = Site()
    site.thumbnails.saw("cam-1", "frame", site.red, 1_000)
    site.thumbnails.send_one()
    site.thumbnails.saw("cam-1", "frame", site.green, 2_000)
    site.thumbnails.saw("cam-1", "frame", site.blue, 3_000)
    site.thumbnails.saw("cam-1", "frame", site.red, 1_500)
    site.thumbnails.saw("cam-2", "frame", site.red, 1_000)
    assert site.thumbnails.send_one() == PAUSE
    assert site.thumbnails.send_one() == EVERY
    assert site.told() == [("cam-1", site.red), ("cam-2", site.red)]
    site.now += EVERY
    site.thumbnails.send_one()
    assert site.told() == [("cam-1", site.blue)]


def test_whoever_listens_anew_gets_all_of_them() -> None:
    site = Site()
    for device in ("cam-1", "cam-2"):
        site.thumbnails.saw(device, "frame", site.red, 1_000)
        site.thumbnails.send_one()
    site.said.clear()
    site.thumbnails.tell_all()
    while site.thumbnails.send_one() is not None:
        pass
    assert site.told() == [("cam-1", site.red), ("cam-2", site.red)]


def test_a_picture_that_is_not_kept_any_more_is_passed_over() -> None:
    site = Site()
    site.thumbnails.saw("cam-1", "frame", "0" * 64, 1_000)
    assert site.thumbnails.send_one() == PAUSE
    assert site.said == []
