"""Predicts with a compiled folder of mtl. It needs only the graphs, manifest.json and preprocessing.json in that folder.

    mtl compile runs/model-0001 --format onnx --out compiled
    python predict.py compiled rows.jsonl

Each line of rows.jsonl is an example: an object with the model's modalities as keys. Paths of files are relative to rows.jsonl. The script
prints one prediction a line, like `mtl predict`. With `--features` it prints the inputs of the graphs instead.

It is meant to be read, copied and changed. docs/compile.md, "How inputs are made", describes the same in words. The script needs numpy and
onnxruntime, and also tokenizers for texts, Pillow for pictures and soundfile for sounds. It supports texts and their segments, tables, series, tensors, pictures, and
sounds at their declared rate. It does not support candidates, videos and regions.
"""

import json
import math
import re
import sys
from pathlib import Path

import numpy as np

PADDING, UNKNOWN, SEPARATOR, MASK = 0, 1, 2, 3


class Compiled:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.manifest = json.loads((self.folder / "manifest.json").read_text("utf-8"))
        self.preprocessing = json.loads((self.folder / "preprocessing.json").read_text("utf-8"))
        self.tokenizers = {}
        self.sessions = {}

    def features(self, example, task, base):
        """Computes the features of one example that the task's graph takes, by their names."""
        made = {}
        for entry in self.manifest["tasks"][task]["inputs"]:
            name, optional = entry["modality"], entry["optional"]
            modality = self.manifest["modalities"][name]
            value = example.get(name)
            if isinstance(value, str) and value.strip() in modality.get("missing", []):
                value = None
            there = not (value is None or (optional and value == ""))
            if not there and not optional:
                raise ValueError(f"the example has no {name}")
            parts = READERS[modality["kind"]](self, name, modality, value, base) if there else {}
            if optional:
                parts["present"] = np.uint8(there)
            for part, values in parts.items():
                feature = name if part == "" else f"{name}.{part}"
                if feature in self.manifest["features"]:
                    made[feature] = values
        return {feature: self.finished(feature, values) for feature, values in made.items()}

    def finished(self, feature, values):
        """Standardises a feature in float64 if the manifest says so. A missing value (NaN) becomes 0."""
        described = self.manifest["features"][feature]
        if "standardised" not in described:
            return values
        known = self.preprocessing["statistics"][feature]
        given = np.asarray(values, np.float32 if described["standardised"]["from"] == "float32" else np.float64).astype(np.float64)
        standardised = (given - np.array(known["means"])) / np.array(known["deviations"])
        return np.where(np.isnan(standardised), 0, standardised).astype(np.float32)

    def graphs(self):
        """Returns graphs that predict each task once. A graph of several tasks, which computes what they have in common once, comes before those of one."""
        left, chosen = set(self.manifest["tasks"]), []
        for graph in sorted(self.manifest["graphs"], key=lambda graph: -len(graph["tasks"])):
            if graph["kind"] == "predict" and left.issuperset(graph["tasks"]):
                left -= set(graph["tasks"])
                chosen.append(graph)
        return chosen

    def predict(self, example, graph, base):
        """Predicts the tasks of a graph for one example. Returns the predictions by task."""
        import onnxruntime

        if graph["onnx"] not in self.sessions:
            self.sessions[graph["onnx"]] = onnxruntime.InferenceSession(str(self.folder / graph["onnx"]), providers=["CPUExecutionProvider"])
        features = {}
        for task in graph["tasks"]:
            features.update(self.features(example, task, base))
        feeds = {}
        for given in graph["inputs"]:
            array = np.full(given["shape"], 0, given["dtype"])
            feature = given["role"]["feature"]
            array[:] = self.manifest["features"][feature]["empty"]
            if feature in features:
                array[0] = np.reshape(features[feature], array.shape[1:])
            feeds[given["name"]] = array
        outputs = [output for output in graph["outputs"] if output["role"]["kind"] == "prediction"]
        values = self.sessions[graph["onnx"]].run([output["onnxName"] for output in outputs], feeds)
        predictions = {}
        for output, batch in zip(outputs, values):
            # In a graph of several tasks, an output has the task's name before its own.
            task = graph["tasks"][0] if len(graph["tasks"]) == 1 else output["role"]["name"].split("/")[0]
            predictions[task] = self.prediction(task, np.ravel(batch[0]).astype(np.float64))
        return predictions

    def prediction(self, task, values):
        described = self.manifest["tasks"][task]
        classes = described["classes"]
        # A model may have more outputs than there are classes; the rest is unused.
        known = values[: len(classes)]
        if described["prediction"] == "softmax":
            powers = np.exp(known - known.max())
            shares = powers / powers.sum()
            best = int(shares.argmax())
            return {"class": classes[best], "probability": float(shares[best]), "probabilities": dict(zip(classes, shares.tolist()))}
        if described["prediction"] == "sigmoid":
            shares = 1 / (1 + np.exp(-known))
            return {"labels": [c for c, share in zip(classes, shares) if share > 0.5], "probabilities": dict(zip(classes, shares.tolist()))}
        if described["prediction"] == "number":
            scale = described.get("scale", {"mean": 0, "deviation": 1})
            return {"value": scale["mean"] + scale["deviation"] * float(values[0])}
        if described["prediction"] == "numbers":
            scales = described.get("scales") or [{"mean": 0, "deviation": 1}] * len(values)
            return {"values": [scale["mean"] + scale["deviation"] * float(value) for scale, value in zip(scales, values)]}
        raise ValueError(f"predictions of {described['target']['kind']} are not supported here")

    def tokenizer(self, name):
        if name not in self.tokenizers:
            from tokenizers import Tokenizer

            self.tokenizers[name] = Tokenizer.from_file(str(self.folder / self.manifest["tokenizers"][name]))
        return self.tokenizers[name]


