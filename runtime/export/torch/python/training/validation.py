"""Validations: the loss and the metrics of each task on its validation rows, measured by all processes together."""

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from .data import Shards
from .distributed import Processes
from .measures import MEASURES, Array, entropies
from .plan import Plan, Task


class Validation:
    """Measures a model, and scores rows by it for `uncertainty`."""

    def __init__(
        self, plan: Plan, shards: dict[str, Shards], processes: Processes, model: nn.Module, half: bool
    ) -> None:
        self._plan, self._processes, self._model, self._half = plan, processes, model, half
        self._shards = shards

    def measure(self, batch: int) -> dict[str, dict[str, float]]:
        """Returns the values of each task by name; a task without validation rows has none."""
        found = {}
        for passed, shards in self._shards.items():
            for name in passed.split("+"):
                if name in self._plan.tasks and shards.rows and bool(shards.weights(name, range(shards.rows)).any()):
                    found[name] = self._measured(self._plan.tasks[name], shards, batch)
        return {name: found[name] for name in self._plan.tasks if name in found}

    def score(self, values: dict[str, float], task: str) -> float:
        """Returns the value by which a sampler judges a task: its first metric, or its loss; higher is better."""
        metrics = self._plan.tasks[task].metrics
        if not metrics:
            return -values["loss"]
        value = values.get(metrics[0]["name"], math.nan)
        return value if metrics[0]["better"] == "higher" else -value

    def entropies(self, task: str, shards: Shards, rows: list[int]) -> tuple[list[float] | None, float]:
        """Returns the entropy of the prediction of each row, the same in all processes, and the largest one."""
        of = self._plan.tasks[task]
        if of.target not in ("category", "labels"):
            return None, 0.0
        scores = [
            (own, self._scores(of, outputs["logits"], len(own)))
            for own, outputs, _ in self._predicted(of, shards, rows, max(1, len(rows)))
        ]
        known = {
            row: value
            for part in self._processes.gathered(scores)
            for own, each in part
            for row, value in zip(own, each)
        }
        values = np.array([known[row] for row in rows]).reshape(len(rows), -1)
        return entropies(of.target, values)

    def _measured(self, task: Task, shards: Shards, batch: int) -> dict[str, float]:
        loss = weight = 0.0
        kept: list[tuple[Array, Array, Array]] = []
        for own, outputs, weights in self._predicted(task, shards, range(shards.rows), batch):
            part = self._plan.in_mean(float(weights.double().sum()))
            loss += float(outputs["loss"]) * part if part else 0.0
            weight += float(weights.double().sum())
            if task.target in MEASURES and own:
                name = shards.features[task.name][f"{task.name}.target"]
                counted = weights[: len(own)].double().numpy()
                values = outputs["value" if task.target == "number" else "logits"]
                target = shards.take(name, own).double().numpy()
                if task.target == "number":
                    target = target * task.deviations[0] + task.means[0]
                kept.append((self._scores(task, values, len(own)), target, counted))
        losses, weights_of_all = zip(*self._processes.gathered((loss, weight)))
        divisor = self._plan.in_mean(sum(weights_of_all))
        found = {"loss": sum(losses) / divisor if divisor else 0.0}
        parts = [part for each in self._processes.gathered(kept) for part in each]
        for metric in task.metrics:
            measure = MEASURES.get(task.target, {}).get(metric["options"]["kind"])
            if measure is None:
                continue
            scores, targets, counted = (np.concatenate([part[index] for part in parts]) for index in range(3))
            is_broken = bool(np.isnan(scores).any())
            used = counted > 0
            value = measure(scores[used], targets[used], counted[used], metric["options"])
            found[metric["name"]] = math.nan if is_broken else value
        return found

    def _scores(self, task: Task, values: Tensor, rows: int) -> Array:
        """Returns predictions as mtl measures them: of outputs that have a class, and numbers in their unit."""
        scores = values[:rows].double().cpu().numpy().reshape(rows, -1)
        if task.target == "number":
            return scores * task.deviations[0] + task.means[0]
        return scores[:, : len(task.classes)] if task.target in ("category", "labels") else scores

    def _predicted(
        self, task: Task, shards: Shards, rows: range | list[int], batch: int
    ) -> Iterator[tuple[list[int], dict[str, Tensor], Tensor]]:
        """Yields the rows of this process in batches, with what the model gives for them and their weights.

        All processes make the same number of batches, since they compute each one together under FSDP.
        """
        was_training = self._model.training
        self._model.eval()
        processes, every = self._processes, batch * self._processes.world
        for start in range(0, len(rows), every):
            mine = list(rows[start : start + every][processes.rank :: processes.world])
            padded = mine + [rows[0]] * (batch - len(mine))
            weights = shards.weights(task.name, padded)
            weights[len(mine) :] = 0
            features = processes.moved(shards.inputs(task.name, padded))
            with torch.no_grad(), torch.autocast(processes.device.type, torch.bfloat16, enabled=self._half):
                outputs = self._model(task.name, features, row_weight=weights.to(processes.device))
            yield mine, {name: values.float() for name, values in outputs.items()}, weights
        self._model.train(was_training)
