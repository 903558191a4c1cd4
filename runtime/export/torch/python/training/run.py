"""The folder of a run, in the form of `mtl train`, so that mtl's commands read it."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import nn

from .checkpoint import Named, tensors_of
from .distributed import Processes, whole


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


def end_run(output: Path, model: nn.Module, named: Named, processes: Processes) -> None:
    """Writes the whole model, as one safetensors file by the names that the model has, and for mtl's own commands."""
    tensors = {name: whole(tensor).detach().cpu().contiguous() for name, tensor in tensors_of(model, named).items()}
    if processes.is_first:
        _save(output / "model.safetensors", tensors)
        # In mtl, the keys of states that are no weights say so.
        own = {name if name in named else f"state/{name}": tensor for name, tensor in tensors.items()}
        path = output / "model" / "model.safetensors"
        _save(path, own)
        hashed = hashlib.sha256(path.read_bytes()).hexdigest()
        _edit(
            output / "model" / "model.json",
            lambda made: made | {"files": made["files"] | {"model.safetensors": hashed}},
        )
    processes.wait()


def _save(path: Path, tensors: dict[str, Any]) -> None:
    partial = path.with_suffix(".partial")
    save_file(tensors, partial)
    partial.rename(path)


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
