"""Balances whose factors follow from the dot products of the tasks' gradients, by the formulas of mtl."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .balance import Balance, Losses, State, Vector
from .keyed import Generator
from .solvers import RIDGE, least_norm, non_negative

Gram = Vector


class GradientBalance(Balance):
    """Factors of the gradients of shared weights; weights of one task follow its own loss, unless `weighs_own`."""

    needs = "gradients"
    weighs_own = False

    def __init__(self, tasks: Sequence[str], weigh: Callable[[Gram], Vector] | None = None) -> None:
        super().__init__(tasks)
        self._weigh = weigh

    def weigh(self, losses: Losses, gram: Gram) -> Vector:
        """Returns the factor of each task from its loss and the dot products `[tasks, tasks]` of their gradients."""
        return self._weigh(gram) if self._weigh else np.ones(len(gram))


class GradNorm(GradientBalance):
    """GradNorm (Chen et al., 2018, equation 2); the weights take a plain gradient step."""

    weighs_own = True

    def __init__(self, tasks: Sequence[str], options: dict[str, Any]) -> None:
        super().__init__(tasks)
        self._alpha, self._rate = options["alpha"], options["rate"]
        self._weights: Vector = np.ones(len(tasks))
        self._initial: list[float] = []

    def weigh(self, losses: Losses, gram: Gram) -> Vector:
        now = list(losses.values())
        self._initial = self._initial or now
        used, norms = self._weights, np.sqrt(np.diag(gram))
        if not norms.any():
            return used
        relative = np.array([1.0 if first == 0 else loss / first for loss, first in zip(now, self._initial)])
        rates = relative / relative.mean() if relative.mean() else np.ones(len(relative))
        weighted = used * norms
        slopes = np.sign(weighted - weighted.mean() * rates**self._alpha) * norms
        stepped = np.maximum(1e-3, used - self._rate * slopes)
        self._weights = stepped * len(stepped) / stepped.sum()
        return used

    def state(self) -> State:
        return {"weights": self._weights.tolist(), "initial": self._initial}

    def restore(self, state: State) -> None:
        self._weights, self._initial = np.array(state["weights"]), list(state["initial"])


class NashMtl(GradientBalance):
    """Nash-MTL (Navon et al., 2022): the weights α with G·α = 1 ∕ α, solved every so many updates."""

    def __init__(self, tasks: Sequence[str], options: dict[str, Any]) -> None:
        super().__init__(tasks)
        self._every, self._steps = options["every"], 0
        self._weights: Vector = np.ones(len(tasks))

    def weigh(self, losses: Losses, gram: Gram) -> Vector:
        if self._steps % self._every == 0:
            self._weights = nash(gram)
        self._steps += 1
        return self._weights

    def state(self) -> State:
        return {"weights": self._weights.tolist(), "steps": self._steps}

    def restore(self, state: State) -> None:
        self._weights, self._steps = np.array(state["weights"]), state["steps"]


def pcgrad(random: Generator) -> Callable[[Gram], Vector]:
    """PCGrad (Yu et al., 2020, algorithm 1): each gradient is projected where it conflicts, in a random order."""

    def weigh(gram: Gram) -> Vector:
        tasks = range(len(gram))
        orders = [random.shuffled([other for other in tasks if other != task]) for task in tasks]
        weights = np.zeros(len(gram))
        for task, order in enumerate(orders):
            projected = np.eye(len(gram))[task]
            for other in order:
                along, squares = projected @ gram[other], gram[other, other]
                if along < 0 and squares > 0:
                    projected[other] -= along / squares
            weights += projected
        return weights

    return weigh


def mgda(gram: Gram) -> Vector:
    """Sener and Koltun (2018), equation 3: the shortest convex combination, times the number of tasks."""
    return len(gram) * least_norm(gram)


def cagrad(c: float) -> Callable[[Gram], Vector]:
    """CAGrad (Liu et al., 2021, algorithm 1), times the number of tasks; see mtl's own for the bisection."""

    def weigh(gram: Gram) -> Vector:
        count = len(gram)
        mean = np.full(count, 1 / count)
        of_mean, longest = _norm(gram, mean), math.sqrt(max(0.0, gram.diagonal().max()))
        radius = c * of_mean
        if radius <= 1e-7 * longest:
            return np.ones(count)
        products = gram @ mean

        def at(t: float) -> Vector:
            shift = t / radius
            return least_norm(gram, shift * products, (shift * of_mean) ** 2)

        low, high = 0.0, longest
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if _norm(gram, at(middle)) > middle else (low, middle)
        weights = at(high)
        norm = _norm(gram, weights)
        return np.ones(count) if norm == 0 else 1 + count * radius * weights / norm / weights.sum()

    return weigh


def nash(gram: Gram) -> Vector:
    """Returns the α with G·α = 1 ∕ α, by damped Newton steps on ½·αᵀGα − Σ log α; a gradient of 0 has the weight 0."""
    norms = np.sqrt(gram.diagonal())
    lengths = np.where(norms == 0, 1.0, norms)
    matrix = gram / np.outer(lengths, lengths)
    np.fill_diagonal(matrix, 1 + RIDGE)
    weights = np.ones(len(gram))
    for _ in range(200):
        slope = matrix @ weights - 1 / weights
        direction = np.linalg.solve(matrix + np.diag(1 / weights**2), slope)
        decrement = math.sqrt(max(0.0, float(slope @ direction)))
        weights = weights - direction * (1 / (1 + decrement) if decrement > 0.25 else 1.0)
        if decrement < 1e-9:
            break
    return np.where(norms == 0, 0.0, weights / lengths)


def aligned_mtl(gram: Gram) -> Vector:
    """Aligned-MTL (Senushkin et al., 2023, algorithm 1): the nearest orthogonal gradients of equal length."""
    values, vectors = np.linalg.eigh(gram)
    kept = values > values[-1] * len(gram) * 2**-23
    if not kept.any():
        return np.ones(len(gram))
    values, vectors = values[kept], vectors[:, kept]
    return vectors @ (np.sqrt(values[0] / values) * vectors.sum(0))


def upgrad(gram: Gram) -> Vector:
    """UPGrad (Quinton and Rey, 2024, equation 5), times the number of tasks."""
    scale = gram.diagonal().max()
    if scale == 0:
        return np.ones(len(gram))
    matrix = gram / scale + RIDGE * np.eye(len(gram))
    return 1 + np.sum([non_negative(matrix, row) for row in matrix], axis=0)


def _norm(gram: Gram, weights: Vector) -> float:
    return math.sqrt(max(0.0, float(weights @ gram @ weights)))
