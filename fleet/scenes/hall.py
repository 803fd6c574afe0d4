"""`helmet`: people walk in a hall, some of them in a zone that is marked on the floor."""

import math
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw

from fleet.scenes.furniture import furnish
from fleet.scenes.person import draw_person, person
from fleet.scenes.shot import Box, H, Moment, Place, Point, Thing, W, clipped, dice, hidden, inside

MOST_PEOPLE = 8
FAR, NEAR = 0.24, 0.56
"""A person's height as a part of the picture's, at the wall and at the lower edge."""


def draw(place: Place, moment: Moment) -> tuple[Image.Image, list[Thing]]:
    """The hall as it is at the moment, and the people in it."""
    empty, wall, pillars = _hall(place)
    image = empty.copy()
    pen = ImageDraw.Draw(image)
    far = dice(*place.names, "distance").uniform(*(0.8, 1.2) if place.family == "plant" else (0.9, 1.1))
    walkers = sorted(_walkers(place, moment, wall), key=lambda walker: walker[1][1])
    drawn: list[tuple[str, Box, Box]] = []
    done = [pillar for pillar in pillars if pillar[3] < 0]
    for helmet, (x, y), phase, way, look in walkers:
        done += _pass(pen, place, pillars, y, done)
        height = far * (FAR + (NEAR - FAR) * (y - wall) / (1 - wall))
        whole, head = draw_person(pen, look, x * W, y * H, height * H, phase, way)
        name = "person_with_helmet" if helmet else "person_without_helmet"
        drawn.append((name, _parts(whole), _parts(head)))
        done.append(_narrow(_parts(whole)))
    _pass(pen, place, pillars, 2.0, done)
    return image, _things(drawn, walkers, pillars)


def _things(drawn: list[tuple[str, Box, Box]], walkers: list[Any], pillars: list[Box]) -> list[Thing]:
    things = []
    for index, (name, whole, head) in enumerate(drawn):
        y = walkers[index][1][1]
        before = [_narrow(other[1]) for other in drawn[index + 1 :]] + [pillar for pillar in pillars if pillar[3] > y]
        gone = hidden(whole, before)
        if gone < 0.9:
            things.append(Thing(name, clipped(whole), clear=gone < 0.65 and hidden(head, before) < 0.5))
    return things


def _parts(box: Box) -> Box:
    return box[0] / W, box[1] / H, box[2] / W, box[3] / H


def _narrow(box: Box) -> Box:
    """What a person surely covers."""
    wide = (box[2] - box[0]) * 0.18
    return box[0] + wide, box[1], box[2] - wide, box[3]


def _pass(pen: ImageDraw.ImageDraw, place: Place, pillars: list[Box], y: float, done: list[Box]) -> list[Box]:
    """Draw the pillars that stand farther away than `y` and are not drawn yet."""
    due = [pillar for pillar in pillars if pillar[3] <= y and pillar not in done]
    tone = dice(*place.names, "pillar").choice([(120, 120, 118), (90, 95, 105), (150, 140, 60), (70, 90, 120)])
    for left, top, right, bottom in due:
        pen.rectangle((left * W, top * H, right * W, bottom * H), fill=tone)
        pen.rectangle(
            (left * W, top * H, (left + (right - left) * 0.35) * W, bottom * H), fill=tuple(p - 25 for p in tone)
        )
    return due


@lru_cache(maxsize=64)
def _hall(place: Place) -> tuple[Image.Image, float, list[Box]]:
    """The hall without people, where its floor begins (0..1), and the boxes of what stands on it in the way."""
    roll = dice(*place.names, "hall")
    wall = roll.uniform(*(0.2, 0.44) if place.family == "plant" else (0.24, 0.40))
    image = Image.new("RGB", (W, H))
    pen = ImageDraw.Draw(image)
    furnish(pen, roll, place.family, wall)
    if place.zone:
        _mark(pen, place.zone, roll)
    pillars: list[Box] = []
    for _ in range(roll.choices([0, 1, 2], [5, 3, 2])[0]):
        x, foot = roll.uniform(0.05, 0.95), roll.uniform(wall + 0.15, 1.0)
        high = roll.choice([0.18, 0.3, 1.0])
        pillars.append((x - 0.03, max(0.0, foot - high), x + 0.03, foot))
    return image, wall, pillars


