"""The gradients of an update, whose losses a balance weighs."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .balance import Balance, Losses, Vector
from .distributed import Processes, exchanging, whole, with_last
from .gradient_balance import GradientBalance
from .keyed import Generator
from .objective import Factors, Parts
from .open_balance import open_balance
from .plan import Plan
from .updates import PassRows

Gradients = dict[str, Tensor]


class Backward:
    """Makes the gradients of updates. `net` is the objective over `model`, as DDP or FSDP has it."""

    def __init__(
        self, plan: Plan, processes: Processes, net: nn.Module, model: nn.Module, parts: Parts, half: bool
    ) -> None:
        self._plan, self._processes, self._parts = plan, processes, parts
        self._net, self._model, self._half = net, model, half
        self._random = Generator(plan.seed, "balance", plan.stage)
        self._balance = open_balance(plan, self._random)
        trained = [weight for weight in plan.raw["weights"] if weight["kind"] == "weight" and weight["trainable"]]
        self._shared = {weight["name"] for weight in trained if len(weight["tasks"]) > 1}
        self._named = dict(model.named_parameters())
        self._update: tuple[int, list[PassRows]] = 0, []

    def run(self, step: int, update: list[PassRows]) -> tuple[Losses, Losses]:
        """Leaves the gradients of an update in the weights. Returns the loss of each task, and its factor if any."""
        self._update = step, update
        tasks = self._tasks(update)
        share = 1 / len(tasks) if self._plan.raw["step"]["kind"] == "mixed" else 1.0
        balance = self._balance
        if isinstance(balance, GradientBalance):
            return self._weighed_apart(balance, tasks, share)
        before = self._losses(None) if balance.needs == "losses" else dict.fromkeys(tasks, 0.0)
        factors = dict(zip(tasks, balance.factors(before).tolist()))
        losses = self._losses({task: share * factor for task, factor in factors.items()})
        balance.observe(losses)
        return losses, {} if type(balance) is Balance else factors

    def learn(self) -> None:
        """Tells the balance the losses of the same rows after the update, if it wants to know."""
        if self._balance.learns:
            self._balance.learn(self._losses(None))

    def _tasks(self, update: list[PassRows]) -> list[str]:
        drawn = {task for each in update for task in each.tasks}
        return [task for task in self._plan.tasks if task in drawn]

    def _losses(self, factors: Factors | None) -> Losses:
        """Returns the losses of the update; with factors, adds the gradients of their weighted sum to the weights.

        Without factors nothing changes: the draws of dropout are those of the pass with gradients.
        """
        step, update = self._update
        world, rank = self._processes.world, self._processes.rank
        torch.manual_seed((self._plan.seed * 1_000_003 + step) * world + rank)
        kept = [] if factors else [(each, each.clone()) for each in self._model.buffers()]
        groups = ([part for part in of if not factors or part.task in factors] for of in self._parts.groups(update))
        found: dict[str, Tensor] = {}
        for own, is_last in with_last(filter(None, groups)):
            with exchanging(self._net, self._model, is_last), torch.set_grad_enabled(factors is not None):
                with torch.autocast(self._processes.device.type, torch.bfloat16, enabled=self._half):
                    loss, each = self._net(own, factors or {})
                if factors is not None:
                    loss.backward()
            for task, value in each.items():
                found[task] = found[task] + value if task in found else value
        with torch.no_grad():
            for buffer, former in kept:
                buffer.copy_(former)
        tasks = [task for task in self._plan.tasks if task in found]
        means = self._processes.summed(torch.stack([found[task] for task in tasks])) / world
        return dict(zip(tasks, means.tolist()))

    def _weighed_apart(self, balance: GradientBalance, tasks: list[str], share: float) -> tuple[Losses, Losses]:
        """Takes the gradients of each task by a pass of its own, and adds them up with the factors that follow."""
        losses: Losses = {}
        each: dict[str, Gradients] = {}
        for task in tasks:
            losses |= self._losses({task: 1.0})
            each[task] = {name: weight.grad for name, weight in self._named.items() if weight.grad is not None}
            for weight in self._named.values():
                weight.grad = None
        factors = balance.weigh(losses, self._gram([each[task] for task in tasks])).tolist()
        with torch.no_grad():
            for task, factor in zip(tasks, factors):
                for name, gradient in each.pop(task).items():
                    own = factor if name in self._shared or balance.weighs_own else 1.0
                    weight = self._named[name]
                    scaled = gradient.mul_(share * own)
                    weight.grad = scaled if weight.grad is None else weight.grad.add_(scaled)
        return losses, dict(zip(tasks, factors))

    def _gram(self, gradients: list[Gradients]) -> Vector:
        """Returns the dot products `[tasks, tasks]` of gradients of shared weights."""
        gram = np.zeros((len(gradients), len(gradients)))
        for row, left in enumerate(gradients):
            for column, right in enumerate(gradients[: row + 1]):
                both = [name for name in left if name in self._shared and name in right]
                products = [whole((left[name].double() * right[name].double()).sum()) for name in both]
                gram[row, column] = gram[column, row] = float(torch.stack(products).sum()) if products else 0.0
        return gram

    def state_dict(self) -> dict[str, Any]:
        """Returns what the balance has learnt as plain JSON."""
        return {"position": self._random.position, "balance": self._balance.state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continues from what `state_dict` returned."""
        self._random.position = state["position"]
        self._balance.restore(state["balance"])
