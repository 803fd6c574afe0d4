"""A building site: a block with its roof, a yard with material, a crane."""

from PIL import Image

from gallery.drawings.paper import LINE, ROAD, WALL, WOOD, Paper


def draw() -> Image.Image:
    paper = Paper("#efe9dd")
    paper.box(0, 0.84, 1, 1, ROAD)
    paper.box(0.07, 0.1, 0.52, 0.7, "#dfe3e6", WALL, 5)
    for row in range(3):
        for column in range(4):
            left, top = 0.11 + column * 0.1, 0.16 + row * 0.18
            paper.box(left, top, left + 0.07, top + 0.11, "#cfd6db", LINE, 2)
    paper.box(0.6, 0.32, 0.94, 0.76, "#f6f1e6", "#c9bda3", 3)
    for left, top in ((0.63, 0.38), (0.63, 0.52), (0.75, 0.38), (0.75, 0.6), (0.86, 0.46)):
        paper.box(left, top, left + 0.06, top + 0.09, WOOD, "#c3ab84", 2)
    for rail in range(4):
        paper.way([(0.64, 0.69 + rail * 0.015), (0.73, 0.69 + rail * 0.015)], "#9aa8b4", 3)
    paper.way([(0.56, 0.24), (0.86, 0.12)], "#e0a93b", 9)
    paper.way([(0.56, 0.24), (0.47, 0.276)], "#e0a93b", 14)
    paper.dot((0.56, 0.24), 20, "#f3c869", "#b98525")
    paper.truck(0.12, 0.87)
    for spot in ((0.03, 0.8), (0.97, 0.8), (0.96, 0.06)):
        paper.tree(spot)
    return paper.sheet()
