"""The rows of each update: the sampler draws its tasks, and each task supplies its next rows.

All processes choose the same update from the same state, and each computes its part of the rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .data import Shards
from .keyed import Generator
from .plan import Pass, Plan
from .samplers import CannotDraw, most_uncertain, open_sampler

_VAIN = 10_000
_BLOCKS = 16

Score = Callable[[str, Shards, list[int]], tuple[list[float] | None, float]]


@dataclass(frozen=True)
class Batch:
    """Rows of an epoch that are computed together."""

    epoch: int
    rows: list[int]


@dataclass(frozen=True)
class PassRows:
    """The part of an update that some tasks compute on the same rows; `passed` are all tasks that share them."""

    tasks: list[str]
    passed: Pass
    batches: list[Batch]


class Supply:
    """The rows of a pass, each once in an epoch, in an order that is keyed by (seed, stage, tasks, epoch)."""

    def __init__(self, plan: Plan, of: Pass, rows: int) -> None:
        self._plan, self._pass, self.rows = plan, of, rows
        self.epoch = self.cursor = 0
        self._order: list[int] | None = None

    def at_most(self, most: int) -> Batch:
        """Returns the next rows of the epoch; fewer than `most` at its end."""
        if self.rows == 0:
            raise CannotDraw(f"{self._pass.name} has no training rows")
        if self.cursor >= self.rows:
            self.epoch, self.cursor, self._order = self.epoch + 1, 0, None
        if self._order is None:
            self._order = self._order_of(self.epoch)
        rows = self._order[self.cursor : self.cursor + most]
        self.cursor += len(rows)
        return Batch(self.epoch, rows)

    def next(self, accumulate: int) -> list[Batch]:
        """Returns the batches of an update."""
        size = self._pass.batch
        taken = self.at_most(size * accumulate)
        return [Batch(taken.epoch, taken.rows[at : at + size]) for at in range(0, len(taken.rows), size)]

    def take(self, count: int) -> list[Batch]:
        """Returns exactly `count` rows, from as many epochs as necessary, in batches of at most the stage's size."""
        batches: list[Batch] = []
        while count > 0:
            taken = self.at_most(count)
            count -= len(taken.rows)
            for at in range(0, len(taken.rows), self._pass.batch):
                batches.append(Batch(taken.epoch, taken.rows[at : at + self._pass.batch]))
        return batches

    def _order_of(self, epoch: int) -> list[int]:
        rows, window = self.rows, self._pass.window
        key = (self._plan.stage, self._pass.name, epoch)
        if window is None or window >= rows:
            return Generator(self._plan.seed, "order of rows", *key).permutation(rows)
        block = -(-window // _BLOCKS)
        blocks = Generator(self._plan.seed, "order of blocks", *key).permutation(-(-rows // block))
        near = [row for of in blocks for row in range(of * block, min(rows, (of + 1) * block))]
        order: list[int] = []
        for index, start in enumerate(range(0, rows, window)):
            own = near[start : start + window]
            drawn = Generator(self._plan.seed, "order in a window", *key, index).permutation(len(own))
            order += [own[at] for at in drawn]
        return order


class Updates:
    """Chooses the tasks and rows of every update. `state_dict` is small, and enough to continue exactly."""

    def __init__(self, plan: Plan, shards: dict[str, Shards]) -> None:
        self._plan, self._shards = plan, shards
        raw = plan.raw
        self._random = Generator(plan.seed, "sampler", plan.stage)
        self._left: list[str] = []
        self._is_scored = raw["sampler"]["kind"] == "uncertainty"
        total = raw["length"] * raw["draws"]
        self._sampler = None if self._is_scored else open_sampler(raw["sampler"], plan.sampled, self._random, total)
        self._supplies = {each.name: Supply(plan, each, shards[each.name].rows) for each in plan.passes}

    def next(self, step: int, score: Score) -> list[PassRows]:
        """Returns the rows of an update; `score` gives the entropies of the model's predictions for some rows."""
        raw = self._plan.raw
        if self._is_scored:
            return self._selected(score)
        kind, draws, names = raw["step"]["kind"], raw["draws"], list(self._plan.tasks)
        if kind == "mixed":
            counts: dict[str, int] = dict.fromkeys(names, 0)
            for before in range(draws):
                counts[self._draw(step * draws + before)] += 1
            return [
                PassRows([task], self._pass(task), self._supplies[task].take(count))
                for task, count in counts.items()
                if count > 0
            ]
        drawn = set(names) - set(self._left) if draws == 0 else self._drawn(step, draws)
        found = []
        for each in self._plan.passes:
            together = [task for task in each.tasks if task in drawn]
            if together:
                found.append(PassRows(together, each, self._supplies[each.name].next(raw["accumulate"])))
        return found

    def _drawn(self, step: int, draws: int) -> set[str]:
        drawn: set[str] = set()
        vain = 0
        wanted = min(draws, len(self.remaining)) if self._left else draws
        while len(drawn) < wanted:
            before = len(drawn)
            drawn.add(self._draw(step * draws + before))
            vain = 0 if len(drawn) > before else vain + 1
            if vain == _VAIN:
                raise CannotDraw(f"the sampler only draws {', '.join(drawn)}, but a step has {wanted} tasks")
        return drawn

    def _draw(self, draw: int) -> str:
        if self._sampler is None:
            raise CannotDraw("this sampler chooses rows")
        while (task := self._sampler.next(draw)) in self._left:
            pass
        return task

    def _pass(self, task: str) -> Pass:
        return next(each for each in self._plan.passes if each.tasks == [task])

    def _selected(self, score: Score) -> list[PassRows]:
        options = self._plan.raw["sampler"]
        pools: list[tuple[str, Batch]] = []
        scored: list[tuple[str, int, list[float] | None, float]] = []
        for task in self.remaining:
            supply, shards = self._supplies[task], self._shards[task]
            if supply.rows == 0:
                continue
            taken = supply.at_most(options["candidates"])
            weights = shards.weights(task, taken.rows).tolist()
            pool = Batch(taken.epoch, [row for row, weight in zip(taken.rows, weights) if weight])
            entropies, most = score(task, shards, pool.rows)
            pools.append((task, pool))
            scored.append((task, len(pool.rows), entropies, most))
        chosen = most_uncertain(scored, options, self._plan.raw["draws"], self._random)
        found, first = [], 0
        for task, pool in pools:
            rows = [row for index, row in enumerate(pool.rows) if first + index in chosen]
            first += len(pool.rows)
            of = self._pass(task)
            batches = [Batch(pool.epoch, rows[at : at + of.batch]) for at in range(0, len(rows), of.batch)]
            if batches:
                found.append(PassRows([task], of, batches))
        return found

    @property
    def remaining(self) -> list[str]:
        """The tasks that updates can have."""
        return [task for task in self._plan.raw["drawable"] if task not in self._left]

    def leave(self, tasks: list[str]) -> None:
        """Removes tasks: later updates have no rows of them."""
        self._left += tasks

    def observe(self, task: str, metric: float) -> None:
        """Passes the score of a validation to the sampler; higher is better."""
        if self._sampler is not None:
            self._sampler.observe(task, metric)

    def status(self) -> dict[str, dict[str, float]]:
        """Returns what the sampler keeps of each task, by name, for the log."""
        if self._sampler is None or not self._plan.raw["draws"]:
            return {}
        status = self._sampler.status()
        return {name: {task: each[task] for task in each if task not in self._left} for name, each in status.items()}

    def state_dict(self) -> dict[str, Any]:
        """Returns the position as plain JSON."""
        return {
            "sampler": self._sampler.state() if self._sampler is not None else {},
            "position": self._random.position,
            "left": self._left,
            "supplies": {name: [each.epoch, each.cursor] for name, each in self._supplies.items()},
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continues from a position that `state_dict` returned."""
        if self._sampler is not None:
            self._sampler.restore(state["sampler"])
        self._random.position, self._left = state["position"], list(state["left"])
        for name, (epoch, cursor) in state["supplies"].items():
            supply = self._supplies[name]
            supply.epoch, supply.cursor, supply._order = epoch, cursor, None


def rows_of(update: list[PassRows], task: str) -> int:
    """Returns the number of rows of a task in an update."""
    return sum(len(batch.rows) for each in update if task in each.tasks for batch in each.batches)
