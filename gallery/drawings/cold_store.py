"""Three freezers along an aisle, and a refrigerated truck at the dock."""

from PIL import Image

from gallery.drawings.paper import COLD, FLOOR, LINE, ROAD, WALL, WOOD, Paper


def draw() -> Image.Image:
    paper = Paper()
    paper.box(0, 0.78, 1, 1, ROAD)
    paper.box(0.04, 0.06, 0.96, 0.74, FLOOR, WALL, 6)
    for number in range(3):
        left = 0.07 + number * 0.295
        paper.box(left, 0.1, left + 0.27, 0.48, COLD, WALL, 4)
        for shelf in range(3):
            top = 0.15 + shelf * 0.1
            paper.box(left + 0.03, top, left + 0.24, top + 0.05, "#bcd6e6", "#9dbdd0", 2)
        paper.box(left + 0.1, 0.465, left + 0.17, 0.495, "#ffffff", WALL, 2)
    for pallet in (0.12, 0.2, 0.6, 0.86):
        paper.box(pallet, 0.58, pallet + 0.05, 0.66, WOOD, "#c3ab84", 2)
    paper.box(0.4, 0.725, 0.56, 0.755, "#ffffff", WALL, 3)
    for stripe in (0.36, 0.6):
        paper.way([(stripe, 0.79), (stripe, 0.98)], LINE, 4)
    paper.truck(0.41, 0.82)
    return paper.sheet()
