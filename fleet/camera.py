"""A camera of the fleet: draws what it sees from the device's signals. Imported where a fleet has one: it needs Pillow."""

from typing import Any

from fleet.description import Camera
from fleet.scenes.look import jpeg
from fleet.scenes.shot import Moment, Place, Shot
from fleet.scenes.take import take

MOST_BYTES = 74_000
"""Of a JPEG, so that its base64 is less than 100 kB."""
ALWAYS = ("light", "blur")
DRAWN = {
    "helmet": ("people", "bare", "inside", "crossing"),
    "parts": ("defects", "speed"),
    "gauge": ("value",),
    "truck_bed": ("load",),
    "meter": ("value",),
    "plate": ("number", "japanese"),
}
"""Signals that are in the picture and therefore not in the payload."""


class VirtualCamera:
    """One camera; `fields` with rising times."""

    def __init__(self, camera: Camera, device: str, seed: int) -> None:
        self._camera = camera
        self._place = Place((seed, device), zone=tuple(camera.zone), low=camera.range[0], high=camera.range[1])
        self._decided: dict[Any, Any] = {}
        self._last: tuple[bytes, Shot] | None = None

    def fields(self, at: int, signals: dict[str, Any], frozen: set[str]) -> dict[str, Any]:
        """What the device tells at `at`: the picture (JPEG), the signals that are not in it, and, where the description asks
        for it, those that are, with `truth`: what is really where in the picture."""
        camera = self._camera
        if self._last is None or camera.name not in frozen:
            values = {name: float(value) for name, value in signals.items() if isinstance(value, int | float)}
            shot = take(camera.scene, self._place, Moment(at, values, self._decided), camera.width)
            self._last = jpeg(shot.image, self._place, MOST_BYTES), shot
        picture, shot = self._last
        drawn = () if camera.truth else (*DRAWN[camera.scene], *ALWAYS)
        told = {name: value for name, value in signals.items() if name not in drawn}
        return told | {camera.name: picture} | ({"truth": truth_of(shot)} if camera.truth else {})


def truth_of(shot: Shot) -> list[dict[str, Any]]:
    """What is in the picture, as a perfect detector would say it; `clear` is false where nobody could tell."""
    told = []
    for thing in shot.things:
        one = {"class": thing.name, "box": [round(edge, 4) for edge in thing.box], "clear": thing.clear}
        value = {} if thing.value is None else {"value": round(thing.value, 4)}
        told.append(one | value | ({} if thing.text is None else {"text": thing.text}))
    return told
