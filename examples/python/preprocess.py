"""Makes the features of a model from raw rows, as mtl does: a part of every exported folder.

    from preprocess import Preprocessor
    features = Preprocessor("exported").batch("group", [{"drawing": "fox.png", "name": "fox"}])

It needs only `preprocessing.json` (categories, means), the tokenizers, and `inputs.json` (or the manifest of a compiled
folder), which says how each feature is computed. docs/compile.md, "How inputs are made", describes the same in words.
It needs numpy, and also tokenizers for texts, Pillow for pictures and soundfile for sounds. It supports texts and their
segments, tables, series, tensors, pictures, and sounds at their declared rate, but no candidates, videos and regions.
"""

import io
import json
import math
import re
from base64 import b64decode
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PADDING, SEPARATOR = 0, 2

Array = NDArray[Any]
Example = dict[str, Any]
Described = dict[str, Any]


class Preprocessor:
    """The preprocessing that a model has learnt."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        described = self.folder / "inputs.json"
        if not described.exists():
            described = self.folder / "manifest.json"
        self.described: Described = json.loads(described.read_text("utf-8"))
        self.learnt: Described = json.loads((self.folder / "preprocessing.json").read_text("utf-8"))
        self._tokenizers: dict[str, Any] = {}

    def features(self, task: str, example: Example, base: str | Path = ".") -> dict[str, Array]:
        """Returns the features of one example that the task takes; one that the example lacks is left out.

        Paths of files in the example are relative to `base`.
        """
        made = {}
        described = self.described["tasks"][task]
        # A text that the task generates is no part of the example.
        generated = described.get("generates", {}).get("modality")
        for entry in described["inputs"]:
            name, optional = entry["modality"], entry["optional"]
            if name == generated:
                continue
            modality = self.described["modalities"][name]
            value = example.get(name)
            there = not is_missing(modality, value, optional)
            if not there and not optional:
                raise ValueError(f"the example has no {name}")
            parts: dict[str, Any] = READERS[modality["kind"]](self, name, value, Path(base)) if there else {}
            if optional:
                parts["present"] = np.uint8(there)
            for part, values in parts.items():
                feature = name if part == "" else f"{name}.{part}"
                if feature in self.described["features"]:
                    made[feature] = values
        return {feature: self._finished(feature, values) for feature, values in made.items()}

    def batch(self, task: str, examples: Sequence[Example], base: str | Path = ".") -> dict[str, Array]:
        """Returns the features `[examples, …]` that the model takes for a task (`torch.from_numpy` makes tensors)."""
        shapes = self.described["tasks"][task]["features"]
        rows = [self.features(task, example, base) for example in examples]
        made = {}
        for name, shape in shapes.items():
            array = np.full((len(rows), *shape["shape"]), shape["empty"], shape["dtype"])
            for at, row in enumerate(rows):
                if name in row:
                    array[at] = np.reshape(row[name], shape["shape"])
            made[name] = array
        return made

    def prediction(self, task: str, values: Sequence[float] | Array) -> dict[str, Any]:
        """Reads the output of a task for one example as `mtl predict` does."""
        described = self.described["tasks"][task]
        classes, numbers = described["classes"], np.ravel(np.asarray(values)).astype(np.float64)
        # A model may have more outputs than there are classes; the rest is unused.
        known = numbers[: len(classes)]
        if described["prediction"] == "softmax":
            powers = np.exp(known - known.max())
            shares = powers / powers.sum()
            best = int(shares.argmax())
            probabilities = dict(zip(classes, shares.tolist()))
            return {"class": classes[best], "probability": float(shares[best]), "probabilities": probabilities}
        if described["prediction"] == "sigmoid":
            shares = 1 / (1 + np.exp(-known))
            labels = [name for name, share in zip(classes, shares) if share > 0.5]
            return {"labels": labels, "probabilities": dict(zip(classes, shares.tolist()))}
        if described["prediction"] == "number":
            scale = described.get("scale", {"mean": 0, "deviation": 1})
            return {"value": scale["mean"] + scale["deviation"] * float(numbers[0])}
        if described["prediction"] == "numbers":
            scales = described.get("scales") or [{"mean": 0, "deviation": 1}] * len(numbers)
            return {"values": [each["mean"] + each["deviation"] * float(value) for each, value in zip(scales, numbers)]}
        raise ValueError(f"predictions of {described['target']['kind']} are not supported here")

    def tokenizer(self, name: str) -> Any:
        """Returns the Hugging Face tokenizer of a text modality."""
        if name not in self._tokenizers:
            from tokenizers import Tokenizer

            self._tokenizers[name] = Tokenizer.from_file(str(self.folder / self.described["tokenizers"][name]))
        return self._tokenizers[name]

    def content(self, feature: str) -> Described:
        """Returns the way in which a feature is computed."""
        return self.described["features"][feature]["content"]

    def modality(self, name: str) -> Described:
        """Returns the options of a modality."""
        return self.described["modalities"][name]

    def _finished(self, feature: str, values: Array) -> Array:
        """Standardises a feature in float64 where that is described. A missing value (NaN) becomes 0."""
        described = self.described["features"][feature]
        if "standardised" not in described:
            return values
        known = self.learnt["statistics"][feature]
        precision = np.float32 if described["standardised"]["from"] == "float32" else np.float64
        given = np.asarray(values, precision).astype(np.float64)
        standardised = (given - np.array(known["means"])) / np.array(known["deviations"])
        return np.where(np.isnan(standardised), 0, standardised).astype(np.float32)


def is_missing(modality: Described, value: Any, optional: bool) -> bool:
    """Tells if an example lacks a value: any segment of a text that is required, or every one that is optional or empty."""
    parts = value if modality["kind"] == "text" and isinstance(value, list) else [value]
    words = modality.get("missing", [])
    lacks = [part is None or (isinstance(part, str) and part.strip() in words) for part in parts]
    if not optional:
        return any(lacks)
    return all(each or (isinstance(part, str) and part == "") for each, part in zip(lacks, parts))


def text(of: Preprocessor, name: str, value: Any, base: Path) -> dict[str, Array]:
    """Makes ids, mask and segments.

    A text that is too long loses tokens at the end of its longest segment, or of the last of several such segments.
    """
    modality = of.modality(name)
    texts = ["" if part is None else as_text(part) for part in (value if isinstance(value, list) else [value])]
    encoded = [of.tokenizer(name).encode(part, add_special_tokens=False).ids if part else [] for part in texts]
    most = modality["max_length"]
    separators = len(encoded) - 1 if modality["separators"] == "between" else len(encoded)
    lengths = [len(ids) for ids in encoded]
    empty = sum(lengths) == 0
    while sum(lengths) > max(most - separators, 0):
        longest = max(range(len(lengths)), key=lambda index: (lengths[index], index))
        lengths[longest] -= 1
    ids: list[int] = []
    segments: list[int] = []
    for segment, (tokens, length) in enumerate(zip(encoded, lengths)):
        part = tokens[:length] + ([SEPARATOR] if segment < separators and not empty else [])
        ids += part
        segments += [segment] * len(part)
    ids, segments = ids[:most], segments[:most]
    return {
        "ids": padded(ids, most, np.int32),
        "mask": padded([1] * len(ids), most, np.uint8),
        "segments": padded(segments, most, np.int32),
    }


def as_text(value: Any) -> str:
    """Returns a value as the text that mtl reads."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def padded(values: Sequence[int], length: int, dtype: Any) -> Array:
    """Returns values with zeros behind them."""
    array = np.full(length, PADDING, dtype)
    array[: len(values)] = values
    return array


