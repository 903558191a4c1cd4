"""The log `metrics.jsonl`, in the form of `mtl train`, and copies of it for TensorBoard, W&B and MLflow."""

import datetime
import json
import math
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from .plan import Plan
from .selection import TOGETHER, Verdict
from .updates import PassRows, rows_of

Copy = Callable[[str, float, int], None]
Values = dict[str, dict[str, float]]


def shown(values: Values) -> str:
    """Returns the values of a validation in one line."""
    return ", ".join(f"{task} {name} {value:.4g}" for task, each in values.items() for name, value in each.items())


def known_of(
    plan: Plan, update: list[PassRows], losses: dict[str, float], factors: dict[str, float]
) -> dict[str, dict[str, float]]:
    """Returns what an update tells of each task, by name: loss, rows of a mixed step, the factor of a balance."""
    is_mixed = plan.raw["step"]["kind"] == "mixed"
    return {
        task: {
            "loss": loss,
            **({"rows": rows_of(update, task)} if is_mixed else {}),
            **({"loss_scale": factors[task]} if task in factors else {}),
        }
        for task, loss in losses.items()
    }


class MetricsLog:
    """Appends events to `metrics.jsonl`; without a folder, as in all processes but the first, it logs nothing."""

    def __init__(self, folder: Path | None, stage: str, bytes_before: int, copies: list[Copy]) -> None:
        self._stage, self._copies = stage, copies
        self._file: TextIO | None = None
        if folder is None:
            return
        path = folder / "metrics.jsonl"
        path.touch()
        self._file = path.open("r+", encoding="utf-8", newline="\n")
        self._file.truncate(bytes_before)
        self._file.seek(bytes_before)

    def add(self, step: int, epoch: int, task: str | None, split: str, name: str, value: float) -> None:
        """Adds a number; one that is not finite is `null`."""
        if self._file is None:
            return
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        event = {
            "step": step,
            "epoch": epoch,
            "time": now.replace("+00:00", "Z"),
            "stage": self._stage,
            "task": task,
            "split": split,
            "name": name,
            "value": value if math.isfinite(value) else None,
        }
        self._file.write(json.dumps(event, separators=(",", ":")) + "\n")
        for copy in self._copies:
            copy("/".join(part for part in (split, task, name) if part), value, step)

    def left(self, step: int, epoch: int, tasks: list[str]) -> None:
        """Logs the tasks that leave the stage."""
        for task in tasks:
            self.add(step, epoch, task, "train", "early_stop/left", 1)

    def position(self) -> int:
        """Writes what was added to the disk. Returns the length of the file."""
        if self._file is None:
            return 0
        self._file.flush()
        return self._file.tell()

    def updated(
        self, step: int, epoch: int, tasks: dict[str, dict[str, float]], rate: float, norm: float | None
    ) -> None:
        """Logs an update: what is known of each task, and the norm of the gradient before it was clipped."""
        for task, known in tasks.items():
            for name, value in known.items():
                self.add(step, epoch, task, "train", name, value)
        if norm is not None:
            self.add(step, epoch, next(iter(tasks)) if len(tasks) == 1 else None, "train", "gradient_norm", norm)
        self.add(step, epoch, None, "train", "rate", rate)

    def validated(self, step: int, epoch: int, values: Values, verdict: Verdict, status: Values) -> None:
        """Logs a validation, by task, what follows from it, and what the sampler keeps of each task, by name."""
        for task, measured in values.items():
            for name, value in measured.items():
                self.add(step, epoch, task, "validation", name, value)
        if verdict.score is not None:
            self.add(step, epoch, None, "validation", "score", verdict.score)
        for task, waited in verdict.waits.items():
            self.add(step, epoch, None if task == TOGETHER else task, "train", "early_stop/waited", waited)
        for name, each in status.items():
            for task, value in each.items():
                self.add(step, epoch, task, "train", f"sampler/{name}", value)


def open_copies(names: list[str], folder: Path, config: dict[str, Any]) -> list[Copy]:
    """Opens the copies of the log that were asked for: `tensorboard`, `wandb`, `mlflow`."""
    return [_copies[name](folder, config) for name in names]


def _tensorboard(folder: Path, config: dict[str, Any]) -> Copy:
    writer = import_module("torch.utils.tensorboard").SummaryWriter(str(folder / "tensorboard"))
    return lambda name, value, step: writer.add_scalar(name, value, step)


def _wandb(folder: Path, config: dict[str, Any]) -> Copy:
    wandb = import_module("wandb")
    run = wandb.init(dir=str(folder), config=config, resume="allow", id=folder.name)
    return lambda name, value, step: run.log({name: value}, step=step)


def _mlflow(folder: Path, config: dict[str, Any]) -> Copy:
    mlflow = import_module("mlflow")
    mlflow.start_run(run_name=folder.name)
    mlflow.log_params({name: str(value)[:500] for name, value in config.items()})
    return lambda name, value, step: mlflow.log_metric(name.replace("(", "_").replace(")", "_"), value, step=step)


_copies: dict[str, Callable[[Path, dict[str, Any]], Copy]] = {
    "tensorboard": _tensorboard,
    "wandb": _wandb,
    "mlflow": _mlflow,
}
