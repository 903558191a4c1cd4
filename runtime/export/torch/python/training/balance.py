"""Balances whose factors follow from losses, by the formulas of mtl: how the losses of several tasks make one update."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .keyed import Generator

Vector = NDArray[np.float64]
Losses = dict[str, float]
State = dict[str, Any]

_LEAST = 1e-8
_EVEN = 1e30


class Balance:
    """The factors of `fixed`. With `restore(state())` and the position of its generator a balance continues exactly.

    `needs` says where the factors of an update come from: `earlier_losses`, the `losses` of the update, or `gradients`.
    """

    needs = "earlier_losses"
    learns = False

    def __init__(self, tasks: Sequence[str]) -> None:
        self.tasks = list(tasks)

    def factors(self, losses: Losses) -> Vector:
        """Returns the factor of each task; without `losses` for `earlier_losses`, which has the tasks as keys alone."""
        return np.ones(len(losses))

    def observe(self, losses: Losses) -> None:
        """Receives the losses of the update that the last factors were for."""

    def learn(self, after: Losses) -> None:
        """Receives the losses of the same rows after the update, if `learns`."""

    def state(self) -> State:
        """Returns what was learnt as plain JSON."""
        return {}

    def restore(self, state: State) -> None:
        """Takes what `state` returned."""


class Homoscedastic(Balance):
    """Kendall et al. (2018): the logarithm s of each variance is learnt; the factor is c·e^(−s)."""

    def __init__(self, tasks: Sequence[str], options: dict[str, Any], numbers: Sequence[str]) -> None:
        super().__init__(tasks)
        self._rate = options["rate"]
        self._constants = {task: 0.5 if task in numbers else 1.0 for task in tasks}
        self._variances = dict.fromkeys(tasks, float(options["initial"]))

    def factors(self, losses: Losses) -> Vector:
        return np.array([self._constants[task] * math.exp(-self._variances[task]) for task in losses])

    def observe(self, losses: Losses) -> None:
        for (task, loss), factor in zip(losses.items(), self.factors(losses).tolist()):
            after = self._variances[task] - self._rate * (0.5 - factor * loss)
            self._variances[task] = min(10.0, max(-10.0, after))

    def state(self) -> State:
        return {"variances": self._variances}

    def restore(self, state: State) -> None:
        self._variances = dict(state["variances"])


class DynamicWeightAverage(Balance):
    """Liu, Johns and Davison (2019): K·softmax of the ratios of the mean losses of the last two epochs."""

    def __init__(self, tasks: Sequence[str], options: dict[str, Any], epoch_steps: int) -> None:
        super().__init__(tasks)
        self._temperature, self._epoch = options["temperature"], epoch_steps
        self._steps = 0
        self._sums, self._counts = [0.0] * len(tasks), [0] * len(tasks)
        self._last: list[float] = []
        self._before: list[float] = []

    def factors(self, losses: Losses) -> Vector:
        pairs = zip(self._last, self._before) if self._before else ((1.0, 1.0) for _ in self.tasks)
        ratios = np.array([1.0 if before == 0 else last / before for last, before in pairs])
        all_tasks = len(self.tasks) * _softmax(ratios / self._temperature)
        return np.array([all_tasks[self.tasks.index(task)] for task in losses])

    def observe(self, losses: Losses) -> None:
        for task, loss in losses.items():
            index = self.tasks.index(task)
            self._sums[index] += loss
            self._counts[index] += 1
        self._steps += 1
        if self._steps >= self._epoch:
            known = self._last or [0.0] * len(self.tasks)
            means = [total / n if n else own for total, n, own in zip(self._sums, self._counts, known)]
            self._before, self._last = self._last, means
            self._steps, self._sums, self._counts = 0, [0.0] * len(means), [0] * len(means)

    def state(self) -> State:
        names = ("_steps", "_sums", "_counts", "_last", "_before")
        return {name: getattr(self, name) for name in names}

    def restore(self, state: State) -> None:
        vars(self).update(state)


class RandomLossWeighting(Balance):
    """Lin et al. (2022): K·softmax of standard normal numbers."""

    def __init__(self, tasks: Sequence[str], random: Generator) -> None:
        super().__init__(tasks)
        self._random = random

    def factors(self, losses: Losses) -> Vector:
        drawn = len(self.tasks) * _softmax(np.array([self._random.normal() for _ in self.tasks]))
        return np.array([drawn[self.tasks.index(task)] for task in losses])


class Famo(Balance):
    """FAMO (Liu et al., 2023): softmax(ξ) ∕ (loss − lowest), where Adam trains ξ by how much each loss fell."""

    needs = "losses"

    def __init__(self, tasks: Sequence[str], options: dict[str, Any]) -> None:
        super().__init__(tasks)
        self._options = options
        self.learns = options["losses"] == "same_batch"
        self._lowest = _lowest(tasks, options["lowest"])
        self._moments = np.zeros((3, len(tasks)))  # ξ and Adam's two moments.
        self._count = 0
        self._before: Vector = np.zeros(0)

    def factors(self, losses: Losses) -> Vector:
        now = _distances(losses, self._lowest)
        if not self.learns:
            self._learn(now)
        self._before = now
        shares = _softmax(self._moments[0]) / now
        return len(self.tasks) * shares / shares.sum()

    def learn(self, after: Losses) -> None:
        self._learn(_distances(after, self._lowest))

    def _learn(self, after: Vector) -> None:
        if not len(self._before) or not np.isfinite(after).all():
            return
        self._count += 1
        logits, first, second = self._moments
        gains = np.log(self._before) - np.log(after)
        weights = _softmax(logits)
        slope = weights * (gains - (weights * gains).sum()) + self._options["gamma"] * logits
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        deviation = np.sqrt(second / (1 - 0.999**self._count))
        change = first * (self._options["rate"] / (1 - 0.9**self._count)) / (deviation + 1e-8)
        self._moments = np.stack([logits - change, first, second])

    def state(self) -> State:
        return {"moments": self._moments.tolist(), "count": self._count, "before": self._before.tolist()}

    def restore(self, state: State) -> None:
        self._moments, self._before = np.array(state["moments"]), np.array(state["before"])
        self._count = state["count"]


class SmoothTchebycheff(Balance):
    """Lin et al. (2024): K·softmax((loss − lowest) ∕ μ), after a warm-up of the logarithms of the losses."""

    needs = "losses"

    def __init__(self, tasks: Sequence[str], options: dict[str, Any], epoch_steps: int) -> None:
        super().__init__(tasks)
        self._mu, self._epoch = options["mu"], epoch_steps
        self._lowest = _lowest(tasks, options["lowest"])
        self._warmup = math.ceil(options["warmup"] * epoch_steps)
        self._steps = self._counted = 0
        self._sums: Vector = np.zeros(len(tasks))

    def factors(self, losses: Losses) -> Vector:
        tasks = len(self.tasks)
        if self._warmup == 0:
            return tasks * _softmax((np.array(list(losses.values())) - self._lowest) / self._mu)
        distances = _distances(losses, self._lowest)
        is_warm = self._steps >= self._warmup
        nadir, mu = (self._sums / self._counted, self._mu) if is_warm else (np.ones(tasks), _EVEN)
        found = tasks * _softmax(np.log(distances / nadir) / mu) / distances
        self._steps += 1
        if self._warmup - self._epoch < self._steps <= self._warmup:
            self._sums = self._sums + distances
            self._counted += 1
        return found

    def state(self) -> State:
        return {"steps": self._steps, "counted": self._counted, "sums": self._sums.tolist()}

    def restore(self, state: State) -> None:
        self._steps, self._counted, self._sums = state["steps"], state["counted"], np.array(state["sums"])


def _lowest(tasks: Sequence[str], lowest: float | dict[str, float]) -> Vector:
    return np.array([lowest.get(task, 0.0) if isinstance(lowest, dict) else lowest for task in tasks], np.float64)


def _distances(losses: Losses, lowest: Vector) -> Vector:
    return np.maximum(np.array(list(losses.values())) - lowest, _LEAST)


def _softmax(values: Vector) -> Vector:
    exponentials = np.exp(values - values.max())
    return exponentials / exponentials.sum()
