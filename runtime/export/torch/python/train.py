"""Trains the model of this folder as its specification says, alone or with `torchrun`.

    python train.py --output runs/first
    torchrun --nproc_per_node 2 train.py --output runs/first          # DDP: each process has the model
    torchrun --nproc_per_node 8 train.py --output runs/first --fsdp --bf16 --compile

A run that was killed continues from its newest checkpoint when the same command is given again, with the same numbers
as if it had not been killed. `mtl report`, `mtl diff` and `mtl predict` read the folder of the run.
"""

import argparse
import math
import sys
from pathlib import Path
from typing import Any

import torch
from model import EVALUATED, Model
from safetensors.torch import load_file
from torch.nn.utils import clip_grad_norm_

from training.averages import Averages
from training.backward import Backward
from training.balance import Losses
from training.checkpoint import Checkpoints, Trained
from training.distributed import Processes, join_processes, replicated, sharded_by_block, whole
from training.measures import unmeasured
from training.metrics import MetricsLog, known_of, open_copies, shown
from training.objective import Objective, Parts, in_training
from training.optim import duration_in_steps, open_optimizer, set_rate, touch
from training.plan import Plan, read_plan, refusals
from training.raw import open_split
from training.run import begin_run, end_run
from training.selection import Selection, Values
from training.updates import Updates
from training.validation import Validation

HERE = Path(__file__).resolve().parent


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("runs/torch"), help="the folder of the run")
    parser.add_argument("--steps", type=count, help="at most this number of updates")
    parser.add_argument("--fsdp", action="store_true", help="divide weights and moments among the processes (FSDP2)")
    parser.add_argument("--bf16", action="store_true", help="compute in bfloat16; weights and moments stay float32")
    parser.add_argument("--compile", action="store_true", help="compile the model by torch.compile")
    parser.add_argument("--micro", type=count, default=1, help="parts of a batch that are computed one after another")
    parser.add_argument("--save-every", type=count, help="updates between two checkpoints, beside those of validations")
    parser.add_argument("--keyed", action="store_true", help="draw the bytes of dropout that mtl draws; slower")
    parser.add_argument("--raw", type=Path, help="read inputs from the tables of the data, whose paths start here")
    parser.add_argument("--log", action="append", default=[], choices=["tensorboard", "wandb", "mlflow"])
    parser.add_argument("--ignore", action="append", default=[], help="a part of the stage to train without, by name")
    return parser.parse_args(arguments)


