"""Trains the shipped detector: `python -m bench.ai.training.train --out FOLDER --pictures 30000 --seconds 270`.

Draws pictures of the `training` family on all processors, learns from them for so many seconds, and writes `model.onnx`.
Needs PyTorch, onnx and onnxruntime, which are in no requirements file; a GPU is used where there is one. With one GPU of
2025 it takes six minutes. It looks at no picture of the family that the model is measured on.
"""

import argparse
import math
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from bench.ai.training.pictures import picture
from fleet.scenes.shot import CLASSES

WIDTH, HEIGHT = 320, 240
MOST_THINGS = 12
BATCH = 96
FIRST = 1_000_000
"""Numbers of the training pictures begin here."""


def drawn(start: int, count: int) -> tuple[Any, Any]:
    """Pictures [count, h, w, 3] as bytes, and their truth [count, things, 7]."""
    images = np.zeros((count, HEIGHT, WIDTH, 3), np.uint8)
    truth = np.full((count, MOST_THINGS, 7), -1, np.float32)
    for index in range(count):
        shot = picture("training", start + index)
        images[index] = np.asarray(shot.image)
        for place, thing in enumerate(shot.things[:MOST_THINGS]):
            left, top, right, bottom = thing.box
            value = -1 if thing.value is None else thing.value
            box = left * WIDTH, top * HEIGHT, right * WIDTH, bottom * HEIGHT
            truth[index, place] = CLASSES.index(thing.name), *box, value, thing.clear
    return images, truth


def all_drawn(count: int) -> tuple[Any, Any]:
    size = 50
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(drawn, range(FIRST, FIRST + count, size), [size] * (count // size)))
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def learn(images: Any, truth: Any, seconds: float) -> Any:
    """A detector that learnt from the pictures for so long, its weights averaged over the last while."""
    import torch

    from bench.ai.training.losses import loss
    from bench.ai.training.net import Detector
    from bench.ai.training.vary import varied

    torch.manual_seed(7)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    pictures, things = torch.from_numpy(images).to(device), torch.from_numpy(truth).to(device)
    net = Detector(len(CLASSES)).to(device, memory_format=torch.channels_last)
    averaged = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998), use_buffers=True
    )
    print("parameters", sum(p.numel() for p in net.parameters()), device, flush=True)
    chooser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.02)
    began, step, told = time.monotonic(), 0, 0.0
    while (part := (time.monotonic() - began) / seconds) < 1:
        rate = 3e-3 * min(1, part / 0.03) * (0.5 + 0.5 * math.cos(math.pi * part)) + 1e-6
        for group in chooser.param_groups:
            group["lr"] = rate
        some = torch.randint(0, len(pictures), (BATCH,), device=device)
        batch = pictures[some].permute(0, 3, 1, 2).float() / 255
        batch, wanted = varied(batch, things[some])
        with torch.autocast(device, torch.bfloat16):
            maps = net(batch.contiguous(memory_format=torch.channels_last))
        losses = loss(maps, wanted)
        total = sum(losses.values())
        chooser.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        chooser.step()
        averaged.update_parameters(net)
        step += 1
        if part > told:
            told += 0.04
            shown = {name: round(float(value.detach()), 4) for name, value in losses.items()}
            print(f"{part:.2f}", step, step * BATCH, shown, flush=True)
    return averaged.module.cpu().float()


def export(net: Any, file: Path) -> None:
    """Writes the net as ONNX (opset 17), its weights as half floats, which costs no accuracy and half the bytes."""
    import onnx
    import torch

    from bench.ai.training.net import Readable, fused

    readable = Readable(fused(net), WIDTH, HEIGHT).eval()
    example = torch.zeros(1, 3, HEIGHT, WIDTH)
    names = ["boxes", "scores", "values"]
    axes = {name: {0: "n"} for name in ["image", *names]}
    torch.onnx.export(
        readable, (example,), str(file), input_names=["image"], output_names=names,
        opset_version=17, dynamic_axes=axes, dynamo=False,
    )  # fmt: skip
    onnx.save(halved(onnx.load(str(file))), str(file))
    _compare(readable, file)


def _compare(readable: Any, file: Path) -> None:
    """onnxruntime reads from the file what PyTorch does, up to the half floats."""
    import onnxruntime
    import torch

    image = torch.rand(2, 3, HEIGHT, WIDTH)
    with torch.no_grad():
        wanted = readable(image)
    found = onnxruntime.InferenceSession(str(file)).run(None, {"image": image.numpy()})
    apart = [float(np.abs(a.numpy() - b).max()) for a, b in zip(wanted, found, strict=True)]
    print("largest difference of boxes, scores, values:", apart, flush=True)


def halved(model: Any) -> Any:
    """The model with each large constant kept as float16 and cast when it is loaded."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for constant in model.graph.initializer:
        value = numpy_helper.to_array(constant)
        if value.dtype == np.float32 and value.size > 500:
            name = constant.name
            constant.CopyFrom(numpy_helper.from_array(value.astype(np.float16), name + "_half"))
            casts.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def _keep(net: Any, file: Path) -> None:
    import torch

    torch.save(net.state_dict(), file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=30_000)
    parser.add_argument("--seconds", type=float, default=270)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    images, truth = all_drawn(asked.pictures)
    print("drawn", len(images), "pictures in", round(time.monotonic() - began, 1), "s", flush=True)
    net = learn(images, truth, asked.seconds)
    _keep(net, asked.out / "net.pt")
    export(net, asked.out / "model.onnx")
    print("written", (asked.out / "model.onnx").stat().st_size, "bytes", flush=True)


if __name__ == "__main__":
    main()
