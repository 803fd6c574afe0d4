"""Which version answers for which device."""

from runtime.deploy import LocalModel
from runtime.inference.rollout import Edition, Rollout, is_among

ONE, TWO = (Edition(version, 10, LocalModel(sha256=version * 64, task="score", inputs=("a",))) for version in "12")
DEVICES = [f"pump-{number}" for number in range(2_000)]


def test_without_a_trial_all_have_the_current_version() -> None:
    rollout = Rollout("m", ONE, devices=("pump-1",), percent=100)
    assert {rollout.edition_for(device).version for device in [*DEVICES, None]} == {"1"}


def test_named_devices_try_it_and_what_is_no_device_does_not() -> None:
    rollout = Rollout("m", ONE, TWO, devices=("pump-1", "pump-7"))
    assert [device for device in DEVICES if rollout.edition_for(device) is TWO] == ["pump-1", "pump-7"]
    assert rollout.edition_for(None) is ONE


def test_a_percentage_takes_about_so_many_devices_and_a_higher_one_takes_none_out() -> None:
    few, many = ({device for device in DEVICES if is_among("m", device, percent)} for percent in (10, 35))
    assert 150 < len(few) < 250
    assert 600 < len(many) < 800
    assert few < many
    assert not any(is_among("m", device, 0) for device in DEVICES)
    assert all(is_among("m", device, 100) for device in DEVICES)


def test_other_models_are_tried_by_other_devices() -> None:
    one, other = ({device for device in DEVICES if is_among(model, device, 10)} for model in ("m", "n"))
    assert len(one & other) < 60


def test_where_a_device_falls_is_the_same_for_ever() -> None:
    assert [number for number in range(40) if is_among("wear", f"pump-{number}", 10)] == [28, 31]