def text(compiled, name, modality, value, base):
    """Makes ids, mask and segments. A text that is too long loses tokens at the end of its longest segment, or of the last of several such segments."""
    texts = ["" if part is None else as_text(part) for part in (value if isinstance(value, list) else [value])]
    encoded = [compiled.tokenizer(name).encode(part, add_special_tokens=False).ids if part else [] for part in texts]
    most = modality["max_length"]
    separators = len(encoded) - 1 if modality["separators"] == "between" else len(encoded)
    lengths = [len(ids) for ids in encoded]
    empty = sum(lengths) == 0
    while sum(lengths) > max(most - separators, 0):
        longest = max(range(len(lengths)), key=lambda index: (lengths[index], index))
        lengths[longest] -= 1
    ids, segments = [], []
    for segment, (tokens, length) in enumerate(zip(encoded, lengths)):
        part = tokens[:length] + ([SEPARATOR] if segment < separators and not empty else [])
        ids += part
        segments += [segment] * len(part)
    ids, segments = ids[:most], segments[:most]
    return {"ids": padded(ids, most, np.int32), "mask": padded([1] * len(ids), most, np.uint8), "segments": padded(segments, most, np.int32)}


def as_text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def padded(values, length, dtype):
    array = np.full(length, PADDING, dtype)
    array[: len(values)] = values
    return array


def table(compiled, name, modality, value, base):
    """Makes an id for each column, and the numbers. A missing number is NaN."""
    columns = compiled.manifest["features"][f"{name}.ids"]["content"]["columns"]
    cells = [value.get(column["name"]) for column in columns] if isinstance(value, dict) else list(value)
    ids, numbers = [], []
    for column, cell in zip(columns, cells):
        missing = cell is None or (isinstance(cell, str) and (cell.strip() == "" or cell.strip() in modality["missing"]))
        if column["kind"] == "numeric":
            ids.append(column["missing"] if missing else column["present"])
            numbers.append(math.nan if missing else number(cell))
        elif missing:
            ids.append(column["missing"])
        else:
            known = compiled.preprocessing["categories"][name][column["name"]]
            category = as_text(cell).strip()
            ids.append(column["first"] + known.index(category) if category in known else column["unknown"])
    return {"ids": np.array(ids, np.int32), "numbers": np.array(numbers, np.float64)}


def number(cell):
    if isinstance(cell, str):
        if not re.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", cell.strip()):
            raise ValueError(f"{cell!r} is not a number")
        return float(cell)
    return float(cell)


def series(compiled, name, modality, value, base):
    """Makes an array of steps × channels, where missing values are NaN, and a mask of the steps that have any value."""
    value = json.loads(value) if isinstance(value, str) else value
    channels = modality["channels"]
    if isinstance(channels, list):
        lists = [value[channel] for channel in channels] if isinstance(value, dict) else value
        steps = [list(step) for step in zip(*lists)]
    else:
        steps = [step if isinstance(step, list) else [step] * (1 if step is not None else channels) for step in value]
    steps = steps[-modality["steps"] :] if modality["keep"] == "last" else steps[: modality["steps"]]
    width = len(channels) if isinstance(channels, list) else channels
    array = np.full((modality["steps"], width), np.nan)
    for at, step in enumerate(steps):
        array[at] = [math.nan if cell is None or cell == "" else number(cell) for cell in step]
    return {"": array, "mask": np.any(~np.isnan(array), axis=1).astype(np.uint8)}


def tensor(compiled, name, modality, value, base):
    value = json.loads(value) if isinstance(value, str) else value
    return {"": np.array(value, np.float64).astype(np.float32).reshape(modality["shape"])}


