"""Two small homes side by side: a room, a kitchen, a door to the street."""

from PIL import Image

from gallery.drawings.paper import FLOOR, ROAD, WALL, WOOD, Paper


def draw() -> Image.Image:
    paper = Paper("#e7efe2")
    paper.box(0, 0.86, 1, 1, ROAD)
    for left in (0.06, 0.54):
        paper.box(left, 0.1, left + 0.4, 0.76, FLOOR, WALL, 6)
        paper.box(left, 0.1, left + 0.22, 0.46, "#f4eddb", WALL, 4)
        paper.box(left + 0.04, 0.17, left + 0.15, 0.38, "#ffffff", "#9aa8b4", 3, 10)
        paper.box(left + 0.05, 0.18, left + 0.14, 0.23, "#d7e3ee", "#9aa8b4", 2, 8)
        paper.box(left + 0.34, 0.12, left + 0.385, 0.36, "#dfe3e6", "#9aa8b4", 3)
        paper.dot((left + 0.362, 0.18), 9, "#ffffff", WALL)
        paper.dot((left + 0.29, 0.58), 34, WOOD, "#c3ab84")
        for seat in ((0.25, 0.5), (0.33, 0.5), (0.29, 0.68)):
            paper.dot((left + seat[0], seat[1]), 11, "#c9d3dc", "#9aa8b4")
        paper.box(left + 0.08, 0.745, left + 0.16, 0.775, "#ffffff", WALL, 3)
        paper.way([(left + 0.12, 0.79), (left + 0.12, 0.86)], "#d8d3c4", 26)
    for spot in ((0.02, 0.2), (0.5, 0.3), (0.5, 0.64), (0.98, 0.5), (0.03, 0.7), (0.46, 0.82), (0.9, 0.82)):
        paper.tree(spot)
    return paper.sheet()
