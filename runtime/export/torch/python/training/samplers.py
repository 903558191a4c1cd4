"""Samplers: each chooses the task of a draw, or the rows of an update, as in mtl's `sampler` of a stage.

A sampler draws from one stream that all processes share, so that they agree on the task of every update without a
message, and none of them waits for a head that the others do not compute.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .keyed import Generator

State = dict[str, Any]


class CannotDraw(ValueError):
    """The sampler can draw no task."""


@dataclass(frozen=True)
class SampledTask:
    """A task as a sampler sees it: rows of its training split, and draws in one pass over them."""

    name: str
    rows: int
    steps: int


class Sampler:
    """Chooses the task of each draw. With `restore(state())` and the position of its generator it continues exactly."""

    def next(self, step: int) -> str:
        """Returns the task of a draw; `step` counts the draws of the stage before it."""
        raise NotImplementedError

    def observe(self, task: str, metric: float) -> None:
        """Receives the score of a task in a validation; higher is better."""

    def status(self) -> dict[str, dict[str, float]]:
        """Returns what changes in training, by name and task, for the log."""
        return {}

    def state(self) -> State:
        """Returns the state as plain JSON."""
        return {}

    def restore(self, state: State) -> None:
        """Takes the state that `state` returned."""


class Categorical(Sampler):
    """Draws every task with a probability that may change from step to step; a task without rows is never drawn."""

    def __init__(
        self, tasks: Sequence[SampledTask], random: Generator, weight: Callable[[SampledTask, int], float]
    ) -> None:
        self._tasks, self._random, self._weight = tasks, random, weight

    def next(self, step: int) -> str:
        weights = [0.0 if task.rows == 0 else self._weight(task, step) for task in self._tasks]
        total = sum(weights)
        if not total > 0:
            raise CannotDraw("the sampler can draw no task: every task has weight 0 or no training rows")
        draw, cumulated, possible = self._random.uniform(), 0.0, ""
        for task, weight in zip(self._tasks, weights):
            if weight == 0:
                continue
            cumulated += weight / total
            possible = task.name
            if draw < cumulated:
                break
        return possible


class EpochList(Sampler):
    """Takes the tasks of a list, which is made again whenever it is used up."""

    def __init__(self, tasks: Sequence[SampledTask], epoch: Callable[[], list[int]]) -> None:
        self._tasks, self._epoch = tasks, epoch
        self._list: list[int] = []
        self._cursor = 0

    def next(self, step: int) -> str:
        if self._cursor == len(self._list):
            self._list, self._cursor = self._epoch(), 0
        if not self._list:
            raise CannotDraw("the sampler can draw no task: none has training rows")
        self._cursor += 1
        return self._tasks[self._list[self._cursor - 1]].name

    def state(self) -> State:
        return {"list": self._list, "cursor": self._cursor}

    def restore(self, state: State) -> None:
        self._list, self._cursor = list(state["list"]), state["cursor"]


class RoundRobin(Sampler):
    """Takes the tasks that have rows in turn."""

    def __init__(self, tasks: Sequence[SampledTask]) -> None:
        self._turns = [task.name for task in tasks if task.rows > 0]
        self._cursor = 0

    def next(self, step: int) -> str:
        if not self._turns:
            raise CannotDraw("the sampler can draw no task: none has training rows")
        task = self._turns[self._cursor]
        self._cursor = (self._cursor + 1) % len(self._turns)
        return task

    def state(self) -> State:
        return {"cursor": self._cursor}

    def restore(self, state: State) -> None:
        self._cursor = state["cursor"]


class Alternating(Sampler):
    """Takes turns, each with its own sampler and number of draws (Ni et al., 2021, section 3.3)."""

    def __init__(self, turns: Sequence[tuple[Sampler, int]]) -> None:
        self._turns = turns
        self._cursor = self._drawn = 0

    def next(self, step: int) -> str:
        if not self._turns:
            raise CannotDraw("the sampler can draw no task: none of its turns has training rows")
        sampler, times = self._turns[self._cursor]
        task = sampler.next(step)
        self._drawn += 1
        if self._drawn == times:
            self._cursor, self._drawn = (self._cursor + 1) % len(self._turns), 0
        return task

    def observe(self, task: str, metric: float) -> None:
        for sampler, _ in self._turns:
            sampler.observe(task, metric)

    def status(self) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for sampler, _ in self._turns:
            for name, values in sampler.status().items():
                found.setdefault(name, {}).update(values)
        return found

    def state(self) -> State:
        return {
            "turns": [sampler.state() for sampler, _ in self._turns],
            "cursor": self._cursor,
            "drawn": self._drawn,
        }

    def restore(self, state: State) -> None:
        self._cursor, self._drawn = state["cursor"], state["drawn"]
        for (sampler, _), own in zip(self._turns, state["turns"]):
            sampler.restore(own)


@dataclass
class Controller:
    """The state of a task under `stop_and_go`: its turns, and how its validations went."""

    turns: int = 0
    counted: int = 0
    best: float | None = None
    bad: int = 0
    cool: int = 0
    stopped: bool = False


class StopAndGo(Sampler):
    """Trains a task that has converged only in every `gap`-th of its turns, until its score falls (Lu et al., 2020)."""

    def __init__(self, options: dict[str, Any], tasks: Sequence[SampledTask], over: Sampler) -> None:
        self._options, self._over = options, over
        self._epochs = {task.name: task.steps * options["epochs"] for task in tasks}
        self._tasks = {task.name: Controller() for task in tasks}

    def next(self, step: int) -> str:
        while True:
            task = self._over.next(step)
            controller = self._tasks[task]
            controller.turns += 1
            if not controller.stopped or controller.turns % self._options["gap"] == 0:
                return task

    def observe(self, task: str, metric: float) -> None:
        self._over.observe(task, metric)
        controller, epoch = self._tasks[task], self._epochs[task]
        if epoch > 0 and controller.turns // epoch == controller.counted // epoch:
            return
        controller.counted = controller.turns
        self._judge(controller, metric)

    def _judge(self, now: Controller, score: float) -> None:
        options, best = self._options, now.best
        gains = not math.isnan(score) and (best is None or score > best + abs(best) * options["stop"])
        best = score if gains else best
        fallen = best is not None and score < best - abs(best) * options["go"]
        cool = max(0, now.cool - 1)
        bad = 0 if gains or now.cool > 0 else now.bad + 1
        if options["variant"] == "paper" and now.stopped:
            bad, cool, stopped = (0, options["cooldown"], False) if fallen else (0, now.cool, True)
        elif bad > options["patience"]:
            bad, cool, stopped = 0, options["cooldown"] if options["variant"] == "code" else cool, True
        elif now.stopped and fallen:
            bad, cool, stopped = 0, options["cooldown"], False
        else:
            stopped = now.stopped
        now.best, now.bad, now.cool, now.stopped = best, bad, cool, stopped

    def status(self) -> dict[str, dict[str, float]]:
        own = {"stopped": {task: float(each.stopped) for task, each in self._tasks.items()}}
        return {**self._over.status(), **own}

    def state(self) -> State:
        return {"over": self._over.state(), "tasks": {name: vars(each) for name, each in self._tasks.items()}}

    def restore(self, state: State) -> None:
        self._over.restore(state["over"])
        self._tasks = {name: Controller(**each) for name, each in state["tasks"].items()}


def open_sampler(options: dict[str, Any], tasks: Sequence[SampledTask], random: Generator, total: int) -> Sampler:
    """Opens the sampler of a stage; `total` counts the draws of the stage."""
    kind = options["kind"]
    steps = [index for index, task in enumerate(tasks) for _ in range(task.steps)]
    if kind == "uniform":
        return Categorical(tasks, random, lambda task, step: 1.0)
    if kind == "proportional":
        return Categorical(tasks, random, lambda task, step: task.rows)
    if kind == "temperature":
        most, exponent = options.get("max_rows", math.inf), 1 / options["t"]
        return Categorical(tasks, random, lambda task, step: min(task.rows, most) ** exponent)
    if kind == "weights":
        return Categorical(tasks, random, lambda task, step: options["of"][task.name])
    if kind == "annealed":
        epoch_steps = max(1, len(steps))
        epochs = math.ceil(total / epoch_steps)

        def exponent_at(step: int) -> float:
            epoch = min(step // epoch_steps, epochs - 1)
            return 1 - (1 - options["end"]) * epoch / (epochs - 1) if epochs > 1 else 1.0

        return Categorical(tasks, random, lambda task, step: task.rows ** exponent_at(step))
    if kind == "shuffled":
        return EpochList(tasks, lambda: random.shuffled(list(steps)))
    if kind == "main_plus_ratio":
        return EpochList(tasks, lambda: _main_plus_ratio(options, tasks, random))
    if kind == "round_robin":
        return RoundRobin(tasks)
    if kind == "alternating":
        turns = []
        for turn in map(_turn, options["turns"]):
            own = [task for task in tasks if task.name in turn["tasks"]]
            if any(task.rows > 0 for task in own):
                turns.append((open_sampler(turn["sampler"], own, random, total), turn["times"]))
        return Alternating(turns)
    if kind == "stop_and_go":
        return StopAndGo(options, tasks, open_sampler(options["over"], tasks, random, total))
    raise CannotDraw(f"the sampler {kind} draws no task here")


def _turn(turn: str | dict[str, Any]) -> dict[str, Any]:
    return {"tasks": [turn], "sampler": {"kind": "round_robin"}, "times": 1} if isinstance(turn, str) else turn


def _main_plus_ratio(options: dict[str, Any], tasks: Sequence[SampledTask], random: Generator) -> list[int]:
    main = [index for index, task in enumerate(tasks) for _ in range(task.steps) if task.name == options["main"]]
    others = [index for index, task in enumerate(tasks) for _ in range(task.steps) if task.name != options["main"]]
    count = min(len(others), math.floor(options["ratio"] * len(main))) if main else len(others)
    return random.shuffled(main + random.shuffled(others)[:count])


def most_uncertain(
    pools: Sequence[tuple[str, int, list[float] | None, float]],
    options: dict[str, Any],
    count: int,
    random: Generator,
) -> set[int]:
    """Returns the indices of the rows on which `uncertainty` trains, in the concatenated pools (Pilault et al., 2021).

    A pool is (task, rows, entropies of the predictions or None, largest entropy); `pools` are those of all tasks.
    """
    measured: dict[str, tuple[list[float], float]] = {}
    for task, rows, entropies, most in pools:
        proxy = options.get("proxy", {}).get(task)
        if entropies is None:
            if isinstance(proxy, (int, float)):
                measured[task] = [float(proxy)] * rows, float(proxy)
            continue
        largest = most + 1e-5 if options["score"] == "code" else most
        shares = [value / largest if largest else 0.0 for value in entropies]
        values = shares if options["score"] == "code" else entropies
        measured[task] = shares, sum(values) / max(1, len(values))
    highest = max((level for _, level in measured.values()), default=0.0)
    scores: list[float] = []
    for task, rows, _, _ in pools:
        source = task if task in measured else str(options.get("proxy", {}).get(task))
        shares, level = measured.get(source, ([], 0.0))
        factor = (level if options["score"] == "code" else 1) / highest if highest else 0.0
        own = [share * factor for share in shares[:rows]]
        scores += own + [0.0] * (rows - len(own))
    order = list(range(len(scores)))
    if not any(scores):
        order = random.shuffled(order)
    else:
        order.sort(key=lambda index: (-scores[index], index))
    return set(order[:count])
