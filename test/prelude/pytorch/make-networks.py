"""Writes networks.json: what PyTorch makes of small grids by max pooling, a ResNet and a ConvNeXt, with gradients, in float64.

    pip install torch==2.13.0 torchvision==0.28.0
    python test/prelude/pytorch/make-networks.py

Weights and inputs are given by a formula, so that the test can make them too. Kernels of convolutions are [rows · columns · inputs, outputs].
"""

import functools
import json
import pathlib

import torch

# Where torchvision's native library does not fit torch's build, its operators for boxes are missing, which nothing here needs.
torch.library.register_fake = lambda *_, **__: lambda function: function

import torchvision
from torch import nn
from torch.nn import functional as F
from torchvision.models.convnext import CNBlock, LayerNorm2d
from torchvision.models.resnet import BasicBlock, Bottleneck
from torchvision.ops.misc import FrozenBatchNorm2d

from weights import Weights, case, numbers


def grid_case(grid, layer, weights=None):
    """`grid` is [rows, columns, channels]."""
    return case(grid, lambda x: layer(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1), weights)


def residual(weights, name, inner, channels, stride, norm_layer):
    changes = stride != 1 or inner != channels
    down = nn.Sequential(nn.Conv2d(inner, channels, 1, stride, bias=False), norm_layer(channels)) if changes else None
    block = BasicBlock(inner, channels, stride, down, norm_layer=norm_layer)
    weights.conv(block.conv1, f"{name}.first")
    weights.norm(block.bn1, f"{name}.first_norm")
    weights.conv(block.conv2, f"{name}.second")
    weights.norm(block.bn2, f"{name}.second_norm")
    if down:
        weights.conv(down[0], f"{name}.passed.projected")
        weights.norm(down[1], f"{name}.passed.normalise")
    return block


def resnet():
    weights, norm_layer = Weights(), functools.partial(nn.GroupNorm, 2)
    stem, stem_norm = nn.Conv2d(3, 4, 7, 2, 3, bias=False), norm_layer(4)
    weights.conv(stem, "s.stem")
    weights.norm(stem_norm, "s.stem_norm")
    blocks = [
        residual(weights, "s.0.start", 4, 4, 1, norm_layer),
        residual(weights, "s.1.start", 4, 8, 2, norm_layer),
        residual(weights, "s.1.0", 8, 8, 1, norm_layer),
    ]
    return nn.Sequential(stem, stem_norm, nn.ReLU(), nn.MaxPool2d(3, 2, 1), *blocks), weights


def bottleneck(weights, name, inner, channels, stride=1, dilation=1):
    """With the norm of UniT's ResNet, whose means and variances are fixed."""
    changes = stride != 1 or inner != 4 * channels
    down = nn.Sequential(nn.Conv2d(inner, 4 * channels, 1, stride, bias=False), FrozenBatchNorm2d(4 * channels)) if changes else None
    block = Bottleneck(inner, channels, stride, down, dilation=dilation, norm_layer=FrozenBatchNorm2d)
    for ours, theirs in {"first": "1", "second": "2", "third": "3"}.items():
        weights.conv(getattr(block, f"conv{theirs}"), f"{name}.{ours}")
        fixed_norm(weights, getattr(block, f"bn{theirs}"), f"{name}.{ours}_norm")
    if down:
        weights.conv(down[0], f"{name}.passed.projected")
        fixed_norm(weights, down[1], f"{name}.passed.normalise")
    return block


def fixed_norm(weights, norm, name):
    buffers = {"scale": "weight", "offset": "bias", "mean": "running_mean", "variance": "running_var"}
    for ours, theirs in buffers.items():
        value = getattr(norm, theirs).clone().to(torch.float64)
        delattr(norm, theirs)
        setattr(norm, theirs, nn.Parameter(value))
        weights.plain(getattr(norm, theirs), f"{name}.{ours}")


def dilated():
    """The last group keeps the size. As in torchvision, its first block has the dilation of the group before."""
    weights = Weights()
    stem, stem_norm = nn.Conv2d(3, 4, 7, 2, 3, bias=False), FrozenBatchNorm2d(4)
    weights.conv(stem, "s.stem")
    fixed_norm(weights, stem_norm, "s.stem_norm")
    blocks = [
        bottleneck(weights, "s.0.start", 4, 4),
        bottleneck(weights, "s.1.start", 16, 8),
        bottleneck(weights, "s.1.0", 32, 8, dilation=2),
    ]
    return nn.Sequential(stem, stem_norm, nn.ReLU(), nn.MaxPool2d(3, 2, 1), *blocks), weights


def convnext_block(weights, name, width):
    block = CNBlock(width, 1e-6, 0.0)
    depthwise = block.block[0]
    weights.put(
        depthwise.weight,
        f"{name}.seen.kernel",
        lambda value: value.reshape(7, 7, 1, width).permute(3, 2, 0, 1),
        [49, width],
    )
    weights.plain(depthwise.bias, f"{name}.seen.bias")
    weights.norm(block.block[2], f"{name}.seen_norm")
    weights.linear(block.block[3], f"{name}.fed.up")
    weights.linear(block.block[5], f"{name}.fed.down")
    weights.put(block.layer_scale, f"{name}.scale", lambda value: value.reshape(width, 1, 1), [width])
    return block


def convnext():
    weights = Weights()
    stem, stem_norm = nn.Conv2d(3, 4, 4, 4), LayerNorm2d(4, eps=1e-6)
    weights.conv(stem, "s.stem")
    weights.norm(stem_norm, "s.stem_norm")
    first = convnext_block(weights, "s.0.0", 4)
    norm, down = LayerNorm2d(4, eps=1e-6), nn.Conv2d(4, 8, 2, 2)
    weights.norm(norm, "s.1.norm")
    weights.conv(down, "s.1.down")
    second = [convnext_block(weights, f"s.1.{index}", 8) for index in range(2)]
    return nn.Sequential(stem, stem_norm, first, norm, down, *second), weights


def pooled(size, stride):
    return grid_case(TIED, lambda x: F.max_pool2d(x, size, stride, (size - 1) // 2, ceil_mode=True))


# Many values are equal, below 0 too.
TIED = torch.floor(numbers("tied", [5, 7, 2], 3.0)) - 1
GRID = numbers("grid", [13, 10, 3], 1.0)
EVEN = numbers("grid", [16, 8, 3], 1.0)
resnet_layer, resnet_weights = resnet()
dilated_layer, dilated_weights = dilated()
convnext_layer, convnext_weights = convnext()
document = {
    "made_by": f"torch {torch.__version__}, torchvision {torchvision.__version__}",
    "max_pool": {f"{size} {stride}": pooled(size, stride) for size, stride in [(2, 2), (3, 2), (3, 1), (2, 3)]},
    "resnet": grid_case(GRID, resnet_layer, resnet_weights),
    "dilated": grid_case(GRID, dilated_layer, dilated_weights),
    "convnext": grid_case(EVEN, convnext_layer, convnext_weights),
    "parameters": {
        "resnet18": sum(p.numel() for p in torchvision.models.resnet18().parameters()),
        "resnet50": sum(p.numel() for p in torchvision.models.resnet50().parameters()),
        "resnet152": sum(p.numel() for p in torchvision.models.resnet152().parameters()),
        "convnext_tiny": sum(p.numel() for p in torchvision.models.convnext_tiny().parameters()),
    },
}
path = pathlib.Path(__file__).with_name("networks.json")
path.write_text(json.dumps(document) + "\n")
