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

from training.checkpoint import Checkpoints
from training.data import Shards
from training.distributed import exchanging, join_processes, replicated, sharded_by_block, whole, with_last
from training.measures import unmeasured
from training.metrics import MetricsLog, open_copies, shown
from training.objective import Objective, Parts, in_training
from training.optim import duration_in_steps, open_optimizer, set_rate, touch
from training.plan import read_plan, refusals
from training.run import begin_run, end_run
from training.updates import Updates, rows_of
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
    parser.add_argument("--log", action="append", default=[], choices=["tensorboard", "wandb", "mlflow"])
    parser.add_argument("--ignore", action="append", default=[], help="a part of the stage to train without, by name")
    return parser.parse_args(arguments)


def train(options: argparse.Namespace) -> dict[str, Any]:
    """Trains the stage to its end. Returns the values of the last validation, by task."""
    plan, processes = read_plan(HERE), join_processes()
    problems = refusals(plan, options.ignore, processes.world, unmeasured(plan))
    if problems:
        raise SystemExit("\n".join(problems))
    raw = plan.raw
    total = raw["total"] = min(raw["total"], options.steps or raw["total"])
    every = max(1, duration_in_steps(raw["every"], total))
    begin_run(HERE / "run", options.output, processes)

    model = Model()
    model.load_state_dict(load_file(HERE / "model.safetensors"))
    trained = {weight["name"] for weight in raw["weights"] if weight["trainable"] and weight["kind"] == "weight"}
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name in trained)
    model.to(processes.device)
    if options.fsdp:
        sharded_by_block(model)
    if options.compile:
        model.compile()
    objective = Objective(model)
    net = objective if options.fsdp else replicated(objective, processes)
    named = dict(model.named_parameters())
    optimizer = open_optimizer(plan, named)

    shards = {each.name: Shards(HERE / "data", plan.data[each.name]["train"]) for each in plan.passes}
    updates = Updates(plan, shards)
    parts = Parts(plan, shards, processes, options.micro, options.keyed)
    validation = Validation(plan, processes, model, options.bf16)
    checkpoints = Checkpoints(options.output / "torch-checkpoints", processes, raw["keep"], model, named, optimizer)
    state = checkpoints.load() or {"step": 0, "bytes": 0}
    if "updates" in state:
        updates.load_state_dict(state["updates"])
    copies = open_copies(options.log, options.output, vars(options)) if processes.is_first else []
    log = MetricsLog(options.output if processes.is_first else None, plan.stage, state["bytes"], copies)
    if processes.is_first and state["step"] == 0 and unmeasured(plan):
        print(f"Not measured here: {', '.join(unmeasured(plan))}.", file=sys.stderr)

    values: dict[str, Any] = {}
    for step in range(state["step"], total):
        in_training(model, EVALUATED.get(plan.stage, frozenset()), step / total)
        torch.manual_seed((plan.seed * 1_000_003 + step) * processes.world + processes.rank)
        rate = set_rate(plan, optimizer, step)
        update = updates.next(step, validation.entropies)
        losses: dict[str, torch.Tensor] = {}
        for own, is_last in with_last(parts.groups(update)):
            with exchanging(net, model, is_last):
                with torch.autocast(processes.device.type, torch.bfloat16, enabled=options.bf16):
                    loss, found = net(own)
                loss.backward()
            for task, each in found.items():
                losses[task] = losses[task] + each if task in losses else each
        touch(plan, named, set(losses))
        norm = torch.tensor(math.nan)
        if raw["clip"] is not None:
            norm = whole(torch.nn.utils.clip_grad_norm_(named.values(), raw["clip"]))
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

        share = processes.world / (len(losses) if raw["step"]["kind"] == "mixed" else 1)
        means = (processes.summed(torch.stack(list(losses.values()))) / share).tolist()
        if not all(map(math.isfinite, means)):
            raise SystemExit(f"The loss of {', '.join(losses)} became {means} in update {step + 1}.")
        epoch = max(batch.epoch for each in update for batch in each.batches)
        rows = {task: rows_of(update, task) for task in losses} if raw["step"]["kind"] == "mixed" else {}
        log.updated(step + 1, epoch, dict(zip(losses, means)), rate, None if raw["clip"] is None else norm.item(), rows)
        is_due = (step + 1) % every == 0 or step + 1 == total
        if is_due:
            values = validation.measure(max(each.batch for each in plan.passes))
            for task, measured in values.items():
                updates.observe(task, validation.score(measured, task))
            log.validated(step + 1, epoch, values, updates.status())
            if processes.is_first:
                print(f"update {step + 1} of {total}: loss {sum(means):.4g}; {shown(values)}", flush=True)
        if is_due or (options.save_every and (step + 1) % options.save_every == 0):
            position = {"step": step + 1, "bytes": log.position(), "updates": updates.state_dict()}
            checkpoints.save(step + 1, position)
    end_run(options.output, model, named, processes)
    return values


if __name__ == "__main__":
    train(options_of())
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()