def table(of: Preprocessor, name: str, value: Any, base: Path) -> dict[str, Array]:
    """Makes an id for each column, and the numbers. A missing number is NaN."""
    modality, columns = of.modality(name), of.content(f"{name}.ids")["columns"]
    cells = [value.get(column["name"]) for column in columns] if isinstance(value, dict) else list(value)
    ids: list[int] = []
    numbers: list[float] = []
    for column, cell in zip(columns, cells):
        is_blank = isinstance(cell, str) and (cell.strip() == "" or cell.strip() in modality["missing"])
        missing = cell is None or is_blank
        if column["kind"] == "numeric":
            ids.append(column["missing"] if missing else column["present"])
            numbers.append(math.nan if missing else number(cell))
        elif missing:
            ids.append(column["missing"])
        else:
            known = of.learnt["categories"][name][column["name"]]
            category = as_text(cell).strip()
            ids.append(column["first"] + known.index(category) if category in known else column["unknown"])
    return {"ids": np.array(ids, np.int32), "numbers": np.array(numbers, np.float64)}


def number(cell: Any) -> float:
    """Reads a number."""
    if isinstance(cell, str) and not re.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", cell.strip()):
        raise ValueError(f"{cell!r} is not a number")
    return float(cell)


def series(of: Preprocessor, name: str, value: Any, base: Path) -> dict[str, Array]:
    """Makes an array of steps × channels, where missing values are NaN, and a mask of the steps that have any value."""
    modality = of.modality(name)
    value = json.loads(value) if isinstance(value, str) else value
    channels = modality["channels"]
    if isinstance(channels, list):
        lists = [value[channel] for channel in channels] if isinstance(value, dict) else value
        lists = [json.loads(cell) if isinstance(cell, str) else cell for cell in lists]
        steps = [list(step) for step in zip(*lists)]
    else:
        steps = [step if isinstance(step, list) else [step] * (1 if step is not None else channels) for step in value]
    steps = steps[-modality["steps"] :] if modality["keep"] == "last" else steps[: modality["steps"]]
    width = len(channels) if isinstance(channels, list) else channels
    array = np.full((modality["steps"], width), np.nan)
    for at, step in enumerate(steps):
        array[at] = [math.nan if cell is None or cell == "" else number(cell) for cell in step]
    return {"": array, "mask": np.any(~np.isnan(array), axis=1).astype(np.uint8)}


