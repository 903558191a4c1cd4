"""Feature shards: safetensors files that are mapped into memory, so that only the rows of a batch are copied."""

import bisect
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor


class Shards:
    """The rows of a split of some tasks, which may be larger than memory."""

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self._files = [folder / shard["file"] for shard in manifest["shards"]]
        self._ends = list(accumulate(shard["rows"] for shard in manifest["shards"]))
        self._open: dict[int, dict[str, Tensor]] = {}
        self.rows: int = manifest["rows"]
        self.features: dict[str, dict[str, str]] = manifest["features"]
        self.masks: dict[str, list[float]] = manifest["classMasks"]
        self._each = {tensor["name"]: tensor["each"] for tensor in manifest["tensors"]}

    def take(self, name: str, rows: Sequence[int]) -> Tensor:
        """Returns rows `[rows, …]` of a tensor by their indices in the split."""
        parts: list[Tensor] = []
        at: list[int] = []
        places = [self._place(row) for row in rows]
        for shard in sorted({shard for shard, _ in places}):
            own = [index for index, (of, _) in enumerate(places) if of == shard]
            parts.append(self._shard(shard)[name][torch.tensor([places[index][1] for index in own])])
            at += own
        if len(parts) == 1:
            return parts[0]
        order = torch.empty(len(at), dtype=torch.long)
        order[torch.tensor(at)] = torch.arange(len(at))
        return _widest(parts)[order]

    def inputs(self, task: str, rows: Sequence[int]) -> dict[str, Tensor]:
        """Returns the features of rows by the names that the model takes."""
        made = {}
        for feature, name in self.features[task].items():
            if name not in self._each:
                continue
            values = self.take(name, rows)
            made[feature] = values.flatten(0, 1) if self._each[name] > 1 else values
        if task in self.masks:
            made["class_mask"] = torch.tensor(self.masks[task])
        return made

    def weights(self, task: str, rows: Sequence[int]) -> Tensor:
        """Returns the weight `[rows]` of each row in the loss of a task."""
        name = f"row_weight/{task}" if len(self.features) > 1 else "row_weight"
        return self.take(name, rows)

    def keys(self, rows: Sequence[int]) -> Tensor:
        """Returns the key of each row, by which its random bytes are keyed, as the bytes of UTF-16."""
        return self.take("key", rows)

    def _place(self, row: int) -> tuple[int, int]:
        shard = bisect.bisect_right(self._ends, row)
        return shard, row - (self._ends[shard - 1] if shard else 0)

    def _shard(self, shard: int) -> dict[str, Tensor]:
        if shard not in self._open:
            with safe_open(self._files[shard], framework="pt") as file:
                self._open[shard] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return self._open[shard]


def _widest(parts: list[Tensor]) -> Tensor:
    """Concatenates rows; the keys of shards differ in length, and are padded with zeros."""
    if parts[0].dim() != 2 or len({part.shape[1] for part in parts}) == 1:
        return torch.cat(parts)
    width = max(part.shape[1] for part in parts)
    return torch.cat([torch.nn.functional.pad(part, (0, width - part.shape[1])) for part in parts])
