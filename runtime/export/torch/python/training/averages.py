"""Averages of the weights (`average` of the stage), by which the model is measured and of which the result is made."""

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.fsdp import FSDPModule

from .plan import Plan


class Averages:
    """Exponential means of the trained weights, with Adam's correction of their beginning; none without `average`."""

    def __init__(self, plan: Plan, model: nn.Module, named: dict[str, nn.Parameter]) -> None:
        self._rule: dict[str, Any] | None = plan.raw["average"]
        self._model, self._steps = model, 0
        self._weights = {name: each for name, each in named.items() if each.requires_grad} if self._rule else {}
        self._counts = dict.fromkeys(self._weights, 0)
        self.tensors: dict[str, Tensor] = {name: torch.zeros_like(each) for name, each in self._weights.items()}

    @torch.no_grad()
    def follow(self) -> None:
        """Takes the weights after an update into account: those that it has changed, or all with `count: steps`."""
        if self._rule is None:
            return
        self._steps += 1
        every = self._rule.get("count") == "steps"
        for name, weight in self._weights.items():
            if weight.grad is None and not every:
                continue
            self._counts[name] += 1
            share = _share(self._rule["decay"], self._steps if every else self._counts[name])
            self.tensors[name].add_(weight - self.tensors[name], alpha=share)

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """Exchanges averages and weights while the model is measured or written."""
        self._exchange()
        try:
            yield
        finally:
            self._exchange()

    @torch.no_grad()
    def _exchange(self) -> None:
        if self._rule is None:
            return
        for name, weight in self._weights.items():
            if self._counts[name] > 0:
                former = weight.clone()
                weight.copy_(self.tensors[name])
                self.tensors[name].copy_(former)
        # Weights that FSDP has gathered are those of before.
        for module in self._model.modules():
            if isinstance(module, FSDPModule):
                module.reshard()

    def state_dict(self) -> dict[str, Any]:
        """Returns the counts; `tensors` are saved with the weights."""
        return {"steps": self._steps, "counts": self._counts}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continues from what `state_dict` returned."""
        self._steps, self._counts = state["steps"], dict(state["counts"])


def _share(decay: float, count: int) -> float:
    return 1 / count if decay == 1 else (1 - decay) / (1 - decay**count)
