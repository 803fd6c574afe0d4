"""Cameras that send video: one picture is taken of it, over a connection that was checked, in bounded time and size."""

import time
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from nodes.kit.effect import Answer
from nodes.kit.picture import sha256_of
from runtime.addresses import Egress
from runtime.cli.cameras import cameras_in
from runtime.connectors.camera import Cameras
from runtime.connectors.rtp import NotRtp, Units, Video, video_in
from runtime.picture_intake import kept
from runtime.picture_store import PictureStore
from tests.rtsp_server import NAME, WORD, RtspServer

TRUSTED = Egress(trusted=True)


def scene() -> Image.Image:
    """Red on the left, green on the right, and lines that take many packets."""
    image = Image.new("RGB", (640, 480), "red")
    pen = ImageDraw.Draw(image)
    pen.rectangle((320, 0, 640, 480), fill="green")
    for n in range(0, 640, 7):
        pen.line((n, 200, 640 - n, 280), fill="white")
    return image


def taken(url: str, timeout: float = 30.0, egress: Egress = TRUSTED) -> tuple[Answer, Image.Image | None]:
    store = PictureStore()
    cameras = Cameras({"c1": url}, egress, lambda data, blur: kept(data, store))
    answer = cameras.take("c1", timeout)
    cameras.close()
    name = sha256_of(answer.value)
    data = store.get(name) if name is not None else None
    return answer, Image.open(BytesIO(data)).convert("RGB") if data is not None else None


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("mode", ["honest", "digest", "basic", "lossy"])
def test_one_picture_is_taken_of_the_video(mode: str, codec: str) -> None:
    with RtspServer(scene(), mode, codec) as camera:
        answer, image = taken(camera.signed if mode in ("digest", "basic") else camera.url)
    assert answer.error is None, answer
    assert image is not None
    assert image.size == (640, 480)
    left, right = image.getpixel((40, 40)), image.getpixel((600, 440))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > 80 > left[1]
    assert right[1] > 80 > 60 > right[0]


def test_the_password_goes_by_digest_and_never_in_the_address() -> None:
    with RtspServer(scene(), "digest") as camera:
        taken(camera.signed)
        said = "\n".join(camera.asked)
    assert WORD not in said
    assert f"{NAME}:" not in said
    assert "Basic" not in said


def test_the_camera_is_told_when_enough_was_seen() -> None:
    with RtspServer(scene()) as camera:
        taken(camera.url)
        until = time.monotonic() + 30
        while not camera.asked[-1].startswith("TEARDOWN") and time.monotonic() < until:
            time.sleep(0.01)
        methods = [one.split()[0] for one in camera.asked]
    assert methods == ["DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]
    assert camera.asked[1].split()[1] == f"{camera.url}/track1"


@pytest.mark.parametrize(
    ("mode", "detail"),
    [
        ("redirecting", "the camera said 302"),
        ("junk", "what it says is no RTSP"),
        ("jpeg", "it offers no video in H.264 or H.265"),
        ("hangs up", ""),
        ("huge", "a picture of its video is too large"),
        ("endless", "the camera sent no whole picture"),
        ("hanging", "c1: TimeoutError"),
    ],
)
def test_a_camera_that_misbehaves_is_away_within_its_time(mode: str, detail: str) -> None:
    began = time.monotonic()
    with RtspServer(scene(), mode) as camera:
        answer, _ = taken(camera.url, timeout=1.5 if mode == "hanging" else 20.0)
    if mode != "hangs up":  # it has sent a picture before
        assert (answer.error, answer.detail) == ("camera_away", detail)
    assert time.monotonic() - began < 15


def test_a_camera_at_an_address_that_may_not_be_dialled_is_not() -> None:
    with RtspServer(scene()) as camera:
        answer, _ = taken(camera.url, egress=Egress())
        assert (answer.error, camera.asked) == ("address_refused", [])


def test_nobody_there_is_away_without_the_address_in_its_words() -> None:
    answer, _ = taken(f"rtsp://{NAME}:secret@127.0.0.1:1/live")
    assert (answer.error, "secret" in answer.detail) == ("camera_away", False)


VIDEO = Video("h264", 96, "track1", b"")


@pytest.mark.parametrize("packet", [b"", b"\0" * 12, b"\x80\x60"])
def test_what_is_no_rtp_is_said(packet: bytes) -> None:
    with pytest.raises(NotRtp):
        list(Units(VIDEO).add(packet))


def test_packets_of_several_units_and_with_extensions_are_taken_apart() -> None:
    both = b"\x18" + b"\0\3abc" + b"\0\2de"
    extended = bytes([0x80 | 16 | 32, 96 | 128]) + bytes(10) + b"\0\0\0\1wxyz" + both + b"\0\2"
    assert list(Units(VIDEO).add(extended)) == [b"\0\0\0\1abc\0\0\0\1de"]
    assert list(Units(VIDEO).add(bytes([0x80, 97 | 128]) + bytes(10) + b"other")) == []


def test_the_first_video_that_can_be_decoded_is_taken_with_its_parameter_sets() -> None:
    sdp = (
        "v=0\nm=audio 0 RTP/AVP 0\na=control:a\nm=video 0 RTP/AVP 26\na=control:j\n"
        "m=video 0 RTP/AVP 97\na=rtpmap:97 h264/90000\na=fmtp:97 x=1; sprop-parameter-sets=AAE=,AgM\na=control:b\n"
    )
    assert video_in(sdp) == Video("h264", 97, "b", b"\0\0\0\1\0\1\0\0\0\1\2\3")
    assert video_in("v=0\nm=audio 0 RTP/AVP 0\n") is None
    assert video_in("nonsense") is None


def test_an_rtsp_address_is_read_from_the_file_of_cameras(tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "cameras.json"
    file.write_text('{"c1": "rtsp://10.0.0.7/live"}')
    assert cameras_in(str(file)) == {"c1": "rtsp://10.0.0.7/live"}