def _mark(pen: ImageDraw.ImageDraw, zone: tuple[Point, ...], roll: Any) -> None:
    """Yellow lines (or red, white) around the zone, hatched in some halls."""
    colour = roll.choice([(230, 190, 30), (235, 215, 80), (200, 50, 40), (225, 225, 220)])
    points = [(x * W, y * H) for x, y in zone]
    if roll.random() < 0.5:
        low, high = min(x for x, _ in points), max(x for x, _ in points)
        top, bottom = min(y for _, y in points), max(y for _, y in points)
        for step in range(int(low - (bottom - top)), int(high), 26):
            for part in range(30):
                x, y = step + (bottom - top) * part / 30, bottom - (bottom - top) * part / 30
                if inside((x / W, y / H), zone):
                    pen.line((x, y, x + (bottom - top) / 30, y - (bottom - top) / 30), fill=colour, width=3)
    pen.line([*points, points[0]], fill=colour, width=7)


def _walkers(place: Place, moment: Moment, wall: float) -> list[Any]:
    """(helmet?, feet, phase, way, look) of everybody; those without a helmet come first."""
    bare = min(MOST_PEOPLE, max(0, round(moment.value("bare", 0))))
    total = min(MOST_PEOPLE, bare + max(0, round(moment.value("people", 2))))
    within, crossing = round(moment.value("inside", 0)), round(moment.value("crossing", 0))
    found = []
    for slot in range(total):
        helmet = slot >= bare
        # a person keeps looks and ways while the number of others changes
        names = (*place.names, "bare" if not helmet else "people", slot if not helmet else slot - bare)
        manner = "inside" if slot < within else "crossing" if slot >= total - crossing else "outside"
        feet, phase, way = _where(place, names, moment.at, manner, wall)
        found.append((helmet, feet, phase, way, person(names, place.family, helmet)))
    return found


def _where(place: Place, names: tuple[Any, ...], at: int, manner: str, wall: float) -> tuple[Point, float, float]:
    roll = dice(*names, "pace")
    length, offset = roll.randint(5_000, 11_000), roll.randint(0, 60_000)
    leg, rest = divmod(at + offset, length)
    start, end = (_waypoint(place, names, leg + n, manner, wall) for n in (0, 1))
    part = max(0.0, min(1.0, (rest / length - 0.2) / 0.8))
    walking = 0 < part < 1
    x, y = start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part
    across = (end[0] - start[0]) / (abs(end[0] - start[0]) + abs(end[1] - start[1]) + 1e-9)
    return (x, y), (at / 1000 * 6.0 if walking else 0.0), across if walking else across * 0.3


def _waypoint(place: Place, names: tuple[Any, ...], leg: int, manner: str, wall: float) -> Point:
    roll = dice(*names, "leg", leg)
    within = manner == "inside" or (manner == "crossing" and leg % 2 == 0)
    left, right = 0.04, 0.96
    if place.zone and not within:
        # one side of the zone, the wider one, so that the straight way from point to point does not cross it
        low, high = min(x for x, _ in place.zone), max(x for x, _ in place.zone)
        left, right = (high + 0.05, 0.97) if 1 - high > low else (0.03, low - 0.05)
    for _ in range(60):
        x, y = roll.uniform(left, max(left, right)), wall + 0.06 + (0.97 - wall - 0.06) * math.sqrt(roll.random())
        if not within or not place.zone or inside((x, y), _core(place.zone)):
            return x, y
    return _middle(place.zone)


def _core(zone: tuple[Point, ...]) -> tuple[Point, ...]:
    """The zone without its edge: who walks there is clearly inside."""
    cx, cy = _middle(zone)
    return tuple((cx + (x - cx) * 0.7, cy + (y - cy) * 0.7) for x, y in zone)


def _middle(zone: tuple[Point, ...]) -> Point:
    return sum(x for x, _ in zone) / len(zone), sum(y for _, y in zone) / len(zone)
