"""Distributed checkpoints (DCP), from which a run whose processes were killed continues with the same numbers.

Each process writes its part of the weights and moments. A checkpoint is written under another name and then renamed, so
that it is complete or absent.
"""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch.distributed.checkpoint as dcp
from torch import Tensor, nn
from torch.optim import Optimizer

from .averages import Averages
from .distributed import Processes


@dataclass(frozen=True)
class Trained:
    """What training changes. `named` are the weights as the optimizer has them."""

    model: nn.Module
    named: dict[str, nn.Parameter]
    optimizer: Optimizer
    averages: Averages

    def tensors(self) -> dict[str, Tensor]:
        """Returns weights and other state by name; under FSDP this process's parts, whatever is gathered now."""
        return {name: self.named.get(name, tensor) for name, tensor in self.model.state_dict().items()}


class Checkpoints:
    """The checkpoints of a run: weights, other state of the model, their averages, and moments."""

    def __init__(self, folder: Path, processes: Processes, keep: int, trained: Trained) -> None:
        self._folder, self._processes, self._keep, self._trained = folder, processes, keep, trained
        if processes.is_first:
            folder.mkdir(parents=True, exist_ok=True)
        processes.wait()

    def steps(self) -> list[int]:
        """Returns the steps of the complete checkpoints, in order."""
        found = (re.fullmatch(r"step-(\d+)", path.name) for path in self._folder.iterdir())
        return sorted(int(match[1]) for match in found if match)

    def save(self, step: int, state: dict[str, Any], best: int | None) -> None:
        """Writes a checkpoint, and removes the oldest ones but the best."""
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
                if old != best:
                    shutil.rmtree(self._path(old))
        self._processes.wait()

    def load_newest(self) -> dict[str, Any] | None:
        """Reads the newest checkpoint into the model and the optimizer; `None` if there is none."""
        steps = self.steps()
        return self.load(steps[-1]) if steps else None

    def load(self, step: int) -> dict[str, Any]:
        """Reads the checkpoint of a step."""
        path = self._path(step)
        dcp.load(self._tensors(), checkpoint_id=path, no_dist=self._processes.world == 1)
        return json.loads((path / "state.json").read_text("utf-8"))

    def _path(self, step: int) -> Path:
        return self._folder / f"step-{step:06d}"

    def _tensors(self) -> dict[str, Tensor]:
        trained = self._trained
        names = {id(parameter): name for name, parameter in trained.named.items()}
        found = {f"model.{name}": tensor for name, tensor in trained.tensors().items()}
        found |= {f"average.{name}": tensor for name, tensor in trained.averages.tensors.items()}
        for parameter, slots in trained.optimizer.state.items():
            for slot, values in slots.items():
                found[f"optimizer.{names[id(parameter)]}.{slot}"] = values
        return found
