"""The detector: fully convolutional, without anchors, one cell per 8 pixels. Needs PyTorch (not in requirements).

What leaves it is simple to read: `boxes` [n, cells, 4] (left, top, right, bottom in parts of the picture), `scores` [n, cells,
classes] (0 beside a peak) and `values` [n, cells] (what a dial shows, how full a bed is; 0..1).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

STRIDE = 8
BINS = 24
"""A value is read as a distribution over so many places between 0 and 1."""


class Conv(nn.Module):
    """Convolution, batch normalisation, ReLU."""

    def __init__(self, i: int, o: int, k: int = 3, s: int = 1, groups: int = 1, act: bool = True) -> None:
        super().__init__()
        self.conv = nn.Conv2d(i, o, k, s, k // 2, groups=groups, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(o)
        self.act = act

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.conv(x))
        return F.relu(x) if self.act else x

    def fuse(self) -> None:
        """The normalisation becomes part of the convolution; for a net that learns no more."""
        self.conv = fuse_conv_bn_eval(self.conv, self.norm)
        self.norm = nn.Identity()


class Plain(nn.Module):
    def __init__(self, c: int) -> None:
        super().__init__()
        self.a, self.b = Conv(c, c), Conv(c, c, act=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.b(self.a(x)))


class Wide(nn.Module):
    """Looks far: depthwise 5 x 5 between two 1 x 1."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.a, self.b, self.c = Conv(c, 2 * c, 1), Conv(2 * c, 2 * c, 5, groups=2 * c), Conv(2 * c, c, 1, act=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.c(self.b(self.a(x))))


class Detector(nn.Module):
    """Raw maps: class logits, distances (in cells) to the four edges, value logits."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.s4 = nn.Sequential(Conv(3, 16, s=2), Conv(16, 32, s=2), Plain(32), Plain(32))
        self.s8 = nn.Sequential(Conv(32, 48, s=2), Plain(48), Plain(48))
        self.s16 = nn.Sequential(Conv(48, 64, s=2), Wide(64), Wide(64))
        self.s32 = nn.Sequential(Conv(64, 80, s=2), Wide(80), Wide(80))
        self.down16, self.down8, self.same8 = Conv(80, 64, 1), Conv(64, 48, 1), Conv(48, 48, 1)
        self.mix = nn.Sequential(Plain(48))
        self.head = Conv(48, 64)
        self.heat, self.edges, self.values = nn.Conv2d(64, classes, 1), nn.Conv2d(64, 4, 1), nn.Conv2d(64, BINS, 1)
        nn.init.constant_(self.heat.bias, -4.0)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = self.s8(self.s4(x * 2 - 1))
        half = self.s16(x)
        quarter = self.s32(half)
        half = half + F.interpolate(self.down16(quarter), size=half.shape[-2:], mode="nearest")
        x = self.same8(x) + F.interpolate(self.down8(half), size=x.shape[-2:], mode="nearest")
        x = self.head(self.mix(x))
        return self.heat(x), F.softplus(self.edges(x)) * 2, self.values(x)


class Readable(nn.Module):
    """The detector as it is shipped: its maps turned into boxes, scores and values."""

    def __init__(self, detector: Detector, width: int, height: int) -> None:
        super().__init__()
        self.detector = detector
        rows, columns = -(-height // STRIDE), -(-width // STRIDE)
        y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
        centres = torch.stack([x + 0.5, y + 0.5, x + 0.5, y + 0.5]).reshape(1, 4, -1).float()
        self.register_buffer("centres", centres)
        self.register_buffer("signs", torch.tensor([-1.0, -1.0, 1.0, 1.0]).reshape(1, 4, 1))
        self.register_buffer("scale", (STRIDE / torch.tensor([width, height, width, height])).reshape(1, 4, 1))
        self.register_buffer("bins", torch.linspace(0, 1, BINS).reshape(1, BINS, 1))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        heat, edges, values = self.detector(image)
        heat = torch.sigmoid(heat)
        peaks = heat * (heat >= F.max_pool2d(heat, 3, 1, 1)).float()
        boxes = (self.centres + self.signs * edges.flatten(2)) * self.scale
        read = (torch.softmax(values.flatten(2), 1) * self.bins).sum(1)
        return boxes.transpose(1, 2), peaks.flatten(2).transpose(1, 2), read


def fused(detector: Detector) -> Detector:
    """A copy without normalisations."""
    import copy

    copied = copy.deepcopy(detector).eval()
    for part in copied.modules():
        if isinstance(part, Conv):
            part.fuse()
    return copied
