"""The loss of an update: a mean over the rows of each task, whatever processes and batches they are divided into."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from .data import Shards
from .distributed import Processes
from .keyed import random_bytes
from .plan import Plan
from .updates import Batch, PassRows

Random = dict[str, Tensor]
Factors = dict[str, float]


@dataclass(frozen=True)
class Part:
    """Rows of one task that this process computes, and their factor in the mean loss of the task."""

    task: str
    features: dict[str, Tensor]
    row_weight: Tensor
    random: Random | None
    factor: float


class Objective(nn.Module):
    """Adds up the losses of parts. It is one module with one forward, as `DistributedDataParallel` wants it."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, parts: list[Part], factors: Factors) -> tuple[Tensor, dict[str, Tensor]]:
        """Returns the loss of this process, of tasks weighed by `factors`, and that of each task as it is."""
        losses: dict[str, Tensor] = {}
        for part in parts:
            outputs = self.model(part.task, part.features, row_weight=part.row_weight, random=part.random)
            loss = outputs["loss"].float() * part.factor
            losses[part.task] = losses[part.task] + loss if part.task in losses else loss
        weighed = [loss * factors.get(task, 1.0) for task, loss in losses.items()]
        return torch.stack(weighed).sum(), {name: loss.detach() for name, loss in losses.items()}


def in_training(model: nn.Module, evaluated: frozenset[str], progress: float) -> None:
    """Puts the model into training mode, but for the parts that the stage freezes as a whole.

    `progress` is the fraction of the updates that are done, which some blocks read.
    """
    model.train()
    for name, module in model.named_modules():
        if name in evaluated:
            module.eval()
    model.__dict__.setdefault("numbers", {})["progress"] = progress


class Parts:
    """Divides the rows of updates among processes, batches and micro-batches."""

    def __init__(
        self, plan: Plan, shards: dict[str, Shards], processes: Processes, micro: int = 1, keyed: bool = False
    ) -> None:
        self._plan, self._shards, self._processes = plan, shards, processes
        self._micro, self._keyed = micro, keyed

    def groups(self, update: list[PassRows]) -> Iterable[list[Part]]:
        """Yields the parts of each backward pass. The last of them has every task of the update.

        Only the last backward pass exchanges gradients, so a task that was in an earlier one alone would be left out.
        """
        longest = max(len(each.batches) for each in update)
        for index in range(longest):
            own: list[list[Part]] = [[] for _ in range(self._micro)]
            for each in update:
                at = index - (longest - len(each.batches))
                if at >= 0:
                    for micro, parts in enumerate(self._divided(each, each.batches[at])):
                        own[micro] += parts
            yield from own

    def _divided(self, each: PassRows, batch: Batch) -> Iterable[list[Part]]:
        shards = self._shards[each.passed.name]
        totals = {task: self._total(shards, task, each.batches) for task in each.tasks}
        world, pieces = self._processes.world, self._micro * self._processes.world
        size = _padded(-(-len(batch.rows) // pieces), -(-each.passed.batch // pieces))
        for micro in range(self._micro):
            mine = batch.rows[micro * world + self._processes.rank :: pieces]
            padded = mine + [batch.rows[0]] * (size - len(mine))
            parts = []
            for task in each.tasks:
                weight = shards.weights(task, padded)
                weight[len(mine) :] = 0
                own = self._plan.in_mean(float(weight.double().sum()))
                factor = world * own / totals[task] if totals[task] else 0.0
                parts.append(
                    Part(
                        task,
                        self._processes.moved(shards.inputs(task, padded)),
                        weight.to(self._processes.device),
                        self._bytes(shards, task, batch.epoch, padded),
                        factor,
                    )
                )
            yield parts

    def _total(self, shards: Shards, task: str, batches: list[Batch]) -> float:
        rows = [row for batch in batches for row in batch.rows]
        return self._plan.in_mean(float(shards.weights(task, rows).double().sum()))

    def _bytes(self, shards: Shards, task: str, epoch: int, rows: list[int]) -> Random | None:
        """Returns the bytes of dropout that mtl draws; without them the model draws its own."""
        if not self._keyed:
            return None
        keys = np.ascontiguousarray(shards.keys(rows).numpy())
        made = {}
        for site in self._plan.tasks[task].sites:
            name = f"{self._plan.stage}/{site.site}"
            drawn = random_bytes(self._plan.seed, name, epoch, keys, site.bytes, site.moved)
            made[site.site] = torch.from_numpy(drawn).reshape(len(rows) * site.each, *site.shape)
        return self._processes.moved(made)


def _padded(rows: int, most: int) -> int:
    """Returns the number of rows that a process computes: one of four, so that few shapes are compiled."""
    return next(size for size in (-(-most // 2**halving) for halving in (3, 2, 1, 0)) if size >= rows)
