"""Trains the `step` graph of a folder that `mtl compile` wrote, with nothing but onnxruntime, numpy and safetensors.

usage: python train.py COMPILED TASK ROWS.safetensors... [--steps 100] [--seed 0] [--in-order] [--out trained.safetensors]

The last tensors are written as `initial.safetensors` has the first ones: `mtl compile model.mtl --weights trained.safetensors` predicts with them.
ROWS have a tensor `[rows, ...]` for each feature that the manifest names, and may have `row_weight`. TASK is `a+b` for tasks that share their rows.
"""
import argparse
import json
import math
from pathlib import Path

import numpy as np
import onnxruntime
from safetensors.numpy import load_file, save_file

FUNCTIONS = {"__builtins__": {}, "min": min, "max": max, "trunc": math.trunc, "sqrt": math.sqrt, "cos": math.cos, "pi": math.pi}


def value(entry, size, rows, batch, numbers, generator):
    """The value of an input of a graph, as its `source` in the manifest says. `batch` has the indices of rows, at most `size`."""
    source, kind = entry["source"], entry["source"]["kind"]
    key = entry["role"].get("feature", entry["name"])
    if kind in ("data", "row_weight", "random") and key in rows:
        padding = 0 if kind == "row_weight" else rows[key][:1]
        return np.concatenate([rows[key][batch], np.repeat(np.broadcast_to(padding, (1, *rows[key].shape[1:])), size - len(batch), 0)]).astype(entry["dtype"])
    if kind == "row_weight":
        return (np.arange(size) < len(batch)).astype(np.float32)
    if kind == "random" and source["distribution"]["kind"] == "beta":
        return np.asarray(generator.beta(source["distribution"]["alpha"], source["distribution"]["alpha"]), np.float32)
    if kind == "random":
        drawn, moved = generator.integers(0, 256, entry["shape"]), source["distribution"].get("moved", {"from": -1, "to": 0, "share": 0})
        return np.where((drawn == moved["from"]) & (generator.random(drawn.shape) < moved["share"]), moved["to"], drawn).astype(entry["dtype"])
    if kind == "update":
        return np.asarray(eval(source["expression"], FUNCTIONS, {**numbers, "rate": source["rate"] * numbers["factor"]}), np.float32)
    if kind in ("class_mask", "loss_factor"):
        return np.asarray(source.get("values", 1), np.float32)
    raise SystemExit(f"The rows have no {key}, which {entry['name']} needs." if kind == "data" else f"{entry['name']} has a source that this program does not know: {kind}.")


def train(options):
    manifest = json.loads((options.compiled / "manifest.json").read_text("utf-8"))
    graph = next(graph for graph in manifest["graphs"] if graph["kind"] == "step" and "+".join(graph["tasks"]) == options.task)
    session = onnxruntime.InferenceSession(str(options.compiled / graph["onnx"]), providers=["CPUExecutionProvider"])
    tensors = load_file(options.compiled / manifest["initial"]["file"])
    tensors |= load_file(options.compiled / manifest["initial"].get("forks", {}).get(options.task, manifest["initial"]["file"]))
    files = [load_file(path) for path in options.rows]
    rows = {name: np.concatenate([file[name] for file in files]) for name in files[0]}
    count, generator, order = len(next(iter(rows.values()))), np.random.default_rng(options.seed), np.array([], int)
    for step in range(1, options.steps + 1):
        order = order if len(order) else np.arange(count) if options.in_order else generator.permutation(count)
        batch, order = order[: graph["batch"]], order[graph["batch"] :]
        factor = eval(manifest["training"]["factor"], FUNCTIONS, {"step": step, "total": options.steps})
        numbers = {"factor": factor, "step": step, "count": step}
        feeds = {entry["name"]: tensors[entry["name"]] if entry["source"]["kind"] == "initial" else value(entry, graph["batch"], rows, batch, numbers, generator) for entry in graph["inputs"]}
        # The outputs are in the order of the manifest, where the next value of a tensor has the tensor's name.
        outputs = dict(zip([entry["name"] for entry in graph["outputs"]], session.run(None, feeds)))
        tensors |= {name: values for name, values in outputs.items() if name in tensors}
        print(json.dumps({"step": step, "loss": float(outputs["loss"]), "factor": factor}), flush=True)
    save_file(tensors, options.out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("compiled", type=Path)
    parser.add_argument("task")
    parser.add_argument("rows", type=Path, nargs="+")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--in-order", action="store_true", help="take the rows in the order of the files")
    parser.add_argument("--out", type=Path, default=Path("trained.safetensors"))
    train(parser.parse_args())
