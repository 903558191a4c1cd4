"""Predicts with a compiled folder of mtl. It needs only the graphs, the manifest and the preprocessing in that folder.

    mtl compile runs/model-0001 --format onnx --out compiled
    python predict.py compiled rows.jsonl

Each line of rows.jsonl is an example: an object with the model's modalities as keys. Paths of files are relative to
rows.jsonl. The script prints one prediction a line, like `mtl predict`. With `--features` it prints the inputs of the
graphs instead. It is meant to be read, copied and changed, together with `preprocess.py` beside it, which makes the
features. The script needs numpy and onnxruntime.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from preprocess import Example, Preprocessor


class Compiled:
    """A compiled folder, with its graphs of prediction."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self.preprocessor = Preprocessor(folder)
        self.manifest = self.preprocessor.described
        self._sessions: dict[str, Any] = {}

    def graphs(self) -> list[dict[str, Any]]:
        """Returns graphs that predict each task once; a graph of several tasks comes before those of one."""
        left, chosen = set(self.manifest["tasks"]), []
        for graph in sorted(self.manifest["graphs"], key=lambda graph: -len(graph["tasks"])):
            if graph["kind"] == "predict" and left.issuperset(graph["tasks"]):
                left -= set(graph["tasks"])
                chosen.append(graph)
        return chosen

    def predict(self, example: Example, graph: dict[str, Any], base: Path) -> dict[str, Any]:
        """Predicts the tasks of a graph for one example. Returns the predictions by task."""
        import onnxruntime

        if graph["onnx"] not in self._sessions:
            path = str(self.folder / graph["onnx"])
            self._sessions[graph["onnx"]] = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        features = {}
        for task in graph["tasks"]:
            features.update(self.preprocessor.features(task, example, base))
        feeds = {}
        for given in graph["inputs"]:
            # A portable model takes any number of rows, which is -1.
            array = np.full([abs(size) for size in given["shape"]], 0, given["dtype"])
            feature = given["role"]["feature"]
            array[:] = self.manifest["features"][feature]["empty"]
            if feature in features:
                array[0] = np.reshape(features[feature], array.shape[1:])
            feeds[given["name"]] = array
        outputs = [output for output in graph["outputs"] if output["role"]["kind"] == "prediction"]
        values = self._sessions[graph["onnx"]].run([output["onnxName"] for output in outputs], feeds)
        predictions = {}
        for output, batch in zip(outputs, values):
            # In a graph of several tasks, an output has the task's name before its own.
            task = graph["tasks"][0] if len(graph["tasks"]) == 1 else output["role"]["name"].split("/")[0]
            predictions[task] = self.preprocessor.prediction(task, batch[0])
        return predictions


def main(arguments: list[str]) -> None:
    """Predicts every example of a file."""
    show_features = "--features" in arguments
    folder, rows = (argument for argument in arguments if not argument.startswith("--"))
    compiled = Compiled(folder)
    base = Path(rows).parent
    for index, line in enumerate(Path(rows).read_text("utf-8-sig").splitlines()):
        if not line.strip():
            continue
        example = json.loads(line)
        if show_features:
            for task in compiled.manifest["tasks"]:
                made = {
                    feature: {"dtype": str(values.dtype), "values": np.ravel(values).tolist()}
                    for feature, values in compiled.preprocessor.features(task, example, base).items()
                }
                print(json.dumps({"example": index, "task": task, "features": made}))
        else:
            for graph in compiled.graphs():
                for task, prediction in compiled.predict(example, graph, base).items():
                    print(json.dumps({"example": index, "task": task, **prediction}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
