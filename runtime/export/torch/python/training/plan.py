"""What `training.json` and `data/manifest.json` say of the stage."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .samplers import SampledTask


@dataclass(frozen=True)
class Site:
    """A dropout or its kin, which takes random bytes; `each` counts its rows for each row of a batch."""

    site: str
    shape: tuple[int, ...]
    each: int
    bytes: int
    moved: tuple[int, int, float] | None


@dataclass(frozen=True)
class Task:
    """A task of the stage: what it predicts, how it is measured, and its random sites."""

    name: str
    rows: int
    steps: int
    target: str
    classes: list[str]
    means: list[float]
    deviations: list[float]
    metrics: list[dict[str, Any]]
    sites: list[Site]


@dataclass(frozen=True)
class Pass:
    """Tasks that share the rows of a batch."""

    tasks: list[str]
    batch: int
    window: int | None

    @property
    def name(self) -> str:
        return "+".join(self.tasks)


@dataclass(frozen=True)
class Plan:
    """The stage that `train.py` trains. `raw` is `training.json` as it is."""

    raw: dict[str, Any]
    tasks: dict[str, Task]
    passes: list[Pass]
    manifest: dict[str, Any]
    folder: Path

    @property
    def stage(self) -> str:
        return self.raw["stage"]

    @property
    def seed(self) -> int:
        return self.raw["seed"]

    @property
    def sampled(self) -> list[SampledTask]:
        return [SampledTask(task.name, task.rows, task.steps) for task in self.tasks.values()]

    def in_mean(self, weight: float) -> float:
        """Returns the divisor of a mean over rows by the sum of their weights."""
        return max(weight, 1.0) if self.raw["weighted_mean"] == "at_least_one" else weight


def read_plan(folder: Path, ignored: list[str]) -> Plan:
    """Reads the stage of an exported folder, without the parts that the command line wants ignored."""
    raw = json.loads((folder / "training.json").read_text("utf-8"))
    if f"balance: {raw['balance']['kind']}" in ignored:
        raw["balance"] = {"kind": "fixed"}
    if "early_stop" in ignored:
        raw["selection"]["early_stop"] = None
    manifest = json.loads((folder / "data" / "manifest.json").read_text("utf-8"))
    tasks = {each["name"]: _task(each) for each in raw["tasks"]}
    passes = [Pass(each["tasks"], each["batch"], each["window"]) for each in raw["passes"]]
    return Plan(raw, tasks, passes, manifest, folder)


def refusals(plan: Plan, ignored: list[str], world: int, unmeasured: list[str], has_tables: bool) -> list[str]:
    """Returns a sentence for each part of the stage that cannot be trained here, so that nothing starts."""
    found = []
    for limit in plan.raw["refused"]:
        if limit["ignorable"] and limit["name"] in ignored:
            continue
        way = f' To train without it: --ignore "{limit["name"]}".' if limit["ignorable"] else ""
        found.append(f"{limit['name']} is not supported. {limit['reason']}{way}")
    watched = [
        name
        for task in plan.tasks.values()
        for name in [f"{task.name}.{metric['name']}" for metric in task.metrics[:1]]
        if name in unmeasured
    ]
    if "stop_and_go" in json.dumps(plan.raw["sampler"]) and watched:
        found.append(f"The sampler stop_and_go judges tasks by {', '.join(watched)}, which is not measured here.")
    if plan.manifest["inputs"] == "raw" and not has_tables:
        found.append(
            "The inputs are not in this folder. Name the folder that the data's paths start from: --raw FOLDER."
        )
    if plan.manifest["inputs"] == "written" and has_tables:
        found.append("The inputs are in this folder, so that --raw has no use.")
    stop = plan.raw["selection"]["early_stop"]
    judged = [f"{each['task']}.{each['name']}" for each in stop["measures"]] if stop else []
    if unknown := [name for name in judged if name in unmeasured]:
        found.append(
            f"early_stop judges {', '.join(unknown)}, which is not measured here. To make every update: "
            "--ignore early_stop."
        )
    if world > 1 and plan.raw["comparing"] and "local negatives" not in ignored:
        found.append(
            f"{', '.join(plan.raw['comparing'])} compares the rows of a batch, which {world} processes would divide. "
            'To compare the rows of each process alone: --ignore "local negatives".'
        )
    return found


def _task(raw: dict[str, Any]) -> Task:
    return Task(
        name=raw["name"],
        rows=raw["rows"],
        steps=raw["steps"],
        target=raw["target"],
        classes=raw["classes"],
        means=raw["scale"]["means"],
        deviations=raw["scale"]["deviations"],
        metrics=raw["metrics"],
        sites=[_site(each) for each in raw["random"]],
    )


def _site(raw: dict[str, Any]) -> Site:
    moved = raw.get("moved")
    return Site(
        site=raw["site"],
        shape=tuple(raw["shape"]),
        each=raw["each"],
        bytes=raw["bytes"],
        moved=(moved["from"], moved["to"], moved["share"]) if moved else None,
    )
