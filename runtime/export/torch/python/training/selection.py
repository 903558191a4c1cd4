"""The best checkpoint of the stage, and its end, by the rules of mtl: `checkpoint(best: …)` and `early_stop`."""

import math
from dataclasses import dataclass
from typing import Any

from .plan import Plan

Values = dict[str, dict[str, float]]

# The name under which all tasks are judged together.
TOGETHER = ""


@dataclass(frozen=True)
class Score:
    """The mean of the selected measures that are defined, of which there are `measures`; higher is better."""

    value: float
    measures: int

    def is_better(self, than: "Score | None", least: float = 0.0) -> bool:
        """Compares; a validation with more defined measures is better than one with fewer."""
        if math.isnan(self.value):
            return False
        if than is None:
            return True
        return self.value > than.value + least if self.measures == than.measures else self.measures > than.measures


@dataclass(frozen=True)
class Verdict:
    """The consequences of a validation. `score` is there if `auto` chooses; `waits` are by task, or together."""

    score: float | None
    waits: dict[str, int]
    ends: bool
    leaving: list[str]


class Selection:
    """Judges validations. `state_dict` is small, and enough to continue exactly."""

    def __init__(self, plan: Plan) -> None:
        self._rule, self._best_by = plan.raw["selection"]["rule"], plan.raw["selection"]["best"]
        self._stop: dict[str, Any] | None = plan.raw["selection"]["early_stop"]
        self._best: Score | None = None
        self.best: int | None = None
        self._waiting: dict[str, tuple[Score | None, int]] = {}

    def judge(self, step: int, values: Values, remaining: list[str]) -> Verdict:
        """Takes a validation into account, of the tasks that the stage still trains."""
        score = self._score(self._best_by, values)
        if score is not None and score.is_better(self._best):
            self._best, self.best = score, step
        told = self._rule == "gain" and self._best_by["selector"] == "auto" and score is not None
        shown = score.value if told and score is not None else None
        if self._stop is None:
            return Verdict(shown, {}, False, [])
        watched = [TOGETHER] if self._stop["tasks"] == "together" else self._stop["watched"]
        watched = [name for name in watched if name == TOGETHER or name in remaining]
        for name in watched:
            own = self._score(self._stop, values, None if name == TOGETHER else name)
            best, waited = self._waiting.get(name, (None, 0))
            if own is not None:
                self._waiting[name] = (own, 0) if own.is_better(best, self._stop["least"]) else (best, waited + 1)
        waits = {name: self._waiting.get(name, (None, 0))[1] for name in watched}
        over = [name for name, waited in waits.items() if waited >= self._stop["patience"]]
        wanted = {"all": len(waits), "each": len(remaining)}.get(self._stop["tasks"], 1)
        leaving = over if self._stop["tasks"] == "each" else []
        return Verdict(shown, waits, bool(over) and len(over) >= wanted, leaving)

    def _score(self, by: dict[str, Any], values: Values, only: str | None = None) -> Score | None:
        found = [
            (measure, values[measure["task"]][measure["name"]])
            for measure in by["measures"]
            if (only is None or measure["task"] == only) and measure["name"] in values.get(measure["task"], {})
        ]
        counted = [value if measure["better"] == "higher" else -value for measure, value in found]
        if self._rule == "plain_mean":
            return Score(sum(counted) / len(counted), 1) if counted else None
        if by["selector"] == "auto" and any(_has_way(measure) for measure, _ in found):
            counted = [
                (value - measure["baseline"]) / (measure["bound"] - measure["baseline"])
                for measure, value in found
                if _has_way(measure)
            ]
        finite = [value for value in counted if math.isfinite(value)]
        return Score(sum(finite) / len(finite), len(finite)) if finite else None

    def state_dict(self) -> dict[str, Any]:
        """Returns what was seen so far as plain JSON."""
        waiting = {name: [_plain(best), waited] for name, (best, waited) in self._waiting.items()}
        return {"best": self.best, "score": _plain(self._best), "waiting": waiting}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continues from what `state_dict` returned."""
        self.best, self._best = state["best"], _score(state["score"])
        self._waiting = {name: (_score(best), waited) for name, (best, waited) in state["waiting"].items()}


def _has_way(measure: dict[str, Any]) -> bool:
    """Tells if there is a way from the value of a constant prediction to the best possible one."""
    return measure["baseline"] is not None and measure["baseline"] != measure["bound"]


def _plain(score: Score | None) -> list[float] | None:
    return None if score is None else [score.value, score.measures]


def _score(plain: list[float] | None) -> Score | None:
    return None if plain is None else Score(plain[0], int(plain[1]))
