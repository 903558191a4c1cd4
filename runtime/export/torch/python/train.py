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
from training.checkpoint import Checkpoints, Trained
from training.distributed import join_processes, replicated, sharded_by_block, whole
from training.measures import unmeasured
from training.metrics import MetricsLog, known_of, open_copies, shown
from training.objective import Objective, Parts, in_training
from training.optim import duration_in_steps, open_optimizer, set_rate, touch
from training.plan import read_plan, refusals
from training.raw import open_split
from training.run import begin_run, end_run
from training.selection import Selection
from training.updates import Updates
from training.validation import Validation

HERE = Path(__file__).resolve().parent


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("runs/torch"), help="the folder of the run")
    parser.add_argument("--steps", type=int, help="at most this number of updates")
    parser.add_argument("--fsdp", action="store_true", help="divide weights and moments among the processes (FSDP2)")
    parser.add_argument("--bf16", action="store_true", help="compute in bfloat16; weights and moments stay float32")
    parser.add_argument("--compile", action="store_true", help="compile the model by torch.compile")
    parser.add_argument("--micro", type=int, default=1, help="parts of a batch that are computed one after another")
    parser.add_argument("--save-every", type=int, help="updates between two checkpoints, beside those of validations")
    parser.add_argument("--keyed", action="store_true", help="draw the bytes of dropout that mtl draws; slower")
    parser.add_argument("--raw", type=Path, help="read inputs from the tables of the data, whose paths start here")
    parser.add_argument("--log", action="append", default=[], choices=["tensorboard", "wandb", "mlflow"])
    parser.add_argument("--ignore", action="append", default=[], help="a part of the stage to train without, by name")
    return parser.parse_args(arguments)


def train(options: argparse.Namespace) -> dict[str, Any]:
    """Trains the stage to its end. Returns the values of the last validation, by task."""
    plan, processes = read_plan(HERE, options.ignore), join_processes()
    problems = refusals(plan, options.ignore, processes.world, unmeasured(plan), options.raw is not None)
    if problems:
        raise SystemExit("\n".join(problems))
    raw = plan.raw
    total = raw["total"] = min(raw["total"], options.steps or raw["total"])
    every = max(1, duration_in_steps(raw["every"], total))
    begin_run(HERE / "run", options.output, processes)

    model = Model()
    model.load_state_dict(load_file(HERE / "model.safetensors"))
    names = {weight["name"] for weight in raw["weights"] if weight["trainable"] and weight["kind"] == "weight"}
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name in names)
    model.to(processes.device)
    if options.fsdp:
        sharded_by_block(model)
    if options.compile:
        model.compile()
    objective = Objective(model)
    net = objective if options.fsdp else replicated(objective, processes)
    named = dict(model.named_parameters())
    optimizer, averages = open_optimizer(plan, named), Averages(plan, model, named)

    shards = open_split(plan, "train", options.raw)
    updates, selection = Updates(plan, shards), Selection(plan)
    parts = Parts(plan, shards, processes, options.micro, options.keyed)
    backward = Backward(plan, processes, net, model, parts, options.bf16)
    validation = Validation(plan, open_split(plan, "validation", options.raw), processes, model, options.bf16)
    trained = Trained(model, named, optimizer, averages)
    checkpoints = Checkpoints(options.output / "torch-checkpoints", processes, raw["keep"], trained)
    resumable: dict[str, Any] = {"updates": updates, "selection": selection, "backward": backward, "averages": averages}
    state = checkpoints.load_newest() or {"step": 0, "bytes": 0, "ended": False}
    for name, part in resumable.items():
        if name in state:
            part.load_state_dict(state[name])
    copies = open_copies(options.log, options.output, vars(options)) if processes.is_first else []
    log = MetricsLog(options.output if processes.is_first else None, plan.stage, state["bytes"], copies)
    if processes.is_first and state["step"] == 0 and unmeasured(plan):
        print(f"Not measured here: {', '.join(unmeasured(plan))}.", file=sys.stderr)

    values: dict[str, Any] = {}
    step, ended = state["step"], state["ended"]
    while step < total and not ended:
        in_training(model, EVALUATED.get(plan.stage, frozenset()), step / total)
        rate = set_rate(plan, optimizer, step)
        update = updates.next(step, validation.entropies)
        losses, factors = backward.run(step, update)
        if not all(map(math.isfinite, losses.values())):
            raise SystemExit(f"The loss became {losses} in update {step + 1}.")
        touch(plan, named, set(losses))
        norm = None if raw["clip"] is None else whole(clip_grad_norm_(named.values(), raw["clip"])).item()
        optimizer.step()
        averages.follow()
        optimizer.zero_grad(set_to_none=True)
        backward.learn()

        step += 1
        epoch = max(batch.epoch for each in update for batch in each.batches)
        log.updated(step, epoch, known_of(plan, update, losses, factors), rate, norm)
        is_due = step % every == 0 or step == total
        if is_due:
            with averages.in_place():
                values = validation.measure(max(each.batch for each in plan.passes))
            verdict = selection.judge(step, values, updates.remaining)
            for task, measured in values.items():
                updates.observe(task, validation.score(measured, task))
            log.validated(step, epoch, values, verdict, updates.status())
            if processes.is_first:
                print(f"update {step} of {total}: loss {sum(losses.values()):.4g}; {shown(values)}", flush=True)
            if step < total:
                updates.leave(verdict.leaving)
                log.left(step, epoch, verdict.leaving)
                ended = verdict.ends
        if is_due or (options.save_every and step % options.save_every == 0):
            position = {"step": step, "bytes": log.position(), "ended": ended}
            parts_of_state = {name: part.state_dict() for name, part in resumable.items()}
            checkpoints.save(step, position | parts_of_state, selection.best)
    if processes.is_first and ended:
        print(f"The stage ends early after update {step}: no gain.")
    end_run(plan, options.output, trained, checkpoints, processes, selection.best)
    return values


if __name__ == "__main__":
    train(options_of())
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()
