"""The model digit_reader, exported by mtl. Every weight has the name that it has in mtl."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# The tensors of each task: the features that it reads, those of its target, and what it predicts. The first axis is that of the examples.
TASKS: dict[str, dict[str, dict[str, tuple[str, tuple[int, ...]]]]] = {
    "digit": {
        "features": {
            "picture": ("uint8", (28, 28, 1)),
        },
        "target": {
            "digit.target": ("int32", ()),
        },
        "outputs": {
            "logits": ("float32", (10,)),
        },
    },
}

# The weights that a stage does not train.
FROZEN: dict[str, frozenset[str]] = {
    "fit": frozenset(),
}

# The modules that work as in evaluation while a stage trains, since all weights around them are frozen.
EVALUATED: dict[str, frozenset[str]] = {
    "fit": frozenset(),
}

# The weights that decay: no biases, norms, or other weights with one axis.
DECAYED: frozenset[str] = frozenset(
    [
        "seen.first.kernel",
        "seen.second.kernel",
        "seen.third.kernel",
        "task.digit.head.linear.kernel",
    ]
)


def put(module: nn.Module, path: str, child: nn.Module | nn.Parameter | Tensor) -> None:
    """Registers a module, a parameter or a buffer under a path of names that need not be attributes, as numbers are."""
    *outer, name = path.split(".")
    for segment in outer:
        inner = module._modules.setdefault(segment, nn.Module())
        assert inner is not None
        module = inner
    if isinstance(child, nn.Parameter):
        module._parameters[name] = child
    elif isinstance(child, nn.Module):
        module._modules[name] = child
    else:
        module._buffers[name] = child


def part(module: nn.Module, path: str) -> Any:
    """The module at a path of names that need not be attributes."""
    for segment in path.split("."):
        inner = module._modules[segment]
        assert inner is not None
        module = inner
    return module


class Dropout(nn.Module):
    """Dropout in training (Srivastava et al., 2014), of single values or of whole examples.

    Its random numbers are torch's, unless bytes are given: a value is kept whose byte is large enough.
    """

    def __init__(self, rate: float, over: str = "elements", rescale: bool = True) -> None:
        super().__init__()
        self.rate = rate
        self.over = over
        self.rescale = rescale
        self.given: list[Tensor] = []

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        if self.over == "elements" and self.rescale and not self.given:
            return F.dropout(x, self.rate)
        shape = x.shape if self.over == "elements" else x.shape[:1] + (1,) * (x.dim() - 1)
        if self.given:
            kept = self.given.pop(0).reshape(shape) > math.ceil(self.rate * 256) - 0.5
        else:
            kept = torch.rand(shape, device=x.device) >= self.rate
        scale = 1 / (1 - self.rate) if self.rescale and self.rate < 1 else 1.0
        return x * (kept * scale)


class RandomBytes(nn.Module):
    """Bytes that are drawn anew each time, unless they are given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Tensor] = []

    def forward(self, like: Tensor, *shape: int) -> Tensor:
        if self.given:
            return self.given.pop(0)
        return torch.randint(0, 256, shape, dtype=torch.uint8, device=like.device)


def give(model: nn.Module, random: dict[str, Tensor]) -> None:
    """Hands the bytes of random sites to the modules that would draw them. A site that is reached again has a number."""
    for name, module in model.named_modules():
        if isinstance(module, (Dropout, RandomBytes)):
            sites = [name, *(f"{name}#{count}" for count in range(2, 100))]
            module.given = [random[site] for site in sites if site in random]


def one_hot(ids: Tensor, depth: int) -> Tensor:
    """One-hot vectors; an id that is outside of 0 to depth - 1 has zeros."""
    return (ids.unsqueeze(-1) == torch.arange(depth, device=ids.device)).float()


class Conv(nn.Module):
    """Convolution with zero padding, as one affine map of the values around each cell, `dilation` cells apart.

    Applied at `seen.first`: x grid[28 × 28 × 1] -> grid[14 × 14 × 16].
    """

    def __init__(self) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.empty(9, 16))
        self.bias = nn.Parameter(torch.empty(16))

    def forward(self, x: Tensor) -> Tensor:
        around = F.pad(x, (0, 0, 1, 1, 1, 1))
        around_2 = around[:, :28, :28].unflatten(1, (14, -1)).unflatten(3, (14, -1))
        around_3 = around[:, :28, 1:29].unflatten(1, (14, -1)).unflatten(3, (14, -1))
        around_4 = around[:, :28, 2:].unflatten(1, (14, -1)).unflatten(3, (14, -1))
        around_5 = around[:, 1:29, :28].unflatten(1, (14, -1)).unflatten(3, (14, -1))
        around_6 = around[:, 1:29, 1:29].unflatten(1, (14, -1)).unflatten(3, (14, -1))
        around_7 = around[:, 1:29, 2:].unflatten(1, (14, -1)).unflatten(3, (14, -1))
        around_8 = around[:, 2:, :28].unflatten(1, (14, -1)).unflatten(3, (14, -1))
        around_9 = around[:, 2:, 1:29].unflatten(1, (14, -1)).unflatten(3, (14, -1))
        around = around[:, 2:, 2:].unflatten(1, (14, -1)).unflatten(3, (14, -1))
        around = torch.cat(
            [
                around_2[:, :, :1, :, :1].squeeze(2).squeeze(4),
                around_3[:, :, :1, :, :1].squeeze(2).squeeze(4),
                around_4[:, :, :1, :, :1].squeeze(2).squeeze(4),
                around_5[:, :, :1, :, :1].squeeze(2).squeeze(4),
                around_6[:, :, :1, :, :1].squeeze(2).squeeze(4),
                around_7[:, :, :1, :, :1].squeeze(2).squeeze(4),
                around_8[:, :, :1, :, :1].squeeze(2).squeeze(4),
                around_9[:, :, :1, :, :1].squeeze(2).squeeze(4),
                around[:, :, :1, :, :1].squeeze(2).squeeze(4),
            ],
            dim=3,
        )
        return around @ self.kernel + self.bias


