"""Metrics of validations, by the definitions of mtl. Other metrics are not logged."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .plan import Plan

Array = NDArray[np.float64]
# Scores or numbers [rows, …], targets [rows, …], weights [rows], options.
Measure = Callable[[Array, Array, Array, dict[str, Any]], float]


def _mean(values: Array, weights: Array) -> float:
    return float((values * weights).sum() / weights.sum()) if weights.sum() > 0 else math.nan


def _rank(scores: Array, targets: Array) -> NDArray[np.int64]:
    """Returns how many scores come before that of the target; of equal scores the first one is first."""
    own = np.take_along_axis(scores, targets.astype(np.int64)[:, None], 1)
    before = np.arange(scores.shape[1])[None, :] < targets[:, None]
    return ((scores > own) | ((scores == own) & before)).sum(1)


def _accuracy(scores: Array, targets: Array, weights: Array, options: dict[str, Any]) -> float:
    return _mean((_rank(scores, targets) == 0).astype(np.float64), weights)


def _top_k(scores: Array, targets: Array, weights: Array, options: dict[str, Any]) -> float:
    return _mean((_rank(scores, targets) < options["k"]).astype(np.float64), weights)


def _counts(scores: Array, targets: Array, weights: Array) -> tuple[Array, Array, Array]:
    """Returns for each class the weights of the rows that hit it, that are predicted to have it, and that have it."""
    if targets.ndim == 1:
        classes = np.arange(scores.shape[1])
        predicted = scores.argmax(1)[:, None] == classes
        actual = targets.astype(np.int64)[:, None] == classes
    else:
        predicted, actual = scores > 0, targets > 0.5
    of = weights[:, None]
    return ((predicted & actual) * of).sum(0), (predicted * of).sum(0), (actual * of).sum(0)


def _of_classes(ratio: Callable[[Array, Array, Array], tuple[Array, Array]]) -> Measure:
    def value(scores: Array, targets: Array, weights: Array, options: dict[str, Any]) -> float:
        if options.get("of") is not None or not weights.any():
            return math.nan
        hits, predicted, actual = _counts(scores, targets, weights)
        if options["average"] == "micro":
            hits, predicted, actual = (each.sum(keepdims=True) for each in (hits, predicted, actual))
        part, total = ratio(hits, predicted, actual)
        each = np.divide(part, total, out=np.zeros_like(part), where=total != 0)
        seen = (predicted + actual > 0) if targets.ndim == 1 and options["average"] == "macro" else total == total
        return float(each[seen].mean())

    return value


def _errors(of: Callable[[Array, Array], Array], then: Callable[[float], float] = float) -> Measure:
    def value(numbers: Array, targets: Array, weights: Array, options: dict[str, Any]) -> float:
        return then(_mean(of(numbers.reshape(len(targets)), targets), weights))

    return value


def _r2(numbers: Array, targets: Array, weights: Array, options: dict[str, Any]) -> float:
    if len(targets) < 2:
        return math.nan
    centre = _mean(targets, weights)
    total = _mean((targets - centre) ** 2, weights)
    rest = _mean((targets - numbers.reshape(len(targets))) ** 2, weights)
    return 1 - rest / total if total > 0 else float(rest == 0)


def _correlation(x: Array, y: Array, weights: Array) -> float:
    x, y = x - _mean(x, weights), y - _mean(y, weights)
    spread = math.sqrt(_mean(x * x, weights)) * math.sqrt(_mean(y * y, weights)) if len(x) else 0.0
    return min(1.0, max(-1.0, _mean(x * y, weights) / spread)) if spread > 0 else math.nan


def _pearson(numbers: Array, targets: Array, weights: Array, options: dict[str, Any]) -> float:
    return _correlation(numbers.reshape(len(targets)), targets, weights)


def _spearman(numbers: Array, targets: Array, weights: Array, options: dict[str, Any]) -> float:
    return _correlation(_ranks(numbers.reshape(len(targets)), weights), _ranks(targets, weights), weights)


def _ranks(values: Array, weights: Array) -> Array:
    """Returns the weight of lower values plus half of that of equal ones."""
    _, at = np.unique(values, return_inverse=True)
    equal = np.bincount(at, weights)
    return (np.cumsum(equal) - equal / 2)[at]


def _matthews(scores: Array, targets: Array, weights: Array, options: dict[str, Any]) -> float:
    hits, predicted, actual = _counts(scores, targets, weights)
    total = weights.sum()
    spread = (total**2 - (actual**2).sum()) * (total**2 - (predicted**2).sum())
    return float((hits.sum() * total - (actual * predicted).sum()) / math.sqrt(spread)) if spread > 0 else 0.0


def _roc_auc(scores: Array, targets: Array, weights: Array, options: dict[str, Any]) -> float:
    if options.get("of") is not None:
        return math.nan
    if targets.ndim == 1:
        present = targets.astype(np.int64)[:, None] == np.arange(scores.shape[1])
        if scores.shape[1] == 2:
            return _area(scores[:, 1] - scores[:, 0], present[:, 1], weights)
        powers = np.exp(scores - scores.max(1, keepdims=True))
        scores = powers / powers.sum(1, keepdims=True)
    else:
        present = targets > 0.5
    if options["average"] == "micro":
        return _area(scores.reshape(-1), present.reshape(-1), np.repeat(weights, scores.shape[1]))
    each = [_area(scores[:, at], present[:, at], weights) for at in range(scores.shape[1]) if present[:, at].any()]
    known = [value for value in each if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan


def _area(scores: Array, present: NDArray[np.bool_], weights: Array) -> float:
    """Returns the chance that a row of the class has a higher score than one that is not, equal scores being half."""
    _, at = np.unique(scores, return_inverse=True)
    absent = np.bincount(at, weights * ~present)
    positives, negatives = (weights * present).sum(), absent.sum()
    below = np.cumsum(absent) - absent / 2
    both = positives * negatives
    return float((np.bincount(at, weights * present) * below).sum() / both) if both > 0 else math.nan


_classes: dict[str, Measure] = {
    "f1": _of_classes(lambda hits, predicted, actual: (2 * hits, predicted + actual)),
    "precision": _of_classes(lambda hits, predicted, actual: (hits, predicted)),
    "recall": _of_classes(lambda hits, predicted, actual: (hits, actual)),
}

MEASURES: dict[str, dict[str, Measure]] = {
    "category": {
        "accuracy": _accuracy,
        "top_k": _top_k,
        "matthews": _matthews,
        "roc_auc": _roc_auc,
        **_classes,
    },
    "labels": {"roc_auc": _roc_auc, **_classes},
    "number": {
        "mse": _errors(lambda numbers, targets: (numbers - targets) ** 2),
        "rmse": _errors(lambda numbers, targets: (numbers - targets) ** 2, math.sqrt),
        "mae": _errors(lambda numbers, targets: np.abs(numbers - targets)),
        "mape": _errors(
            lambda numbers, targets: np.abs(numbers - targets) / np.maximum(np.abs(targets), np.finfo(np.float64).eps)
        ),
        "r2": _r2,
        "pearson": _pearson,
        "spearman": _spearman,
    },
}


def unmeasured(plan: Plan) -> list[str]:
    """Returns the metrics that are not measured here."""
    return [
        f"{task.name}.{metric['name']}"
        for task in plan.tasks.values()
        for metric in task.metrics
        if metric["options"]["kind"] not in MEASURES.get(task.target, {})
    ]


def entropies(target: str, logits: Array) -> tuple[list[float] | None, float]:
    """Returns the entropy of each row's prediction in nats, or `None` for a target without one, and the largest one."""
    if target == "category":
        return _softmax_entropies(logits).tolist(), math.log(max(1, logits.shape[1]))
    if target == "labels":
        pairs = np.stack([logits, np.zeros_like(logits)], axis=-1)
        each = _softmax_entropies(pairs.reshape(-1, 2)).reshape(logits.shape)
        return each.sum(1).tolist(), logits.shape[1] * math.log(2)
    return None, 0.0


def _softmax_entropies(logits: Array) -> Array:
    shifted = logits - logits.max(-1, keepdims=True)
    powers = np.exp(shifted)
    total = powers.sum(-1)
    return np.maximum(0, np.log(total) - (powers * shifted).sum(-1) / total)
