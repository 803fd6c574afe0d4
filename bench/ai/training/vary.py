"""Each time a picture is learnt from, it looks a little different. Needs PyTorch; runs where the pictures are."""

import torch
from torch import Tensor
from torch.nn import functional as F


def varied(images: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """Mirrored, moved, brighter, noisier: [n, 3, h, w] in 0..1 and [n, things, 7] as in losses.targets."""
    n, _, height, width = images.shape
    device = images.device
    truth = truth.clone()
    flip = torch.rand(n, device=device) < 0.5
    scale = torch.where(
        torch.rand(n, device=device) < 0.6, 0.75 + 0.55 * torch.rand(n, device=device), torch.ones(n, device=device)
    )
    room = (1 - 1 / scale).abs() + 0.08
    sx, sy = (torch.rand(2, n, device=device) * 2 - 1) * room
    theta = torch.zeros(n, 2, 3, device=device)
    theta[:, 0, 0] = torch.where(flip, -1.0, 1.0) / scale
    theta[:, 1, 1] = 1 / scale
    theta[:, 0, 2], theta[:, 1, 2] = sx, sy
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    images = F.grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=False)
    truth = _moved(truth, flip, scale, sx, sy, width, height)
    gain = torch.exp(torch.randn(n, 3, 1, 1, device=device) * 0.07 + torch.randn(n, 1, 1, 1, device=device) * 0.18)
    images = (images * gain).clamp(0, 1) ** torch.exp(torch.randn(n, 1, 1, 1, device=device) * 0.15)
    grey = (torch.rand(n, 1, 1, 1, device=device) < 0.05).float()
    images = images * (1 - grey) + images.mean(1, keepdim=True) * grey
    noise = torch.rand(n, 1, 1, 1, device=device) * 0.03
    return (images + torch.randn_like(images) * noise).clamp(0, 1), truth


def _moved(truth: Tensor, flip: Tensor, scale: Tensor, sx: Tensor, sy: Tensor, width: int, height: int) -> Tensor:
    """Where things are after it. From the output's place u comes the input's place v = ±u / scale + shift."""
    sign = torch.where(flip, -1.0, 1.0)[:, None]
    x0, x1 = (((truth[:, :, k] / width * 2 - 1) - sx[:, None]) * scale[:, None] * sign for k in (1, 3))
    y0, y1 = (((truth[:, :, k] / height * 2 - 1) - sy[:, None]) * scale[:, None] for k in (2, 4))
    left, right = torch.minimum(x0, x1), torch.maximum(x0, x1)
    area = ((right - left) * (y1 - y0)).clamp(min=1e-9)
    cut = [edge.clamp(-1, 1) for edge in (left, y0, right, y1)]
    shown = (cut[2] - cut[0]) * (cut[3] - cut[1]) / area
    truth[:, :, 1], truth[:, :, 3] = (cut[0] + 1) / 2 * width, (cut[2] + 1) / 2 * width
    truth[:, :, 2], truth[:, :, 4] = (cut[1] + 1) / 2 * height, (cut[3] + 1) / 2 * height
    valued = truth[:, :, 5] >= 0
    dial = valued & (truth[:, :, 0] == 6) & flip[:, None]
    truth[:, :, 5] = torch.where(dial, 1 - truth[:, :, 5], truth[:, :, 5])
    truth[:, :, 6] = truth[:, :, 6] * (shown > 0.7)
    # all but people are judged whole: the defect may be in the part that is cut off
    truth[:, :, 6] = torch.where(truth[:, :, 0] >= 2, truth[:, :, 6] * (shown > 0.93), truth[:, :, 6])
    truth[:, :, 0] = torch.where(shown < 0.1, -torch.ones_like(shown), truth[:, :, 0])
    return truth
