"""What the detector should have said. Needs PyTorch."""

import torch
from torch import Tensor
from torch.nn import functional as F

from bench.ai.training.net import BINS, STRIDE


def targets(truth: Tensor, classes: int, rows: int, columns: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """From [n, things, 7] (class or -1, left, top, right, bottom in pixels, value or -1, clear): heat [n, classes, rows,
    columns], the cells not to be judged [n, 1, rows, columns], and per cell the thing it belongs to and how much."""
    n, things, _ = truth.shape
    kind = truth[:, :, 0].long()
    left, top, right, bottom = (truth[:, :, 1 + k] / STRIDE for k in range(4))
    y = torch.arange(rows, device=truth.device).float()[:, None] + 0.5
    x = torch.arange(columns, device=truth.device).float()[None, :] + 0.5
    cx, cy = (left + right) / 2, (top + bottom) / 2
    # the nearest cell's middle is the peak, so that it is exactly 1
    px, py = cx.floor() + 0.5, cy.floor() + 0.5
    sx, sy = ((right - left) * 0.13).clamp(min=0.6), ((bottom - top) * 0.13).clamp(min=0.6)
    bump = torch.exp(
        -((x[None, None] - px[..., None, None]) ** 2) / (2 * sx[..., None, None] ** 2)
        - ((y[None, None] - py[..., None, None]) ** 2) / (2 * sy[..., None, None] ** 2)
    )
    clear = (truth[:, :, 6] > 0.5) & (kind >= 0)
    unclear = (truth[:, :, 6] <= 0.5) & (kind >= 0)
    heat = torch.zeros(n, classes, rows, columns, device=truth.device)
    batch = torch.arange(n, device=truth.device)
    for k in range(things):
        which = kind[:, k].clamp(min=0)
        heat[batch, which] = torch.maximum(heat[batch, which], bump[:, k] * clear[:, k, None, None])
    ignored = ((bump * unclear[..., None, None]).amax(1, keepdim=True) > 0.05).float()
    weight, owner = (bump * clear[..., None, None]).max(1)
    weight = torch.where(weight > 0.45, weight, torch.zeros_like(weight))
    return heat, ignored, owner, weight


def loss(maps: tuple[Tensor, Tensor, Tensor], truth: Tensor) -> dict[str, Tensor]:
    """Focal loss of the heat, 1 - GIoU of the boxes, cross-entropy of the values."""
    heat_logits, edges, value_logits = (one.float() for one in maps)
    _, classes, rows, columns = heat_logits.shape
    heat, ignored, owner, weight = targets(truth, classes, rows, columns)
    p = torch.sigmoid(heat_logits).clamp(1e-5, 1 - 1e-5)
    positive = (heat > 0.999).float()
    away = -((1 - heat) ** 4) * p**2 * torch.log(1 - p) * (1 - positive) * (1 - ignored)
    hit = -positive * (1 - p) ** 2 * torch.log(p)
    count = positive.sum().clamp(min=1)
    total = weight.sum().clamp(min=1)
    wanted = torch.gather(truth, 1, owner.flatten(1)[..., None].expand(-1, -1, truth.shape[2]))
    box = wanted[:, :, 1:5] / STRIDE
    found = _boxes(edges, rows, columns)
    flat = weight.flatten(1)
    giou = _giou(found, box)
    valued = flat * (wanted[:, :, 5] >= 0)
    place = wanted[:, :, 5].clamp(0, 1) * (BINS - 1)
    low = place.floor().long().clamp(max=BINS - 2)
    part = place - low
    log = F.log_softmax(value_logits.flatten(2), 1)
    ce = -(log.gather(1, low[:, None]).squeeze(1) * (1 - part) + log.gather(1, low[:, None] + 1).squeeze(1) * part)
    read = (log.exp() * torch.linspace(0, 1, BINS, device=truth.device)[None, :, None]).sum(1)
    off = (read - wanted[:, :, 5]).abs()
    many = valued.sum().clamp(min=1)
    return {
        "heat": (hit.sum() + away.sum()) / count,
        "box": ((1 - giou) * flat).sum() / total * 2,
        "value": (ce * valued).sum() / many * 0.5 + (off * valued).sum() / many * 5,
    }


def _boxes(edges: Tensor, rows: int, columns: int) -> Tensor:
    y, x = torch.meshgrid(
        torch.arange(rows, device=edges.device) + 0.5, torch.arange(columns, device=edges.device) + 0.5, indexing="ij"
    )
    centre = torch.stack([x, y, x, y]).flatten(1)[None]
    signs = torch.tensor([-1.0, -1.0, 1.0, 1.0], device=edges.device)[None, :, None]
    return (centre + signs * edges.flatten(2)).transpose(1, 2)


def _giou(a: Tensor, b: Tensor) -> Tensor:
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    both = (high - low).clamp(min=0).prod(-1)
    areas = (a[..., 2:] - a[..., :2]).clamp(min=0).prod(-1) + (b[..., 2:] - b[..., :2]).clamp(min=0).prod(-1)
    union = (areas - both).clamp(min=1e-6)
    low, high = torch.minimum(a[..., :2], b[..., :2]), torch.maximum(a[..., 2:], b[..., 2:])
    hull = (high - low).clamp(min=0).prod(-1).clamp(min=1e-6)
    return both / union - (hull - union) / hull
