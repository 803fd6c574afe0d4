"""Cameras that are asked for a picture: real HTTP, passwords, and those that misbehave."""

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from nodes.kit.effect import Answer
from nodes.kit.picture import sha256_of
from runtime.addresses import Egress
from runtime.cli.cameras import cameras_in
from runtime.connectors.camera import Cameras
from runtime.deploy import Deploy
from runtime.inference.asks import Asks
from runtime.picture_intake import kept
from runtime.picture_store import PictureStore
from tests.camera_server import NAME, CameraServer
from tests.pictures import HOSTILE, picture

TRUSTED = Egress(trusted=True)
SHOT = picture("green", (1_280, 720))


def taken(url: str, timeout: float = 30.0, egress: Egress = TRUSTED) -> Answer:
    store = PictureStore()
    cameras = Cameras({"c1": url}, egress, lambda data, blur: kept(data, store))
    answer = cameras.take("c1", timeout)
    cameras.close()
    name = sha256_of(answer.value)
    assert (name is not None and store.get(name) is not None) == (answer.error is None)
    return answer


@pytest.mark.parametrize("mode", ["honest", "basic", "digest"])
def test_a_picture_is_fetched_kept_and_given_as_a_handle(mode: str) -> None:
    with CameraServer(SHOT, mode) as camera:
        answer = taken(camera.signed if mode != "honest" else camera.url)
    assert (answer.value["width"], answer.value["height"]) == (1_280, 720)


def test_a_password_is_shown_only_as_the_camera_wants_it() -> None:
    with CameraServer(SHOT, "digest") as camera:
        taken(camera.signed)
        assert not [given for given in camera.asked if given.startswith("Basic")]
    with CameraServer(SHOT, "basic") as camera:
        assert taken(camera.url).error == "camera_away"
        assert taken(camera.url.replace("//", f"//{NAME}:wrong@")).detail == "the camera said 401"


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("away", "camera_away"),
        ("hanging", "camera_away"),
        ("dripping", "camera_away"),
        ("endless", "picture_too_heavy"),
        ("redirecting", "camera_away"),
    ],
)
def test_a_camera_that_misbehaves_is_given_up_in_time_and_in_bounds(mode: str, error: str) -> None:
    began = time.monotonic()
    with CameraServer(SHOT, mode) as camera:
        answer = taken(camera.signed, 1.0 if mode != "endless" else 20.0)
        assert answer.error == error
        assert "s3cret" not in answer.detail
        assert "127.0.0.1" not in answer.detail
    assert time.monotonic() - began < 15


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_picture_is_refused_by_name(what: str) -> None:
    data, code = HOSTILE[what]
    with CameraServer(data) as camera:
        assert taken(camera.url).error == code


def test_an_address_that_nobody_trusts_or_that_is_not_there_is_not_dialled() -> None:
    with CameraServer(SHOT) as camera:
        assert taken(camera.url, egress=Egress()).error == "address_refused"
        assert camera.asked == []
    assert taken("http://169.254.169.254/x.jpg").error == "address_refused"
    assert Cameras({}, TRUSTED, lambda data, blur: {}).take("c9", 1.0).error == "no_camera"


def test_a_camera_that_hangs_holds_no_other() -> None:
    store, found, ready = PictureStore(), [], threading.Event()
    with CameraServer(SHOT, "hanging") as slow, CameraServer(SHOT) as quick:
        cameras = Cameras({"slow": slow.url, "quick": quick.url}, TRUSTED, lambda data, blur: kept(data, store))
        asks, deploy = Asks(TRUSTED, TRUSTED, None, cameras.take), Deploy(flow="f", document={})
        for _ in range(4):
            asks.ask({"task": "snapshot", "device": "slow"}, deploy, 60.0, lambda answer: None)
        done = lambda answer: (found.append(answer), ready.set())  # noqa: E731
        asks.ask({"task": "snapshot", "device": "quick"}, deploy, 60.0, done)
        assert ready.wait(25)
        asks.stop()
    assert sha256_of(found[0].value) is not None


@pytest.mark.parametrize("given", ["[]", "{", '{"c1": 5}', '{"c1": "ftp://x/"}', '{"c1": "file:///etc/passwd"}'])
def test_a_file_of_addresses_that_cannot_be_meant_is_refused_without_quoting_it(given: str, tmp_path: Path) -> None:
    file = tmp_path / "cameras.json"
    file.write_text(given)
    with pytest.raises(ValueError) as refused:
        cameras_in(str(file))
    assert "passwd" not in str(refused.value)


def test_addresses_come_from_the_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses: Any = {"c1": "http://camera.local/snap"}
    file = tmp_path / "cameras.json"
    file.write_text(json.dumps(addresses))
    assert cameras_in(None) == {}
    assert cameras_in(str(file)) == addresses
    monkeypatch.setenv("SUIRO_CAMERAS", str(file))
    assert cameras_in(None) == addresses


def test_a_camera_is_away_after_two_tries_in_vain_until_a_picture_comes() -> None:
    store = PictureStore()
    with CameraServer(SHOT, "honest") as camera:
        cameras = Cameras({"c1": camera.url}, TRUSTED, lambda data, blur: kept(data, store))
        camera.mode = "away"
        cameras.take("c1", 5)
        assert cameras.away == {}
        cameras.take("c1", 5)
        assert cameras.away == {"c1": "the camera said 503"}
        camera.mode = "honest"
        cameras.take("c1", 5)
        assert cameras.away == {}
        camera.mode = "away"
        cameras.take("c1", 5)
        assert cameras.away == {}
        cameras.close()
