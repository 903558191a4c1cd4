"""Rows whose inputs are made of the tables themselves, by `preprocess.py`, instead of being in the shards.

Targets, weights and keys are in the shards; the key of a row names its data set, its file and its line.
"""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .data import Shards
from .plan import Plan

Row = dict[str, Any]


def open_split(plan: Plan, split: str, root: Path | None) -> dict[str, Shards]:
    """Opens the rows of a split, by the tasks that share them; with `root`, their inputs are read from the tables."""
    manifests = {name: splits[split] for name, splits in plan.manifest["passes"].items() if split in splits}
    folder = plan.folder / "data"
    if root is None:
        return {name: Shards(folder, manifest) for name, manifest in manifests.items()}
    tables = Tables(plan.folder, plan.manifest, root)
    return {name: RawShards(folder, manifest, tables) for name, manifest in manifests.items()}


class RawShards(Shards):
    """The rows of a split, with inputs that are read from `tables`."""

    def __init__(self, folder: Path, manifest: dict[str, Any], tables: "Tables") -> None:
        super().__init__(folder, manifest)
        self._tables = tables

    def inputs(self, task: str, rows: Sequence[int]) -> dict[str, Tensor]:
        """Returns the features of rows by the names that the model takes."""
        keys = [bytes(key).decode("utf-16-le").rstrip("\0") for key in self.keys(rows).numpy()]
        return self._tables.features(task, keys) | super().inputs(task, rows)


class Tables:
    """The tables of the data below a folder, and the preprocessing of the model."""

    def __init__(self, exported: Path, manifest: dict[str, Any], root: Path) -> None:
        from preprocess import Preprocessor

        self._preprocessor: Any = Preprocessor(exported)
        self._columns: dict[str, dict[str, str | list[str]]] = manifest["columns"]
        self._root = root
        self._open: dict[str, JsonLines | Delimited] = {}

    def features(self, task: str, keys: Sequence[str]) -> dict[str, Tensor]:
        """Returns the inputs of a task for the rows of these keys."""
        examples = [self._example(key) for key in keys]
        made = self._preprocessor.batch(task, examples, self._root)
        return {name: torch.from_numpy(values) for name, values in made.items()}

    def _example(self, key: str) -> Row:
        place, number = key.rsplit(":", 1)
        name, file = place.split("/", 1)
        if file not in self._open:
            self._open[file] = _opened(self._root / file)
        row = self._open[file].row(int(number))
        columns = self._columns[name].items()
        return {
            modality: (
                [row.get(each) for each in own] if isinstance(own, list) else self._located(file, modality, row[own])
            )
            for modality, own in columns
            if isinstance(own, list) or own in row
        }

    def _located(self, file: str, modality: str, value: Any) -> Any:
        """Returns the path of a picture or a sound, which a table names relative to itself or to the specification."""
        if self._preprocessor.modality(modality)["kind"] not in ("image", "audio") or not isinstance(value, str):
            return value
        beside = (self._root / file).parent.resolve() / value
        return str(beside) if value and beside.exists() else value


class JsonLines:
    """A file with an object on each line, of which only the beginnings of lines are kept."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._starts = np.cumsum([0, *map(len, self._file)])

    def row(self, number: int) -> Row:
        """Returns the row on a line, which is counted from 1."""
        self._file.seek(int(self._starts[number - 1]))
        return json.loads(self._file.readline())


class Delimited:
    """A table of CSV or TSV, which is read as a whole."""

    def __init__(self, path: Path) -> None:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=max(",;\t|", key=header.count))
            self._columns = [column.strip() for column in next(reader)]
            self._rows: dict[int, list[str]] = {}
            first = reader.line_num + 1
            for record in reader:
                self._rows[first] = record
                first = reader.line_num + 1

    def row(self, number: int) -> Row:
        """Returns the row that begins on a line, which is counted from 1."""
        return dict(zip(self._columns, self._rows[number]))


def _opened(path: Path) -> JsonLines | Delimited:
    kinds: dict[str, type[JsonLines] | type[Delimited]] = {
        ".jsonl": JsonLines,
        ".ndjson": JsonLines,
        ".csv": Delimited,
        ".tsv": Delimited,
    }
    kind = kinds.get(path.suffix)
    if kind is None:
        raise SystemExit(f"{path} is not read here, only {', '.join(kinds)}. Export the features, without --raw.")
    if not path.exists():
        raise SystemExit(f"There is no {path}. Name the folder of the data with --raw FOLDER.")
    return kind(path)
