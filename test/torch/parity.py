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


def traced(model: torch.nn.Module, case: dict[str, str], features: dict[str, torch.Tensor], row_weight) -> str:
    """Traces a task with its loss as one graph by `torch.compile`. Returns how, or the error."""
    if case["mode"] == "predict":
        return ""
    torch._dynamo.reset()
    try:
        compiled = torch.compile(model, fullgraph=True, backend="eager")
        compiled(case["task"], features, row_weight)
        return "compile"
    except Exception as error:
        return "no: " + " ".join(str(error).split())[:200]


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
    result: dict[str, object] = {name: case[name] for name in ("name", "example", "task", "mode")}
    result["traced"] = traced(model, case, features, given.get("row_weight"))
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
    assert not others, f"weights that mtl does not train have gradients: {others[:3]}"
    return result


DTYPES = {"float32": torch.float64, "int32": torch.int32, "uint8": torch.uint8, "bool": torch.bool}


def compare_ops(folder: Path) -> dict[str, object]:
    """The largest differences of the expressions of all ops from the interpreter, in float64."""
    module = module_at(folder / "ops.py")
    cases = json.loads((folder / "ops.json").read_text())
    outputs_off = gradients_off = 0.0
    failed: list[str] = []
    for function, case in zip(module.CASES, cases, strict=True):
        try:
            x = {
                each["name"]: torch.tensor(each["data"], dtype=DTYPES[each["dtype"]]).reshape(each["shape"])
                for each in case["inputs"]
            }
            for name in case["gradients"]:
                x[name].requires_grad_()
            outputs = function(x)
            for own, wanted in zip(outputs, case["outputs"], strict=True):
                wanted = torch.tensor(wanted, dtype=torch.float64).reshape(own.shape)
                outputs_off = max(outputs_off, difference(own.detach(), wanted))
            floats = [own for own in outputs if own.is_floating_point()]
            if not case["gradients"] or not any(own.requires_grad for own in floats):
                continue
            loss = sum(
                (own * torch.tensor(factors, dtype=torch.float64).reshape(own.shape)).sum()
                for own, factors in zip(floats, case["cotangents"], strict=True)
            )
            loss.backward()
            for name, wanted in case["gradients"].items():
                own = x[name].grad if x[name].grad is not None else torch.zeros_like(x[name])
                off = difference(own, torch.tensor(wanted, dtype=torch.float64).reshape(own.shape))
                gradients_off = max(gradients_off, off)
                assert off < 1e-5, f"the gradient of {name} differs by {off}"
            assert outputs_off < 1e-5, f"the outputs differ by {outputs_off}"
        except Exception as error:
            failed.append(f"{case['name']}: {error}")
    if failed:
        raise RuntimeError("; ".join(failed))
    return {"name": "every op", "count": len(cases), "outputs": outputs_off, "gradients": gradients_off}


if __name__ == "__main__":
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    try:
        print(json.dumps(compare_ops(folder)), flush=True)
    except Exception as error:
        print(json.dumps({"name": "every op", "error": str(error)[:3000]}), flush=True)
    for case in json.loads((folder / "cases.json").read_text()):
        try:
            print(json.dumps(compare(folder, case)), flush=True)
        except Exception as error:  # A case that fails is a row of the table.
            print(json.dumps({**case, "error": f"{type(error).__name__}: {error}"[:500]}), flush=True)
