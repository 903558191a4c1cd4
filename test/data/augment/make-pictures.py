"""Writes torchvision.json: what torchvision makes of one small picture, to compare our augmentations with.

    pip install torch==2.13.0 torchvision==0.28.0
    python test/data/augment/make-pictures.py
"""

import json
import pathlib

import torch

# Where torchvision's native library does not fit torch's build, its operators for boxes are missing, which nothing here needs.
torch.library.register_fake = lambda *_, **__: lambda function: function

import torchvision
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F

generator = torch.Generator().manual_seed(7)
picture = torch.randint(0, 256, (3, 6, 5), generator=generator, dtype=torch.uint8)


def rows(image):
    """[channels, height, width] as [height, width, channels], flat."""
    return image.permute(1, 2, 0).flatten().tolist()


cases = {
    "flip horizontal": F.hflip(picture),
    "flip vertical": F.vflip(picture),
    # Moved by one row down and two columns left: the offsets in the padded picture are 2 + 1 and 2 - 2.
    "crop": F.crop(F.pad(picture, 2, fill=255), 3, 0, 6, 5),
    "resized_crop": F.resized_crop(picture, 1, 2, 4, 3, [6, 5], InterpolationMode.BILINEAR, antialias=False),
    "rotate 30": F.rotate(picture, 30.0, InterpolationMode.BILINEAR),
    "rotate -80": F.rotate(picture, -80.0, InterpolationMode.BILINEAR),
    "brightness 1.3": F.adjust_brightness(picture, 1.3),
    "contrast 0.7": F.adjust_contrast(picture, 0.7),
    "saturation 1.4": F.adjust_saturation(picture, 1.4),
    "hue 0.1": F.adjust_hue(picture, 0.1),
    "hue -0.3": F.adjust_hue(picture, -0.3),
}
document = {
    "made_by": f"torchvision {torchvision.__version__}",
    "height": 6,
    "width": 5,
    "picture": rows(picture),
    "cases": {name: rows(image) for name, image in cases.items()},
}
path = pathlib.Path(__file__).with_name("torchvision.json")
path.write_text(json.dumps(document) + "\n")
