"""A model with the interface of an exported `model.py`, written by hand, for tests of what trains it."""

import torch
from torch import Tensor, nn

TASKS = ["kind", "size", "tags"]


class Linear(nn.Module):
    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.zeros(inputs, width))
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.kernel + self.bias


class Hidden(nn.Module):
    """One of several equal blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        return x + torch.relu(self.linear(x))


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.seen = nn.Module()
        self.seen.linear = Linear(4, 8)
        self.seen.add_module("0", Hidden())
        self.seen.add_module("1", Hidden())
        self.task = nn.Module()
        for name, width in (("kind", 3), ("size", 1), ("tags", 2)):
            head = nn.Module()
            head.head = Linear(8, width)
            self.task.add_module(name, head)

    def forward(
        self,
        task: str,
        features: dict[str, Tensor],
        row_weight: Tensor | None = None,
        random: dict[str, Tensor] | None = None,
    ) -> dict[str, Tensor]:
        x = torch.relu(self.seen.linear(features["x"]))
        if self.training:
            if random is not None:
                kept = (random["seen.dropout"] > 25.5).to(x.dtype)
            else:
                kept = (torch.rand_like(x) >= 0.1).to(x.dtype)
            x = x * kept / 0.9
        for block in ("0", "1"):
            x = getattr(self.seen, block)(x)
        out = getattr(self.task, task).head(x)
        named = {"value": out} if task == "size" else {"logits": out}
        if row_weight is None:
            return named
        target = features[f"{task}.target"]
        if task == "kind":
            losses = nn.functional.cross_entropy(out, target.long(), reduction="none")
        elif task == "size":
            losses = (out[:, 0] - target) ** 2
        else:
            losses = nn.functional.binary_cross_entropy_with_logits(out, target.float(), reduction="none").mean(1)
        weight = row_weight.sum()
        safe = torch.where(weight > 0, weight, torch.ones_like(weight))
        return {**named, "loss": (losses * row_weight).sum() / safe, "weight": weight}
