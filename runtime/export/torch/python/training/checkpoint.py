"""Distributed checkpoints (DCP), from which a run whose processes were killed continues with the same numbers.

Each process writes its part of the weights and moments. A checkpoint is written under another name and then renamed, so
that it is complete or absent.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import torch.distributed.checkpoint as dcp
from torch import Tensor, nn
from torch.optim import Optimizer

from .distributed import Processes

Named = dict[str, nn.Parameter]


class Checkpoints:
    """The checkpoints of a run: weights `named` as the optimizer has them, other state of the model, and moments."""

    def __init__(
        self, folder: Path, processes: Processes, keep: int, model: nn.Module, named: Named, optimizer: Optimizer
    ) -> None:
        self._folder, self._processes, self._keep = folder, processes, keep
        self._model, self._named, self._optimizer = model, named, optimizer
        if processes.is_first:
            folder.mkdir(parents=True, exist_ok=True)
        processes.wait()

    def steps(self) -> list[int]:
        """Returns the steps of the complete checkpoints, in order."""
        found = (re.fullmatch(r"step-(\d+)", path.name) for path in self._folder.iterdir())
        return sorted(int(match[1]) for match in found if match)

    def save(self, step: int, state: dict[str, Any]) -> None:
        """Writes a checkpoint, and removes the oldest ones."""
        path = self._path(step)
        partial = path.with_suffix(".partial")
        if self._processes.is_first:
            shutil.rmtree(partial, ignore_errors=True)
        self._processes.wait()
        dcp.save(self._tensors(), checkpoint_id=partial, no_dist=self._processes.world == 1)
        if self._processes.is_first:
            (partial / "state.json").write_text(json.dumps(state), "utf-8")
            shutil.rmtree(path, ignore_errors=True)
            partial.rename(path)
            for old in self.steps()[: -self._keep]:
                shutil.rmtree(self._path(old))
        self._processes.wait()

    def load(self) -> dict[str, Any] | None:
        """Reads the newest checkpoint into the model and the optimizer; `None` if there is none."""
        steps = self.steps()
        if not steps:
            return None
        path = self._path(steps[-1])
        dcp.load(self._tensors(), checkpoint_id=path, no_dist=self._processes.world == 1)
        return json.loads((path / "state.json").read_text("utf-8"))

    def _path(self, step: int) -> Path:
        return self._folder / f"step-{step:06d}"

    def _tensors(self) -> dict[str, Tensor]:
        names = {id(parameter): name for name, parameter in self._named.items()}
        found = {f"model.{name}": tensor for name, tensor in tensors_of(self._model, self._named).items()}
        for parameter, slots in self._optimizer.state.items():
            for slot, values in slots.items():
                found[f"optimizer.{names[id(parameter)]}.{slot}"] = values
        return found


def tensors_of(model: nn.Module, named: Named) -> dict[str, Tensor]:
    """Returns weights and other state by name; under FSDP this process's parts, whatever is gathered at the moment."""
    return {name: named.get(name, tensor) for name, tensor in model.state_dict().items()}
