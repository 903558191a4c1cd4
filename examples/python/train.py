"""Trains the `step` graph of a folder that `mtl compile` wrote, with nothing but onnxruntime, numpy and safetensors.

ROWS have a tensor `[rows, ...]` for each feature that the manifest names, and may have `row_weight`. TASK is `a+b` for tasks that share their rows.
The last tensors are written as `initial.safetensors` has the first ones: `mtl compile model.mtl --weights trained.safetensors` predicts with them.
"""
import argparse, json, math
from pathlib import Path
import numpy as np
import onnxruntime
from safetensors.numpy import load_file, save_file

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("compiled", type=Path)
parser.add_argument("task")
parser.add_argument("rows", nargs="+", metavar="ROWS.safetensors")
parser.add_argument("--steps", type=int, default=100)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--in-order", action="store_true", help="take the rows in the order of the files")
parser.add_argument("--out", default="trained.safetensors")
options = parser.parse_args()

manifest = json.loads((options.compiled / "manifest.json").read_text("utf-8"))
graph = next(graph for graph in manifest["graphs"] if graph["kind"] == "step" and "+".join(graph["tasks"]) == options.task)
session = onnxruntime.InferenceSession(str(options.compiled / graph["onnx"]), providers=["CPUExecutionProvider"])
initial = manifest["initial"]
tensors = load_file(options.compiled / initial["file"]) | load_file(options.compiled / initial.get("forks", {}).get(options.task, initial["file"]))
files = [load_file(path) for path in options.rows]
rows = {name: np.concatenate([file[name] for file in files]) for name in files[0]}
count, generator = len(next(iter(rows.values()))), np.random.default_rng(options.seed)


def batches(size):
    while True:
        order = np.arange(count) if options.in_order else generator.permutation(count)
        yield from (order[start : start + size] for start in range(0, count, size))


def drawn(shape, low=0, high=255, moved=None, alpha=None, **_):
    """The bytes of dropout, of which some of one value become another, or the share of mixup."""
    values = generator.integers(low, high + 1, shape) if alpha is None else generator.beta(alpha, alpha)
    return np.where((values == moved["from"]) & (generator.random(shape) < moved["share"]), moved["to"], values) if moved else values


def evaluate(expression, **numbers):
    return eval(expression, {"__builtins__": {}, "min": min, "max": max, "trunc": math.trunc, "sqrt": math.sqrt, "cos": math.cos, "pi": math.pi}, numbers)


def value(entry, batch, step, factor):
    """The value of an input, as its `source` in the manifest says. A short batch is filled up with rows of weight 0."""
    name, source, size = entry["name"], entry["source"], graph["batch"]
    key, picked = entry["role"].get("feature", name), np.resize(batch, size)
    match source["kind"]:
        case "initial": return tensors[name]
        case "row_weight": return rows.get(key, np.ones(count))[picked] * (np.arange(size) < len(batch))
        case _ if key in rows: return rows[key][picked]
        case "random": return drawn(entry["shape"], **source["distribution"])
        case "update": return evaluate(source["expression"], rate=source["rate"] * factor, count=step, step=step)
        case "class_mask" | "loss_factor": return source.get("values", 1)
        case _: raise SystemExit(f"The rows have no {key}, which {name} needs.")


for step, batch in zip(range(1, options.steps + 1), batches(graph["batch"])):
    factor = evaluate(manifest["training"]["factor"], step=step, total=options.steps)
    feeds = {entry["name"]: np.asarray(value(entry, batch, step, factor), entry["dtype"]) for entry in graph["inputs"]}
    # The outputs are in the order of the manifest, where the next value of a tensor has the tensor's name.
    outputs = dict(zip([entry["name"] for entry in graph["outputs"]], session.run(None, feeds)))
    tensors |= {name: values for name, values in outputs.items() if name in tensors}
    print(json.dumps({"step": step, "loss": float(outputs["loss"]), "factor": factor}), flush=True)
save_file(tensors, options.out)
