"""Two meeting rooms on a corridor, with a lamp beside each door."""

from PIL import Image

from gallery.drawings.paper import FLOOR, GREEN, WALL, WOOD, Paper


def draw() -> Image.Image:
    paper = Paper()
    paper.box(0.04, 0.06, 0.96, 0.94, FLOOR, WALL, 6)
    for left in (0.04, 0.52):
        paper.box(left, 0.06, left + 0.44, 0.62, "#f3efe6", WALL, 5)
        paper.box(left + 0.11, 0.24, left + 0.33, 0.46, WOOD, "#c3ab84", 3, 14)
        for seat in range(4):
            x = left + 0.14 + seat * 0.053
            for y in (0.19, 0.51):
                paper.dot((x, y), 13, "#c9d3dc", "#9aa8b4")
        paper.box(left + 0.06, 0.055, left + 0.2, 0.075, "#a9cfe6", WALL, 2)
        paper.box(left + 0.24, 0.055, left + 0.38, 0.075, "#a9cfe6", WALL, 2)
        paper.box(left + 0.31, 0.6, left + 0.39, 0.64, "#ffffff", WALL, 2)
        paper.dot((left + 0.27, 0.66), 12, "#ffffff", WALL)
    for place in (0.09, 0.48, 0.92):
        paper.dot((place, 0.86), 20, GREEN, "#9dba8e")
    paper.box(0.2, 0.82, 0.34, 0.9, "#e3e6ea", "#9aa8b4", 2, 10)
    paper.box(0.64, 0.82, 0.78, 0.9, "#e3e6ea", "#9aa8b4", 2, 10)
    return paper.sheet()
