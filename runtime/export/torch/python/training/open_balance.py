"""The balance of the stage, by its name."""

from collections.abc import Callable

from .balance import Balance, DynamicWeightAverage, Famo, Homoscedastic, RandomLossWeighting, SmoothTchebycheff
from .gradient_balance import GradientBalance, GradNorm, NashMtl, aligned_mtl, cagrad, mgda, pcgrad, upgrad
from .keyed import Generator
from .plan import Plan


def open_balance(plan: Plan, random: Generator) -> Balance:
    """Opens the balance; `random` is its stream."""
    tasks, options, epoch = list(plan.tasks), plan.raw["balance"], plan.raw["epoch_steps"]
    numbers = [task.name for task in plan.tasks.values() if task.target == "number"]
    made: dict[str, Callable[[], Balance]] = {
        "fixed": lambda: Balance(tasks),
        "homoscedastic": lambda: Homoscedastic(tasks, options, numbers),
        "dwa": lambda: DynamicWeightAverage(tasks, options, epoch),
        "random_loss_weighting": lambda: RandomLossWeighting(tasks, random),
        "famo": lambda: Famo(tasks, options),
        "stch": lambda: SmoothTchebycheff(tasks, options, epoch),
        "gradnorm": lambda: GradNorm(tasks, options),
        "pcgrad": lambda: GradientBalance(tasks, pcgrad(random)),
        "mgda": lambda: GradientBalance(tasks, mgda),
        "cagrad": lambda: GradientBalance(tasks, cagrad(options["c"])),
        "nash_mtl": lambda: NashMtl(tasks, options),
        "aligned_mtl": lambda: GradientBalance(tasks, aligned_mtl),
        "upgrad": lambda: GradientBalance(tasks, upgrad),
    }
    return made[options["kind"]]()