def tensor(of: Preprocessor, name: str, value: Any, base: Path) -> dict[str, Array]:
    """Makes an array of the declared shape."""
    value = json.loads(value) if isinstance(value, str) else value
    return {"": np.array(value, np.float64).astype(np.float32).reshape(of.modality(name)["shape"])}


def sound(of: Preprocessor, name: str, value: Any, base: Path) -> dict[str, Array]:
    """Makes frames of samples, or ln(energy + floor) of frequency bands. Channels are averaged; rates are kept."""
    import soundfile

    modality, frames = of.modality(name), of.content(name)
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
    if samples.shape[1] == 1:
        samples = samples[:, 0]
    else:
        samples = (samples.astype(np.float64).sum(axis=1) / samples.shape[1]).astype(np.float32)
    hop, width = frames["hop"], frames["width"]
    samples = samples[: frames["used"]]
    is_centred = modality["features"].get("centre", "none") != "none"
    reached = len(samples) // hop + 1 if is_centred else math.ceil(len(samples) / hop)
    count = min(reached, frames["count"])
    # What is behind the sound is 0, also where the frames are standardised, which turns NaN into 0.
    behind = np.nan if "standardised" in of.described["features"][name] else 0
    made = np.full((frames["count"], width), behind, np.float32)
    if "spectrum" not in frames:
        cut = samples[: count * hop]
        made.reshape(-1)[: len(cut)] = cut
    else:
        made[:count] = bands(samples, count, frames, modality["rate"])
    return {"": made, "mask": padded([1] * count, frames["count"], np.uint8)}


def bands(samples: Array, count: int, frames: Described, rate: int) -> Array:
    """Applies a Hann window, a Fourier transform, triangular filters over three points each, and a logarithm."""
    hop, window, spectrum = frames["hop"], frames["window"], frames["spectrum"]
    size, points = spectrum["size"], spectrum["points"]
    weights = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    frequencies = np.arange(size // 2 + 1) * (rate / size)
    triangles = [
        np.clip(np.minimum((frequencies - low) / (peak - low), (high - frequencies) / (high - peak)), 0, None)
        for low, peak, high in zip(points, points[1:], points[2:])
    ]
    heights = np.array(triangles)
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


def picture(of: Preprocessor, name: str, value: Any, base: Path) -> dict[str, Array]:
    """Turns a picture upright, blends it with the background, converts its channels, and resizes it as `fit` says.

    The filter is Lanczos'. A model that takes opacity gets the picture without its background. A picture is the path of
    a file, or a `data:` address in base64.
    """
    from PIL import Image, ImageOps

    modality = of.modality(name)
    if of.content(name)["filter"] != "lanczos":
        raise ValueError("this model was trained before mtl had this filter, and reads pictures with another library")
    source: Any = base / value if not value.startswith("data:") else io.BytesIO(b64decode(value.split(",", 1)[1]))
    image: Any = ImageOps.exif_transpose(Image.open(source))
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
        beside: Any = {1: level, 2: (level, 0), 3: (level,) * 3, 4: (level,) * 3 + (0,)}[channels]
        image = ImageOps.pad(image, size, Image.Resampling.LANCZOS, color=beside)
    return {"": np.array(image, np.uint8).reshape(height, width, channels)}


READERS: dict[str, Callable[[Preprocessor, str, Any, Path], dict[str, Any]]] = {
    "text": text,
    "table": table,
    "series": series,
    "tensor": tensor,
    "audio": sound,
    "image": picture,
}