def sound(compiled, name, modality, value, base):
    """Makes frames of samples, or ln(energy + floor) of frequency bands. Channels are averaged. There is no resampling."""
    import soundfile

    subtype = soundfile.info(base / value).subtype
    if subtype in ("PCM_16", "PCM_24"):
        # Like mtl's decoder, this divides negative samples by 32768 (or 2²³), and the others by one less.
        whole, rate = soundfile.read(base / value, dtype="int16" if subtype == "PCM_16" else "int32", always_2d=True)
        whole, full = (whole, 2**15) if subtype == "PCM_16" else (whole >> 8, 2**23)
        samples = np.where(whole < 0, whole / full, whole / (full - 1)).astype(np.float32)
    else:
        samples, rate = soundfile.read(base / value, dtype="float32", always_2d=True)
    if rate != modality["rate"]:
        raise ValueError(f"{value} has {rate} samples a second; resample it to {modality['rate']} first")
    samples = samples[:, 0] if samples.shape[1] == 1 else (samples.astype(np.float64).sum(axis=1) / samples.shape[1]).astype(np.float32)
    frames = compiled.manifest["features"][name]["content"]
    hop, width = frames["hop"], frames["width"]
    samples = samples[: frames["used"]]
    reached = math.ceil(len(samples) / hop) if modality["features"].get("centre", "none") == "none" else len(samples) // hop + 1
    count = min(reached, frames["count"])
    made = np.zeros((frames["count"], width), np.float32)
    if "spectrum" not in frames:
        cut = samples[: count * hop]
        made.reshape(-1)[: len(cut)] = cut
    else:
        made[:count] = bands(samples, count, frames, modality["rate"])
    return {"": made, "mask": padded([1] * count, frames["count"], np.uint8)}


def bands(samples, count, frames, rate):
    """Applies a Hann window, a Fourier transform of `size` samples, and triangular filters over three neighbouring points each, and takes ln(energy + floor)."""
    hop, window, spectrum = frames["hop"], frames["window"], frames["spectrum"]
    size, points = spectrum["size"], spectrum["points"]
    weights = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    frequencies = np.arange(size // 2 + 1) * (rate / size)
    heights = np.array([np.clip(np.minimum((frequencies - low) / (peak - low), (high - frequencies) / (high - peak)), 0, None) for low, peak, high in zip(points, points[1:], points[2:])])
    made = []
    for at in range(count):
        positions = frames["start"] + at * hop + np.arange(window)
        if frames["beyond"] == "reflect":
            # The sound is mirrored at its first and last sample, which are not repeated.
            around = max(2 * (len(samples) - 1), 1)
            positions = np.where(positions % around < len(samples), positions % around, around - positions % around)
        inside = (positions >= 0) & (positions < len(samples))
        piece = np.zeros(size)
        piece[:window] = np.where(inside, samples[np.where(inside, positions, 0)].astype(np.float64), 0) * weights
        made.append(np.log(heights @ (np.abs(np.fft.rfft(piece)) ** 2) + spectrum["floor"]))
    return np.array(made, np.float32)


def picture(compiled, name, modality, value, base):
    """Turns a picture upright, blends it with the background unless the model takes opacity, converts its channels, and resizes it by Lanczos' filter as `fit` says."""
    from PIL import Image, ImageOps

    if compiled.manifest["features"][name]["content"]["filter"] != "lanczos":
        raise ValueError("this model was trained before mtl had this filter, and reads pictures with another library")
    image = ImageOps.exif_transpose(Image.open(base / value))
    height, width, channels = modality["height"], modality["width"], modality["channels"]
    level = 255 if modality["background"] == "white" else 0
    has_opacity = "A" in image.getbands() or "transparency" in image.info
    image = image.convert("RGBA" if has_opacity else "RGB")
    if has_opacity and channels % 2 == 1:
        under = Image.new("RGB", image.size, (level,) * 3)
        under.paste(image, mask=image.getchannel("A"))
        image = under
    image = image.convert({1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels])
    size = (width, height)
    if modality["fit"] == "stretch":
        image = image.resize(size, Image.Resampling.LANCZOS)
    elif modality["fit"] == "cover":
        image = ImageOps.fit(image, size, Image.Resampling.LANCZOS)
    else:
        beside = {1: level, 2: (level, 0), 3: (level,) * 3, 4: (level,) * 3 + (0,)}[channels]
        image = ImageOps.pad(image, size, Image.Resampling.LANCZOS, color=beside)
    return {"": np.array(image, np.uint8).reshape(height, width, channels)}


READERS = {"text": text, "table": table, "series": series, "tensor": tensor, "audio": sound, "image": picture}


def main(arguments):
    show_features = "--features" in arguments
    folder, rows = [argument for argument in arguments if not argument.startswith("--")]
    compiled = Compiled(folder)
    base = Path(rows).parent
    for index, line in enumerate(Path(rows).read_text("utf-8-sig").splitlines()):
        if not line.strip():
            continue
        example = json.loads(line)
        if show_features:
            for task in compiled.manifest["tasks"]:
                made = {feature: {"dtype": str(values.dtype), "values": np.ravel(values).tolist()} for feature, values in compiled.features(example, task, base).items()}
                print(json.dumps({"example": index, "task": task, "features": made}))
        else:
            for graph in compiled.graphs():
                for task, prediction in compiled.predict(example, graph, base).items():
                    print(json.dumps({"example": index, "task": task, **prediction}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
