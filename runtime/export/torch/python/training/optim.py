"""Optimizers, schedules and clipping, by the formulas of mtl."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from .plan import Plan


class Adamax(Optimizer):
    """Kingma and Ba (2015), algorithm 2, with decoupled decay, which PyTorch's own does not have."""

    def __init__(self, groups: Iterable[dict[str, Any]], lr: float, betas: tuple[float, float], eps: float) -> None:
        super().__init__(groups, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": 0.0})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        for group, weight, grad, state in _touched(self):
            beta1, beta2 = group["betas"]
            state["step"] += 1
            state["exp_avg"].mul_(beta1).add_(grad, alpha=1 - beta1)
            torch.maximum(state["exp_inf"].mul_(beta2), grad.abs().add_(group["eps"]), out=state["exp_inf"])
            weight.mul_(1 - group["lr"] * group["weight_decay"])
            rate = group["lr"] / (1 - beta1 ** state["step"].item())
            weight.addcdiv_(state["exp_avg"], state["exp_inf"], value=-rate)

    def slots(self, weight: Tensor) -> dict[str, Tensor]:
        return {"exp_avg": torch.zeros_like(weight), "exp_inf": torch.zeros_like(weight)}


class Lamb(Optimizer):
    """You et al. (2020), algorithm 2 with φ(z) = z; weights that are not decayed take Adam's step."""

    def __init__(self, groups: Iterable[dict[str, Any]], lr: float, betas: tuple[float, float], eps: float) -> None:
        super().__init__(groups, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": 0.0, "decayed": True})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        for group, weight, grad, state in _touched(self):
            beta1, beta2 = group["betas"]
            state["step"] += 1
            count = state["step"].item()
            state["exp_avg"].mul_(beta1).add_(grad, alpha=1 - beta1)
            state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
            mean = state["exp_avg"] / (1 - beta1**count)
            direction = mean / ((state["exp_avg_sq"] / (1 - beta2**count)).sqrt() + group["eps"])
            if not group["decayed"]:
                weight.sub_(direction, alpha=group["lr"])
                continue
            direction = direction + group["weight_decay"] * weight
            length, step = weight.norm(), direction.norm()
            ratio = torch.where(torch.minimum(length, step) > 0, length / step, torch.ones_like(length))
            weight.sub_(direction * (ratio * group["lr"]))

    def slots(self, weight: Tensor) -> dict[str, Tensor]:
        return {"exp_avg": torch.zeros_like(weight), "exp_avg_sq": torch.zeros_like(weight)}


class Adafactor(Optimizer):
    """Shazeer and Stern (2018), algorithms 4 and 5, as in mtl: moments of rows and columns are means."""

    def __init__(self, groups: Iterable[dict[str, Any]], lr: float, options: dict[str, Any]) -> None:
        super().__init__(groups, {"lr": lr, "weight_decay": 0.0})
        self._options = options

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        options = self._options
        for group, weight, grad, state in _touched(self):
            state["step"] += 1
            count = state["step"].item()
            share = count ** -options["decay_exponent"]
            squares = grad * grad
            if "row" in state:
                row = _moved(state["row"], squares.mean(-1, keepdim=True) + options["epsilon1"], share)
                column = _moved(state["column"], squares.mean(-2, keepdim=True) + options["epsilon1"], share)
                direction = grad * (row.mean(-2, keepdim=True) / row).sqrt() * column.rsqrt()
            else:
                direction = grad / _moved(state["whole"], squares + options["epsilon1"], share).sqrt()
            clipped = torch.clamp(direction.square().mean().sqrt() / options["clip"], min=1.0)
            rate: Tensor | float = group["lr"]
            if options["relative_step"]:
                size = torch.clamp(weight.square().mean().sqrt(), min=options["epsilon2"])
                rate = size * min(group["lr"], count**-0.5)
            step = direction * (rate / clipped)
            if "exp_avg" in state:
                step = _moved(state["exp_avg"], step, 1 - options["beta1"])
            weight.mul_(1 - group["lr"] * group["weight_decay"])
            weight.sub_(step)

    def slots(self, weight: Tensor) -> dict[str, Tensor]:
        first = {"exp_avg": torch.zeros_like(weight)} if self._options["beta1"] > 0 else {}
        if weight.dim() < 2:
            return {"whole": torch.zeros_like(weight), **first}
        rows, columns = weight.detach().mean(-1, keepdim=True), weight.detach().mean(-2, keepdim=True)
        return {"row": torch.zeros_like(rows), "column": torch.zeros_like(columns), **first}


def _touched(optimizer: Optimizer) -> Iterable[tuple[dict[str, Any], Tensor, Tensor, dict[str, Tensor]]]:
    for group in optimizer.param_groups:
        for weight in group["params"]:
            if weight.grad is not None:
                yield group, weight, weight.grad, optimizer.state[weight]


def _moved(mean: Tensor, value: Tensor, share: float) -> Tensor:
    """Moves a running mean in place by a share of the distance."""
    return mean.mul_(1 - share).add_(value * share)


def open_optimizer(plan: Plan, named: dict[str, nn.Parameter]) -> Optimizer:
    """Opens the optimizer of the stage: a group for each rate and decay. All slots are there from the beginning."""
    options, weights = plan.raw["optimizer"], plan.raw["weights"]
    groups: dict[tuple[int | None, bool], dict[str, Any]] = {}
    for weight in weights:
        if weight["kind"] != "weight" or not weight["trainable"]:
            continue
        own = {} if weight["group"] is None else options["groups"][weight["group"]]
        rate = own.get("rate", options["rate"])
        decay = own.get("weight_decay", options.get("weight_decay", 0.0)) if weight["decayed"] else 0.0
        group = groups.setdefault(
            (weight["group"], weight["decayed"]),
            {"params": [], "lr": rate, "rate": rate, "weight_decay": decay, "decayed": weight["decayed"]},
        )
        group["params"].append(named[weight["name"]])
    optimizer = _optimizer(options, list(groups.values()))
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            optimizer.state[parameter] = _slots(optimizer, parameter)
    return optimizer


def _optimizer(options: dict[str, Any], groups: list[dict[str, Any]]) -> Optimizer:
    kind, rate = options["kind"], options["rate"]
    betas = options.get("beta1", 0.9), options.get("beta2", 0.999)
    made: dict[str, Callable[[], Optimizer]] = {
        "sgd": lambda: torch.optim.SGD(groups, lr=rate),
        "momentum": lambda: torch.optim.SGD(
            groups, lr=rate, momentum=options["momentum"], nesterov=options["nesterov"]
        ),
        "adam": lambda: torch.optim.Adam(groups, lr=rate, betas=betas, eps=options["epsilon"]),
        "adamw": lambda: torch.optim.AdamW(groups, lr=rate, betas=betas, eps=options["epsilon"]),
        "adamax": lambda: Adamax(groups, rate, betas, options["epsilon"]),
        "lamb": lambda: Lamb(groups, rate, betas, options["epsilon"]),
        "adafactor": lambda: Adafactor(groups, rate, options),
    }
    return made[kind]()


def _slots(optimizer: Optimizer, weight: Tensor) -> dict[str, Tensor]:
    own = getattr(optimizer, "slots", None)
    if own is not None:
        return {"step": torch.zeros(()), **own(weight)}
    if isinstance(optimizer, torch.optim.SGD):
        return {"momentum_buffer": torch.zeros_like(weight)} if optimizer.defaults["momentum"] else {}
    return {"step": torch.zeros(()), "exp_avg": torch.zeros_like(weight), "exp_avg_sq": torch.zeros_like(weight)}


def touch(plan: Plan, named: dict[str, nn.Parameter], tasks: set[str]) -> None:
    """Leaves a gradient for exactly the weights that the update of these tasks changes.

    A weight of the tasks that their loss does not depend on has the gradient 0, so that it is decayed. Weights of other
    tasks have none, unless the stage says `untouched: decay`.
    """
    for weight in plan.raw["weights"]:
        if weight["kind"] != "weight" or not weight["trainable"]:
            continue
        parameter = named[weight["name"]]
        reached = not tasks.isdisjoint(weight["tasks"])
        if not reached and plan.raw["untouched"] == "skip":
            parameter.grad = None
        elif parameter.grad is None or not reached:
            parameter.grad = torch.zeros_like(parameter)


def set_rate(plan: Plan, optimizer: Optimizer, step: int) -> float:
    """Sets the learning rates of an update, which is counted from 0. Returns that of the stage."""
    factor = schedule_factor(plan.raw["schedule"], step, plan.raw["total"])
    for group in optimizer.param_groups:
        group["lr"] = group["rate"] * factor
    return plan.raw["optimizer"]["rate"] * factor


def schedule_factor(schedule: dict[str, Any], step: int, total: int) -> float:
    """Returns the factor on the learning rate of an update, which is counted from 0."""
    warmup = duration_in_steps(schedule["warmup"], total)
    rise = min(1.0, (step + 1) / warmup) if warmup > 0 else 1.0
    share = min(1.0, max(0.0, (step - warmup) / max(1, total - warmup)))
    kind = schedule["kind"]
    if kind == "linear":
        return rise * (schedule["floor"] + (1 - schedule["floor"]) * (1 - share))
    if kind == "cosine":
        return rise * (schedule["floor"] + (1 - schedule["floor"]) * (1 + math.cos(math.pi * share)) / 2)
    if kind == "step":
        return rise * schedule["factor"] ** (
            max(0, step - warmup) // max(1, duration_in_steps(schedule["every"], total))
        )
    if kind == "inverse_sqrt":
        reference = max(1, warmup)
        return rise * math.sqrt(reference / max(reference, step + 1))
    return rise


def duration_in_steps(duration: dict[str, Any], total: int) -> int:
    """Returns the number of updates of a duration, which is a number of steps or a fraction of the stage."""
    value = duration["value"]
    return int(value) if duration["unit"] == "steps" else math.floor(value * total + 0.5)
