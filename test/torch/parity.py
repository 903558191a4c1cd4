"""Outputs, loss and gradients of exported models beside those of mtl: parity.py FOLDER NAME TASK MODE ..."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file


def module_at(path: Path):
    """The module of a file."""
    spec = importlib.util.spec_from_file_location("model", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def difference(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    """The largest difference, relative to the largest value where that is above 1."""
    if ours.numel() == 0:
        return 0.0
    scale = max(1.0, theirs.abs().max().item())
    return (ours.double() - theirs.double()).abs().max().item() / scale


def compare(folder: Path, case: dict[str, str]) -> dict[str, object]:
    """The largest differences of one task in one mode."""
    given = load_file(folder / f"{case['name']}.inputs.safetensors")
    wanted = load_file(folder / f"{case['name']}.outputs.safetensors")
    module = module_at(folder / case["model"])
    model = module.Model()
    parameters = dict(model.named_parameters())
    weights = {name.removeprefix("state/"): x for name, x in given.items() if "/" not in name or name.startswith("state/")}
    weights.pop("row_weight", None)
    weights.pop("class_mask", None)
    loaded = model.load_state_dict(weights, strict=False)
    assert not loaded.unexpected_keys, loaded.unexpected_keys
    model.train(case["mode"] == "train")
    for path in module.EVALUATED.get(case["stage"], ()):
        module.part(model, path).eval()
    for name in module.FROZEN.get(case["stage"], ()):
        parameters[name].requires_grad_(False)
    features = {name.removeprefix("feature/"): x for name, x in given.items() if name.startswith("feature/")}
    random = {name.removeprefix("random/"): x for name, x in given.items() if name.startswith("random/")}
    model.numbers |= {name.removeprefix("scalar/"): x.item() for name, x in given.items() if name.startswith("scalar/")}
    outputs = model(case["task"], features, given.get("row_weight"), random)
    result: dict[str, object] = {"name": case["name"]}
    predictions = [name.removeprefix("prediction/") for name in wanted if name.startswith("prediction/")]
    result["outputs"] = max(difference(outputs[name], wanted[f"prediction/{name}"]) for name in predictions)
    if "loss" not in wanted:
        return result
    result["loss"] = difference(outputs["loss"], wanted["loss"])
    states = {name.removeprefix("state/"): x for name, x in wanted.items() if name.startswith("state/")}
    buffers = dict(model.named_buffers())
    result["states"] = max((difference(buffers[name], x) for name, x in states.items()), default=0.0)
    gradients = {name.removeprefix("gradient/"): x for name, x in wanted.items() if name.startswith("gradient/")}
    if not gradients:
        return result
    outputs["loss"].backward()
    found = {
        name: difference(torch.zeros_like(x) if (own := parameters[name].grad) is None else own, x)
        for name, x in gradients.items()
    }
    result["gradients"] = max(found.values())
    result["worst"] = max(found, key=lambda name: found[name])
    others = [name for name, x in parameters.items() if name not in gradients and x.grad is not None and x.grad.any()]
    result["others"] = others
    return result


if __name__ == "__main__":
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    for case in json.loads((folder / "cases.json").read_text()):
        try:
            print(json.dumps(compare(folder, case)), flush=True)
        except Exception as error:  # A case that fails is a row of the table.
            print(json.dumps({"name": case["name"], "error": f"{type(error).__name__}: {error}"[:500]}), flush=True)
