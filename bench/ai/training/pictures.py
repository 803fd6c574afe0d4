"""Pictures of the synthetic camera by number: the same number gives the same picture on every machine."""

import io
from random import Random

from PIL import Image

from fleet.scenes.look import jpeg
from fleet.scenes.shot import Family, Moment, Place, Point, Shot, dice
from fleet.scenes.take import take

MIX = (("helmet", 44), ("parts", 36), ("gauge", 9), ("truck_bed", 11))
"""Of a hundred pictures so many of each scene."""
MOST = 100_000
"""Bytes of a JPEG."""


def picture(family: Family, number: int, scene: str | None = None) -> Shot:
    """Picture `number` of a family, each in a place of its own, as it comes out of the JPEG that a camera sends."""
    return _taken(*_planned(family, number, scene))


def empty(family: Family, number: int) -> Shot:
    """The hall of picture `number` a second later, when nobody is there: what a camera that learnt its background knows."""
    scene, place, moment = _planned(family, number, None)
    return _taken(scene, place, Moment(moment.at + 1_000, {**moment.values, "people": 0, "bare": 0}))


def scene_of(family: Family, number: int) -> str:
    """What picture `number` shows."""
    return _planned(family, number, None)[0]


def _planned(family: Family, number: int, scene: str | None) -> tuple[str, Place, Moment]:
    roll = dice("pictures", family, number)
    names, weights = zip(*MIX, strict=True)
    scene = scene or roll.choices(names, weights)[0]
    place = Place(("picture", family, number), family, _zone(roll) if roll.random() < 0.5 else ())
    values = {
        "people": roll.choice([0, 1, 1, 2, 2, 3, 4]),
        "bare": roll.choice([0, 0, 1, 1, 2, 3]),
        "inside": roll.choice([0, 1, 2]),
        "crossing": roll.choice([0, 1]),
        "defects": roll.choice([0.2, 0.5, 0.8]),
        "value": roll.random(),
        "load": 100 * roll.random(),
    }
    return scene, place, Moment(roll.randrange(10**9), values)


def _taken(scene: str, place: Place, moment: Moment) -> Shot:
    shot = take(scene, place, moment)
    return Shot(Image.open(io.BytesIO(jpeg(shot.image, place, MOST))).convert("RGB"), shot.things)


def _zone(roll: Random) -> tuple[Point, ...]:
    uniform = roll.uniform
    left, right = uniform(0.02, 0.45), uniform(0.5, 0.95)
    top, bottom = uniform(0.45, 0.65), uniform(0.75, 0.98)
    skew = uniform(-0.08, 0.08)
    return ((left + skew, top), (right + skew, top), (right, bottom), (left, bottom))
