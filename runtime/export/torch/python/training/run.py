"""The folder of a run, in the form of `mtl train`, so that mtl's commands read it."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import Tensor

from .checkpoint import Checkpoints, Trained
from .distributed import Processes, whole
from .plan import Plan


def begin_run(beginning: Path, output: Path, processes: Processes) -> None:
    """Makes the folder of the run from its beginning, unless it continues."""
    lock = output / "run.lock.json"
    if processes.is_first and not lock.exists():
        # The lock comes last: a run that is killed before has none, and begins anew.
        shutil.copytree(beginning, output, dirs_exist_ok=True, ignore=shutil.ignore_patterns(lock.name))
        new_lock = output / "run.lock.new.json"
        shutil.copyfile(beginning / lock.name, new_lock)
        # The folder of the data is relative to that of the run, and the model names its run by the seal of the lock.
        root = beginning.resolve() / json.loads(new_lock.read_text("utf-8"))["root"]
        seal = _edit(new_lock, lambda made: made | {"root": os.path.relpath(root, output.resolve())})
        _edit(output / "model" / "model.json", lambda made: made | {"run": seal})
        new_lock.rename(lock)
    processes.wait()


def end_run(
    plan: Plan, output: Path, trained: Trained, checkpoints: Checkpoints, processes: Processes, best: int | None
) -> None:
    """Writes the last checkpoint and the best one as mtl has them, and the best model.

    `model.safetensors` has the names of the module; what `mtl` reads is in `checkpoints/` and `model/`.
    """
    last = checkpoints.steps()[-1]
    chosen = last if best is None else best
    names = {"last": f"step-{last:06d}", "best": f"step-{chosen:06d}"}
    for step in dict.fromkeys((last, chosen)):
        state = checkpoints.load(step)
        trained.averages.load_state_dict(state["averages"])
        with trained.averages.in_place():
            # Copies, because averages and weights are exchanged in place.
            copies = {name: whole(each).detach().cpu().clone() for name, each in trained.tensors().items()}
            tensors = {name: each.contiguous() for name, each in copies.items()}
        if processes.is_first:
            # In mtl, the keys of states that are no weights say so.
            own = {name if name in trained.named else f"state/{name}": each for name, each in tensors.items()}
            phases = [{"name": plan.stage, **names}] if step == last else []
            _save_checkpoint(output, step, own, _state(plan, output, step, state["bytes"], phases))
    if processes.is_first:
        for pointer, name in names.items():
            (output / "checkpoints" / pointer).write_text(f"{name}\n", "utf-8")
        _save(output / "model.safetensors", tensors)
        hashed = _save(output / "model" / "model.safetensors", own)
        _edit(
            output / "model" / "model.json",
            lambda made: made | {"files": made["files"] | {"model.safetensors": hashed}},
        )
    processes.wait()


def _state(plan: Plan, output: Path, step: int, logged: int, phases: list[dict[str, str]]) -> dict[str, Any]:
    """Returns the state of a checkpoint of mtl; that from which `train.py` continues is in `torch-checkpoints/`."""
    return {
        "version": 1,
        "phase": plan.stage,
        "step": step,
        "runStep": step,
        "finished": bool(phases),
        "phases": phases,
        "seed": plan.seed,
        **{name: {} for name in ("sampler", "balance", "supplies", "usedRows", "updates")},
        "samplerPosition": 0,
        "balancePosition": 0,
        "best": None,
        "earlyStop": {"best": None, "waited": 0},
        "metricsBytes": logged,
        "run": json.loads((output / "run.lock.json").read_text("utf-8"))["seal"],
    }


def _save_checkpoint(output: Path, step: int, tensors: dict[str, Tensor], state: dict[str, Any]) -> None:
    path = output / "checkpoints" / f"step-{step:06d}"
    partial = path.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    files = {"model.safetensors": tensors, "optimizer.safetensors": {}}
    hashes = {name: _save(partial / name, own) for name, own in files.items()}
    (partial / "state.json").write_text(json.dumps(state), "utf-8")
    _edit(partial / "state.json", lambda made: made | {"files": hashes})
    shutil.rmtree(path, ignore_errors=True)
    partial.rename(path)


def _save(path: Path, tensors: dict[str, Tensor]) -> str:
    """Writes tensors. Returns the SHA-256 of the file."""
    partial = path.with_suffix(".partial")
    save_file(tensors, partial)
    hashed = hashlib.sha256()
    with partial.open("rb") as file:
        while piece := file.read(2**20):
            hashed.update(piece)
    partial.rename(path)
    return hashed.hexdigest()


def _edit(path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> str:
    """Changes a file that has a seal: the hash of its other content. Returns the seal."""
    content = json.loads(path.read_text("utf-8"))
    content.pop("seal", None)
    content = change(content)
    plain = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    seal = hashlib.sha256(plain.encode("utf-8")).hexdigest()
    content["seal"] = seal
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    partial.rename(path)
    return seal