class Conv_2(nn.Module):
    """Convolution with zero padding, as one affine map of the values around each cell, `dilation` cells apart.

    Applied 2 times, first at `seen.second`: x grid[14 × 14 × 16] -> grid[7 × 7 × 32].
    """

    def __init__(self, kernel_size: int, channels: int, padding: int, end: int, parts: int, end_2: int) -> None:
        super().__init__()
        self.padding = padding
        self.end = end
        self.parts = parts
        self.end_2 = end_2
        self.kernel = nn.Parameter(torch.empty(kernel_size, channels))
        self.bias = nn.Parameter(torch.empty(channels))

    def forward(self, x: Tensor) -> Tensor:
        around = F.pad(x, (0, 0, 1, self.padding, 1, self.padding))
        around_2 = around[:, : self.end, : self.end].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around_3 = around[:, : self.end, 1 : self.end_2].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around_4 = around[:, : self.end, 2:].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around_5 = around[:, 1 : self.end_2, : self.end].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around_6 = (
            around[:, 1 : self.end_2, 1 : self.end_2].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        )
        around_7 = around[:, 1 : self.end_2, 2:].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around_8 = around[:, 2:, : self.end].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around_9 = around[:, 2:, 1 : self.end_2].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around = around[:, 2:, 2:].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around = torch.cat(
            [
                around_2[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_3[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_4[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_5[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_6[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_7[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_8[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_9[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around[:, :, :1, :, :1].squeeze(2).squeeze(3),
            ],
            dim=3,
        )
        return around @ self.kernel + self.bias


class Eyes(nn.Module):
    """Three convolutions of stride 2: a token for each 8 × 8 pixels.

    Applied at `seen`: x grid[28 × 28 × 1] -> tokens[16 × 64].
    """

    def __init__(self) -> None:
        super().__init__()
        self.first = Conv()
        self.second = Conv_2(kernel_size=144, channels=32, padding=1, end=14, parts=7, end_2=15)
        self.third = Conv_2(kernel_size=288, channels=64, padding=2, end=8, parts=4, end_2=9)

    def forward(self, x: Tensor) -> Tensor:
        first = self.first(x)
        second = self.second(first.relu())
        third = self.third(second.relu())
        return third.relu().flatten(1, 2)


class Linear(nn.Module):
    """Affine map of the last axis: x·W + b.

    Applied at `task.digit.head.linear`: x vector[64] -> vector[10].
    """

    def __init__(self) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.empty(64, 10))
        self.bias = nn.Parameter(torch.empty(10))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.kernel + self.bias


class Model(nn.Module):
    """Which digit is written, by an encoder that other models use."""

    class_mask_of_digit: Tensor

    def __init__(self) -> None:
        super().__init__()
        # Numbers that a training may set by name. `progress`, the share of a stage's updates that are done, is 1 unless it is set.
        self.numbers: dict[str, float] = {}
        self.register_buffer("class_mask_of_digit", torch.full((10,), 1, dtype=torch.float32), persistent=False)
        self.seen = Eyes()
        put(self, "task.digit.head.dropout", Dropout(0.19921875))
        put(self, "task.digit.head.linear", Linear())

    def forward(
        self,
        task: str,
        features: dict[str, Tensor],
        row_weight: Tensor | None = None,
        random: dict[str, Tensor] | None = None,
    ) -> dict[str, Tensor]:
        """The outputs of a task by name; with weights of rows also its loss, the weighted mean of the rows, and its weight.

        The features of the target are needed for the loss alone. `random` has bytes of random sites by name.
        """
        if random is not None:
            give(self, random)
        if task == "digit":
            return self.task_digit(features, row_weight)
        raise KeyError(f"The model has no task {task}.")

    def task_digit(self, features: dict[str, Tensor], row_weight: Tensor | None) -> dict[str, Tensor]:
        seen = self.seen(features["picture"].float() * 0.00392156862745098)
        x = part(self, "task.digit.head.dropout")(seen.amax(dim=1))
        linear = part(self, "task.digit.head.linear")(x)
        outputs: dict[str, Tensor] = {"logits": torch.where(self.class_mask_of_digit > 0, linear, -1e9)}
        if row_weight is not None:
            log_softmax = torch.where(self.class_mask_of_digit > 0, linear, -1e9).log_softmax(dim=-1)
            total = (log_softmax * one_hot(features["digit.target"], 10)).sum(dim=-1)
            total_2 = row_weight.sum(dim=0)
            quotient = (total * -1 * row_weight).sum(dim=0) / torch.where(total_2 > 0, total_2, 1)
            outputs["loss"] = quotient
            outputs["weight"] = row_weight.sum()
        return outputs