def count(text: str) -> int:
    """Reads a number of things of which there must be one."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def open_plan(options: argparse.Namespace, processes: Processes) -> Plan:
    """Reads the stage, and ends the program if it cannot be trained as it is."""
    plan = read_plan(HERE, options.ignore)
    problems = refusals(plan, options.ignore, processes.world, unmeasured(plan), options.raw is not None)
    if problems:
        raise SystemExit("\n".join(problems))
    plan.raw["total"] = min(plan.raw["total"], options.steps or plan.raw["total"])
    return plan


def open_model(plan: Plan, options: argparse.Namespace, processes: Processes) -> Model:
    """Makes the model with the weights that the stage begins with, on the device of this process."""
    model = Model()
    model.load_state_dict(load_file(HERE / "model.safetensors"))
    names = {weight["name"] for weight in plan.raw["weights"] if weight["trainable"] and weight["kind"] == "weight"}
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name in names)
    model.to(processes.device)
    if options.fsdp:
        sharded_by_block(model)
    if options.compile:
        model.compile()
    return model


class Training:
    """The stage while it is trained: its parts, and how many updates are done."""

    def __init__(self, plan: Plan, options: argparse.Namespace, processes: Processes) -> None:
        self._plan, self._options, self._processes = plan, options, processes
        self._every = max(1, duration_in_steps(plan.raw["every"], plan.raw["total"]))
        self._model = model = open_model(plan, options, processes)
        objective = Objective(model)
        net = objective if options.fsdp else replicated(objective, processes)
        self._named = dict(model.named_parameters())
        self._optimizer, self._averages = open_optimizer(plan, self._named), Averages(plan, model, self._named)
        shards = open_split(plan, "train", options.raw)
        self._updates, self._selection = Updates(plan, shards), Selection(plan)
        parts = Parts(plan, shards, processes, options.micro, options.keyed)
        self._backward = Backward(plan, processes, net, model, parts, options.bf16)
        measured = open_split(plan, "validation", options.raw)
        self._validation = Validation(plan, measured, processes, model, options.bf16)
        self._trained = Trained(model, self._named, self._optimizer, self._averages)
        self._checkpoints = Checkpoints(
            options.output / "torch-checkpoints", processes, plan.raw["keep"], self._trained
        )
        self._resume()

    def _resume(self) -> None:
        """Continues from the newest checkpoint, or begins, and opens the log where that ends."""
        self._resumable: dict[str, Any] = {
            "updates": self._updates,
            "selection": self._selection,
            "backward": self._backward,
            "averages": self._averages,
        }
        state = self._checkpoints.load_newest() or {"step": 0, "bytes": 0, "ended": False}
        for name, part in self._resumable.items():
            if name in state:
                part.load_state_dict(state[name])
        self._step, self._ended = state["step"], state["ended"]
        output, is_first = self._options.output, self._processes.is_first
        copies = open_copies(self._options.log, output, vars(self._options)) if is_first else []
        self._log = MetricsLog(output if is_first else None, self._plan.stage, state["bytes"], copies)
        if is_first and self._step == 0 and unmeasured(self._plan):
            print(f"Not measured here: {', '.join(unmeasured(self._plan))}.", file=sys.stderr)

    def run(self) -> Values:
        """Trains to the end of the stage. Returns the values of the last validation, by task."""
        total, save_every = self._plan.raw["total"], self._options.save_every
        values: Values = {}
        while self._step < total and not self._ended:
            epoch, losses = self._update(total)
            is_due = self._step % self._every == 0 or self._step == total
            if is_due:
                values = self._validate(epoch, losses, total)
            if is_due or (save_every and self._step % save_every == 0):
                self._save()
        if self._processes.is_first and self._ended:
            print(f"The stage ends early after update {self._step}: no gain.")
        end_run(
            self._plan, self._options.output, self._trained, self._checkpoints, self._processes, self._selection.best
        )
        return values

    def _update(self, total: int) -> tuple[int, Losses]:
        """Makes the next update. Returns its epoch, and the loss of each of its tasks."""
        plan, clip = self._plan, self._plan.raw["clip"]
        in_training(self._model, EVALUATED.get(plan.stage, frozenset()), self._step / total)
        rate = set_rate(plan, self._optimizer, self._step)
        update = self._updates.next(self._step, self._validation.entropies)
        losses, factors = self._backward.run(self._step, update)
        if not all(map(math.isfinite, losses.values())):
            raise SystemExit(f"The loss became {losses} in update {self._step + 1}.")
        touch(plan, self._named, set(losses))
        norm = None if clip is None else whole(clip_grad_norm_(self._named.values(), clip)).item()
        self._optimizer.step()
        self._averages.follow()
        self._optimizer.zero_grad(set_to_none=True)
        self._backward.learn()
        self._step += 1
        epoch = max(batch.epoch for each in update for batch in each.batches)
        self._log.updated(self._step, epoch, known_of(plan, update, losses, factors), rate, norm)
        return epoch, losses

    def _validate(self, epoch: int, losses: Losses, total: int) -> Values:
        """Measures the model, and takes the consequences. Returns the values of each task by name."""
        step, updates = self._step, self._updates
        with self._averages.in_place():
            values = self._validation.measure(max(each.batch for each in self._plan.passes))
        verdict = self._selection.judge(step, values, updates.remaining)
        for task, measured in values.items():
            updates.observe(task, self._validation.score(measured, task))
        self._log.validated(step, epoch, values, verdict, updates.status())
        if self._processes.is_first:
            print(f"update {step} of {total}: loss {sum(losses.values()):.4g}; {shown(values)}", flush=True)
        if step < total:
            updates.leave(verdict.leaving)
            self._log.left(step, epoch, verdict.leaving)
            self._ended = verdict.ends
        return values

    def _save(self) -> None:
        """Writes a checkpoint from which the same command continues."""
        position = {"step": self._step, "bytes": self._log.position(), "ended": self._ended}
        parts = {name: part.state_dict() for name, part in self._resumable.items()}
        self._checkpoints.save(self._step, position | parts, self._selection.best)


def train(options: argparse.Namespace) -> Values:
    """Trains the stage to its end. Returns the values of the last validation, by task."""
    processes = join_processes()
    plan = open_plan(options, processes)
    begin_run(HERE / "run", options.output, processes)
    return Training(plan, options, processes).run()


if __name__ == "__main__":
    train(options_of())
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()
