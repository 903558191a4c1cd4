"""The model small, exported by mtl. Every weight has the name that it has in mtl."""

from __future__ import annotations

import base64
import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# The tensors of each task: the features that it reads, those of its target, and what it predicts. The first axis is that of the examples.
TASKS: dict[str, dict[str, dict[str, tuple[str, tuple[int, ...]]]]] = {
    "kind": {
        "features": {
            "photo": ("uint8", (8, 8, 3)),
            "words.ids": ("int32", (5,)),
            "words.mask": ("uint8", (5,)),
            "words.segments": ("int32", (5,)),
            "words.present": ("uint8", ()),
        },
        "target": {
            "kind.target": ("int32", ()),
        },
        "outputs": {
            "logits": ("float32", (3,)),
        },
    },
    "size": {
        "features": {
            "words.ids": ("int32", (5,)),
            "words.mask": ("uint8", (5,)),
            "words.segments": ("int32", (5,)),
        },
        "target": {
            "size.target": ("float32", ()),
        },
        "outputs": {
            "value": ("float32", ()),
        },
    },
}

# The weights that a stage does not train.
FROZEN: dict[str, frozenset[str]] = {
    "warm": frozenset(),
    "fit": frozenset(
        [
            "read.embed.table",
            "read.with_segments.embed.table",
            "read.with_cls.cls",
            "read.positions.table",
            "read.attention_norm.scale",
            "read.attention_norm.offset",
            "read.attention.query.kernel",
            "read.attention.query.bias",
            "read.attention.key.kernel",
            "read.attention.key.bias",
            "read.attention.value.kernel",
            "read.attention.value.bias",
            "read.attention.output.kernel",
            "read.attention.output.bias",
            "read.ffn_norm.scale",
            "read.ffn_norm.offset",
            "read.ffn.up.kernel",
            "read.ffn.up.bias",
            "read.ffn.down.kernel",
            "read.ffn.down.bias",
        ]
    ),
}

# The modules that work as in evaluation while a stage trains, since all weights around them are frozen.
EVALUATED: dict[str, frozenset[str]] = {
    "warm": frozenset(),
    "fit": frozenset(
        [
            "read.dropout",
            "read.dropout_2",
            "read.stochastic_depth.dropout",
            "read.stochastic_depth_2.dropout",
        ]
    ),
}

# The weights that decay: no biases, norms, or other weights with one axis.
DECAYED: frozenset[str] = frozenset(
    [
        "read.embed.table",
        "read.with_segments.embed.table",
        "read.with_cls.cls",
        "read.positions.table",
        "read.attention.query.kernel",
        "read.attention.key.kernel",
        "read.attention.value.kernel",
        "read.attention.output.kernel",
        "read.ffn.up.kernel",
        "read.ffn.down.kernel",
        "task.size.head.up.kernel",
        "task.size.head.down.kernel",
        "seen.conv_stem.first.kernel",
        "seen.conv_stem.second.kernel",
        "seen.with_task_token.learned.kind.value",
        "seen.transformer.0.attention.query.kernel",
        "seen.transformer.0.attention.key.kernel",
        "seen.transformer.0.attention.value.kernel",
        "seen.transformer.0.attention.output.kernel",
        "seen.transformer.0.ffn.up.kernel",
        "seen.transformer.0.ffn.down.kernel",
        "seen.transformer.0.after_ffn.adapter.kind.down.kernel",
        "seen.transformer.0.after_ffn.adapter.kind.up.kernel",
        "classify.linear.kernel",
    ]
)


def put(module: nn.Module, path: str, child: nn.Module | nn.Parameter | Tensor) -> None:
    """Registers a module, a parameter or a buffer under a path of names that need not be attributes, as numbers are."""
    *outer, name = path.split(".")
    for segment in outer:
        inner = module._modules.setdefault(segment, nn.Module())
        assert inner is not None
        module = inner
    if isinstance(child, nn.Parameter):
        module._parameters[name] = child
    elif isinstance(child, nn.Module):
        module._modules[name] = child
    else:
        module._buffers[name] = child


def part(module: nn.Module, path: str) -> Any:
    """The module at a path of names that need not be attributes."""
    for segment in path.split("."):
        inner = module._modules[segment]
        assert inner is not None
        module = inner
    return module


def weight(module: nn.Module, path: str) -> nn.Parameter:
    """The weight at a path of names that need not be attributes."""
    *outer, name = path.split(".")
    found = (part(module, ".".join(outer)) if outer else module)._parameters[name]
    assert found is not None
    return found


class Dropout(nn.Module):
    """Dropout in training (Srivastava et al., 2014), of single values or of whole examples.

    Its random numbers are torch's, unless bytes are given: a value is kept whose byte is large enough.
    """

    def __init__(self, rate: float, over: str = "elements", rescale: bool = True) -> None:
        super().__init__()
        self.rate = rate
        self.over = over
        self.rescale = rescale
        self.given: list[Tensor] = []

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        if self.over == "elements" and self.rescale and not self.given:
            return F.dropout(x, self.rate)
        shape = x.shape if self.over == "elements" else x.shape[:1] + (1,) * (x.dim() - 1)
        if self.given:
            kept = self.given.pop(0).reshape(shape) > math.ceil(self.rate * 256) - 0.5
        else:
            kept = torch.rand(shape, device=x.device) >= self.rate
        scale = 1 / (1 - self.rate) if self.rescale and self.rate < 1 else 1.0
        return x * (kept * scale)


class RandomBytes(nn.Module):
    """Bytes that are drawn anew each time, unless they are given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Tensor] = []

    def forward(self, like: Tensor, *shape: int) -> Tensor:
        if self.given:
            return self.given.pop(0)
        return torch.randint(0, 256, shape, dtype=torch.uint8, device=like.device)


def stored(text: str, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """A constant with many values, whose bytes are text."""
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=dtype).reshape(shape).clone()


def give(model: nn.Module, random: dict[str, Tensor]) -> None:
    """Hands the bytes of random sites to the modules that would draw them. A site that is reached again has a number."""
    for name, module in model.named_modules():
        if isinstance(module, (Dropout, RandomBytes)):
            sites = [name, *(f"{name}#{count}" for count in range(2, 100))]
            module.given = [random[site] for site in sites if site in random]


def one_hot(ids: Tensor, depth: int) -> Tensor:
    """One-hot vectors; an id that is outside of 0 to depth - 1 has zeros."""
    return (ids.unsqueeze(-1) == torch.arange(depth, device=ids.device)).float()


def positions(x: Tensor, sinusoids: Tensor) -> Tensor:
    """Adds positions to tokens: learned, or fixed sines and cosines.

    Applied 3 times, first at `seen.positions`: x tokens[4 × 8] -> tokens[4 × 8].
    """
    return x + sinusoids


def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Scaled dot-product attention with several heads (Vaswani et al., 2017, §3.2), without weights. The mask of the
    keys is respected; values may have another width than keys. The factor of the products is 1 ∕ √(width of a head)
    unless `scale` is given.

    Applied 3 times, first at `seen.transformer.0.attention.mixed`: query tokens[5 × 8], key tokens[5 × 8], value
    tokens[5 × 8] -> tokens[5 × 8].
    """
    query = query.unflatten(2, (2, -1)).transpose(1, 2)
    key = key.unflatten(2, (2, -1)).transpose(1, 2)
    value = value.unflatten(2, (2, -1)).transpose(1, 2)
    mixed = F.scaled_dot_product_attention(query, key, value, scale=0.5)
    return mixed.transpose(1, 2).flatten(2)


def attend_2(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Scaled dot-product attention with several heads (Vaswani et al., 2017, §3.2), without weights. The mask of the
    keys is respected; values may have another width than keys. The factor of the products is 1 ∕ √(width of a head)
    unless `scale` is given.

    Applied 12 times, first at `read.attention.mixed`: query tokens[6 × 8], key tokens[6 × 8], value tokens[6 × 8]
    -> tokens[6 × 8].
    """
    query = query.unflatten(2, (2, -1)).transpose(1, 2)
    key = key.unflatten(2, (2, -1)).transpose(1, 2)
    value = value.unflatten(2, (2, -1)).transpose(1, 2)
    there = mask.unsqueeze(1).unsqueeze(2)
    mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=(there - 1) * 1e9, scale=0.5)
    mixed = mixed * there.amax(dim=-1, keepdim=True)
    return mixed.transpose(1, 2).flatten(2)


def sum_(x: Tensor, x_mask: Tensor) -> Tensor:
    """Sum of the tokens that are present.

    Applied 3 times, first at `task.kind.mean.sum`: x tokens[11 × 8] -> vector[8].
    """
    return (x * x_mask.unsqueeze(2)).sum(dim=1)


def mean(x: Tensor, x_mask: Tensor) -> Tensor:
    """Mean of the tokens that are present; 0 if there are none.

    Applied 3 times, first at `task.kind.mean`: x tokens[11 × 8] -> vector[8].
    """
    return sum_(x, x_mask) / x_mask.sum(dim=-1).clamp(min=1).unsqueeze(1)


class Conv(nn.Module):
    """Convolution with zero padding, as one affine map of the values around each cell, `dilation` cells apart.

    Applied 2 times, first at `seen.conv_stem.first`: x grid[8 × 8 × 3] -> grid[4 × 4 × 4].
    """

    def __init__(self, kernel_size: int, channels: int, x_length: int, parts: int, end: int) -> None:
        super().__init__()
        self.x_length = x_length
        self.parts = parts
        self.end = end
        self.kernel = nn.Parameter(torch.empty(kernel_size, channels))
        self.bias = nn.Parameter(torch.empty(channels))

    def forward(self, x: Tensor) -> Tensor:
        around = F.pad(x, (0, 0, 1, 1, 1, 1))
        around_2 = (
            around[:, : self.x_length, : self.x_length].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        )
        around_3 = (
            around[:, : self.x_length, 1 : self.end].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        )
        around_4 = around[:, : self.x_length, 2:].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around_5 = (
            around[:, 1 : self.end, : self.x_length].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        )
        around_6 = around[:, 1 : self.end, 1 : self.end].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around_7 = around[:, 1 : self.end, 2:].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around_8 = around[:, 2:, : self.x_length].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around_9 = around[:, 2:, 1 : self.end].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around = around[:, 2:, 2:].unflatten(1, (self.parts, -1)).unflatten(3, (self.parts, -1))
        around = torch.cat(
            [
                around_2[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_3[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_4[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_5[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_6[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_7[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_8[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around_9[:, :, :1, :, :1].squeeze(2).squeeze(3),
                around[:, :, :1, :, :1].squeeze(2).squeeze(3),
            ],
            dim=3,
        )
        return around @ self.kernel + self.bias


class GroupNorm(nn.Module):
    """Group norm of a grid (Wu & He, 2018).

    Applied 2 times, first at `seen.conv_stem.first_norm`: x grid[4 × 4 × 4] -> grid[4 × 4 × 4].
    """

    def __init__(self, x_width: int, x_length: int) -> None:
        super().__init__()
        self.x_length = x_length
        self.scale = nn.Parameter(torch.empty(x_width))
        self.offset = nn.Parameter(torch.empty(x_width))

    def forward(self, x: Tensor) -> Tensor:
        cells = x.flatten(1, 2).unflatten(2, (2, -1))
        difference = cells - cells.mean(dim=1, keepdim=True).mean(dim=-1, keepdim=True)
        made = (difference * difference).mean(dim=1, keepdim=True).mean(dim=-1, keepdim=True)
        normalised = (difference / (made + 1e-5).sqrt()).unflatten(1, (self.x_length, -1)).flatten(3, 4)
        return normalised * self.scale + self.offset


class ConvStem(nn.Module):
    """Two convolutions of stride 2 with group norm: a picture becomes tokens at a quarter of its size.

    Applied at `seen.conv_stem`: x grid[8 × 8 × 3] -> tokens[4 × 8].
    """

    def __init__(self) -> None:
        super().__init__()
        self.first = Conv(kernel_size=27, channels=4, x_length=8, parts=4, end=9)
        self.first_norm = GroupNorm(x_width=4, x_length=4)
        self.second = Conv(kernel_size=36, channels=8, x_length=4, parts=2, end=5)
        self.second_norm = GroupNorm(x_width=8, x_length=2)

    def forward(self, x: Tensor) -> Tensor:
        first = self.first(x)
        first_norm = self.first_norm(first)
        second = self.second(first_norm.relu())
        second_norm = self.second_norm(second)
        return second_norm.relu().flatten(1, 2)


class WithTaskToken(nn.Module):
    """Prepends a learned token of the current task (UniT; Hu & Singh, 2021).

    Applied at `seen.with_task_token`: x tokens[4 × 8] -> tokens[5 × 8].
    """

    def __init__(self) -> None:
        super().__init__()
        put(self, "learned.kind.value", nn.Parameter(torch.empty(1, 8)))

    def forward(self, x: Tensor) -> Tensor:
        concat = weight(self, "learned.kind.value").unsqueeze(1).expand(x.shape[0], -1, -1)
        return torch.cat([concat, x], dim=1)


class Norm(nn.Module):
    """Layer norm over the last axis with learned scale and offset (Ba et al., 2016).

    Applied 5 times, first at `seen.transformer.0.attention_norm`: x tokens[5 × 8] -> tokens[5 × 8].
    """

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.empty(8))
        self.offset = nn.Parameter(torch.empty(8))

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, self.scale.shape, self.scale, self.offset, eps=1e-6)


class Linear(nn.Module):
    """Affine map of the last axis: x·W + b.

    Applied 17 times, first at `seen.transformer.0.attention.query`: x tokens[5 × 8] -> tokens[5 × 8].
    """

    def __init__(self, x_width: int, width: int) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.empty(x_width, width))
        self.bias = nn.Parameter(torch.empty(width))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.kernel + self.bias


class SelfAttention(nn.Module):
    """Multi-head self-attention. Queries and keys have the stream's width unless `key_width` is given, and values
    unless `value_width` is given.

    Applied at `seen.transformer.0.attention`: x tokens[5 × 8] -> tokens[5 × 8].
    """

    def __init__(self) -> None:
        super().__init__()
        self.query = Linear(x_width=8, width=8)
        self.key = Linear(x_width=8, width=8)
        self.value = Linear(x_width=8, width=8)
        self.output = Linear(x_width=8, width=8)

    def forward(self, x: Tensor) -> Tensor:
        query = self.query(x)
        key = self.key(x)
        value = self.value(x)
        return self.output(attend(query, key, value))


class Mlp(nn.Module):
    """Two affine maps with an activation between them. By default the hidden layer has `ratio` times the width, and
    the output the width of the input.

    Applied 3 times, first at `seen.transformer.0.ffn`: x tokens[5 × 8] -> tokens[5 × 8].
    """

    def __init__(self, kernel_size: int, kernel_size_2: int) -> None:
        super().__init__()
        self.up = Linear(x_width=8, width=kernel_size)
        self.down = Linear(x_width=kernel_size, width=kernel_size_2)

    def forward(self, x: Tensor) -> Tensor:
        up = self.up(x)
        return self.down(F.gelu(up))


class Adapter(nn.Module):
    """The block `adapter`.

    Applied at `seen.transformer.0.after_ffn.adapter.kind`: x tokens[5 × 8], residual tokens[5 × 8] -> tokens[5 ×
    8].
    """

    def __init__(self) -> None:
        super().__init__()
        self.down = Linear(x_width=8, width=4)
        self.up = Linear(x_width=4, width=8)

    def forward(self, x: Tensor, residual: Tensor, ffn_norm: nn.Module) -> Tensor:
        ffn_norm_2 = ffn_norm(x)
        down = self.down(ffn_norm_2)
        up = self.up(down.relu())
        return x + up + 0 * residual


class Insert(nn.Module):
    """The block `insert`.

    Applied at `seen.transformer.0.after_ffn`: x tokens[5 × 8], residual tokens[5 × 8] -> tokens[5 × 8].
    """

    def __init__(self) -> None:
        super().__init__()
        put(self, "adapter.kind", Adapter())

    def forward(self, x: Tensor, residual: Tensor, norm: nn.Module) -> Tensor:
        return part(self, "adapter.kind")(x, residual, norm)


class EncoderLayer(nn.Module):
    """Transformer encoder layer (Vaswani et al., 2017; pre-norm as in ViT). The blocks `after_attention` and
    `after_ffn` extend or replace a sub-layer's end: they get its output `x`, its input `residual`, its `norm`, and
    the `layer_index` of the layer in its stack.

    Applied at `seen.transformer.0`: x tokens[5 × 8] -> tokens[5 × 8].
    """

    def __init__(self) -> None:
        super().__init__()
        self.attention_norm = Norm()
        self.attention = SelfAttention()
        self.dropout = Dropout(0.1)
        self.ffn_norm = Norm()
        self.ffn = Mlp(kernel_size=32, kernel_size_2=8)
        self.after_ffn = Insert()
        self.dropout_2 = Dropout(0.1)

    def forward(self, x: Tensor) -> Tensor:
        attention_norm = self.attention_norm(x)
        attention = self.attention(attention_norm)
        attention = self.dropout(attention)
        total = x + attention
        ffn_norm = self.ffn_norm(total)
        ffn = self.ffn(ffn_norm)
        after_ffn = self.after_ffn(ffn, total, self.ffn_norm)
        after_ffn = self.dropout_2(after_ffn)
        return total + after_ffn


class Transformer(nn.Module):
    """A stack of encoder layers. Stochastic depth grows linearly from 0 at the first layer to its rate at the last.
    With `causal: true` no token attends to those behind it.

    Applied at `seen.transformer`: x tokens[5 × 8] -> tokens[5 × 8].
    """

    def __init__(self) -> None:
        super().__init__()
        put(self, "0", EncoderLayer())

    def forward(self, x: Tensor) -> Tensor:
        return part(self, "0")(x)


class Embed(nn.Module):
    """One learned vector for each token of the vocabulary.

    Applied 2 times, first at `read.embed`: x ids[5] -> tokens[5 × 8].
    """

    def __init__(self, table_size: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.empty(table_size, 8))

    def forward(self, x: Tensor) -> Tensor:
        return F.embedding(x, self.table)


class WithSegments(nn.Module):
    """Adds a learned vector for the segment of each token, taken from the tokens or from another stream. With one
    segment nothing is added. If `segments` are the `same`, one learned vector is added to all tokens; if they are
    `ignored`, none is.

    Applied at `read.with_segments`: x tokens[5 × 8], source ids[5] -> tokens[5 × 8].
    """

    def __init__(self) -> None:
        super().__init__()
        self.embed = Embed(table_size=2)

    def forward(self, x: Tensor, x_segments: Tensor) -> Tensor:
        embed = self.embed(x_segments)
        return x + embed


class WithCls(nn.Module):
    """Prepends a learned class token, which `.cls` selects (Devlin et al., 2019; Dosovitskiy et al., 2021).

    Applied at `read.with_cls`: x tokens[5 × 8] -> tokens[6 × 8].
    """

    def __init__(self) -> None:
        super().__init__()
        self.cls = nn.Parameter(torch.empty(1, 8))

    def forward(self, x: Tensor, x_presence: Tensor, x_mask: Tensor) -> tuple[Tensor, Tensor]:
        joined = torch.cat([self.cls.unsqueeze(1).expand(x.shape[0], -1, -1), x], dim=1)
        joined_2 = torch.cat([x_presence.unsqueeze(1).expand(-1, -1), x_mask], dim=1)
        return joined, joined_2

    def as_with_cls(self, x: Tensor, x_mask: Tensor) -> tuple[Tensor, Tensor]:
        joined = torch.cat([self.cls.unsqueeze(1).expand(x.shape[0], -1, -1), x], dim=1)
        concat = torch.full((x.shape[0], 1), 1, dtype=torch.float32, device=x.device)
        return joined, torch.cat([concat, x_mask], dim=1)


class Positions(nn.Module):
    """Adds positions to tokens: learned, or fixed sines and cosines.

    Applied at `read.positions`: x tokens[6 × 8] -> tokens[6 × 8].
    """

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.empty(6, 8))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.table


class SelfAttention_2(nn.Module):
    """Multi-head self-attention. Queries and keys have the stream's width unless `key_width` is given, and values
    unless `value_width` is given.

    Applied at `read.attention`: x tokens[6 × 8] -> tokens[6 × 8].
    """

    def __init__(self) -> None:
        super().__init__()
        self.query = Linear(x_width=8, width=8)
        self.key = Linear(x_width=8, width=8)
        self.value = Linear(x_width=8, width=8)
        self.output = Linear(x_width=8, width=8)

    def forward(self, x: Tensor, x_mask: Tensor) -> Tensor:
        query = self.query(x)
        key = self.key(x)
        value = self.value(x)
        return self.output(attend_2(query, key, value, x_mask))


class StochasticDepth(nn.Module):
    """Drops a residual branch for whole examples, without rescaling the others (Huang et al., 2016, as in MBT's code).

    Applied 2 times, first at `read.stochastic_depth`: x tokens[6 × 8] -> tokens[6 × 8].
    """

    def __init__(self) -> None:
        super().__init__()
        self.dropout = Dropout(0.1, over="example", rescale=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.dropout(x)


class EncoderLayer_2(nn.Module):
    """Transformer encoder layer (Vaswani et al., 2017; pre-norm as in ViT). The blocks `after_attention` and
    `after_ffn` extend or replace a sub-layer's end: they get its output `x`, its input `residual`, its `norm`, and
    the `layer_index` of the layer in its stack.

    Applied at `read`: x tokens[6 × 8] -> tokens[6 × 8].
    """

    def __init__(self) -> None:
        super().__init__()
        self.embed = Embed(table_size=300)
        self.with_segments = WithSegments()
        self.with_cls = WithCls()
        self.positions = Positions()
        self.attention_norm = Norm()
        self.attention = SelfAttention_2()
        self.dropout = Dropout(0.1)
        self.ffn_norm = Norm()
        self.ffn = Mlp(kernel_size=32, kernel_size_2=8)
        self.dropout_2 = Dropout(0.1)
        self.stochastic_depth = StochasticDepth()
        self.stochastic_depth_2 = StochasticDepth()

    def forward(self, x: Tensor, x_mask: Tensor) -> Tensor:
        attention_norm = self.attention_norm(x)
        attention = self.attention(attention_norm, x_mask)
        attention = self.dropout(attention)
        total = x + attention
        ffn_norm = self.ffn_norm(total)
        ffn = self.ffn(ffn_norm)
        ffn = self.dropout_2(ffn)
        return total + ffn

    def as_encoder_layer(self, x: Tensor, x_mask: Tensor) -> Tensor:
        attention_norm = self.attention_norm(x)
        attention = self.attention(attention_norm, x_mask)
        attention = self.dropout(attention)
        stochastic_depth = self.stochastic_depth(attention)
        total = x + stochastic_depth
        ffn_norm = self.ffn_norm(total)
        ffn = self.ffn(ffn_norm)
        ffn = self.dropout_2(ffn)
        stochastic_depth = self.stochastic_depth_2(ffn)
        return total + stochastic_depth


class Model(nn.Module):
    """Two tasks."""

    constant: Tensor
    class_mask_of_kind: Tensor

    def __init__(self) -> None:
        super().__init__()
        # Numbers that a training may set by name. `progress`, the share of a stage's updates that are done, is 1 unless it is set.
        self.numbers: dict[str, float] = {}
        self.register_buffer(
            "constant",
            stored(
                "AAAAAAAAgD8AAAAAAACAPwAAAAAAAIA/AAAAAAAAgD+kalc/QFEKP3Z1zD2YuH4/V9YjPLn8fz9tEoM6+P9/P7fHaD8zEdW++W9LPqXlej8+1KM85fJ/P2kSAzve/38/w4EQPiZwfb9tTpc+75B0PyC59TyD4n8/k5tEO7X/fz8=",
                (4, 8),
                torch.float32,
            ),
            persistent=False,
        )
        self.register_buffer("class_mask_of_kind", torch.full((3,), 1, dtype=torch.float32), persistent=False)
        put(self, "seen.conv_stem", ConvStem())
        put(self, "seen.with_task_token", WithTaskToken())
        put(self, "seen.transformer", Transformer())
        self.read = EncoderLayer_2()
        put(self, "classify.norm", Norm())
        put(self, "classify.linear", Linear(x_width=8, width=3))
        put(self, "task.size.head", Mlp(kernel_size=8, kernel_size_2=1))

    def forward(
        self,
        task: str,
        features: dict[str, Tensor],
        row_weight: Tensor | None = None,
        random: dict[str, Tensor] | None = None,
    ) -> dict[str, Tensor]:
        """The outputs of a task by name; with weights of rows also its loss, the weighted mean of the rows, and its weight.

        The features of the target are needed for the loss alone. `random` has bytes of random sites by name.
        """
        if random is not None:
            give(self, random)
        if task == "kind":
            return self.task_kind(features, row_weight)
        if task == "size":
            return self.task_size(features, row_weight)
        raise KeyError(f"The model has no task {task}.")

    def task_kind(self, features: dict[str, Tensor], row_weight: Tensor | None) -> dict[str, Tensor]:
        seen = part(self, "seen.conv_stem")(features["photo"].float() * 0.00392156862745098)
        seen = part(self, "seen.with_task_token")(positions(seen, self.constant))
        seen = part(self, "seen.transformer")(seen)
        read = part(self, "read.embed")(features["words.ids"])
        read = part(self, "read.with_segments")(read, features["words.segments"])
        read, read_mask = part(self, "read.with_cls")(
            read, features["words.present"].float(), features["words.mask"].float()
        )
        read = part(self, "read.positions")(read)
        read = self.read(read, read_mask)
        read = self.read.as_encoder_layer(read, read_mask)
        fill = torch.full((seen.shape[0], 5), 1, dtype=torch.float32, device=seen.device)
        made = mean(torch.cat([seen, read], dim=1), torch.cat([fill, read_mask], dim=1))
        classify = part(self, "classify.norm")(made)
        classify = part(self, "classify.linear")(classify)
        outputs: dict[str, Tensor] = {"logits": torch.where(self.class_mask_of_kind > 0, classify, -1e9)}
        if row_weight is not None:
            chosen = torch.where(self.class_mask_of_kind > 0, classify, -1e9)
            log_softmax = chosen.log_softmax(dim=-1)
            total = (log_softmax * one_hot(features["kind.target"], 3)).sum(dim=-1)
            total_2 = (log_softmax * self.class_mask_of_kind).sum(dim=-1)
            total = total * -0.9 + total_2 / self.class_mask_of_kind.sum(dim=0) * -0.1
            total_3 = row_weight.sum(dim=0)
            chosen_2 = torch.where(total_3 > 0, total_3, 1)
            quotient = (total * row_weight).sum(dim=0) / chosen_2
            product = chosen.log_softmax(dim=-1) * one_hot(features["kind.target"], 3)
            total = product.sum(dim=-1)
            product = ((1 - total.exp()).clamp(min=1e-7).log() * 2).exp() * total
            quotient_2 = (-product * row_weight).sum(dim=0) / chosen_2
            outputs["loss"] = quotient * 0.5 + quotient_2 * 0.25
            outputs["loss/cross_entropy"] = quotient
            outputs["loss/focal"] = quotient_2
            outputs["weight"] = row_weight.sum()
        return outputs

    def task_size(self, features: dict[str, Tensor], row_weight: Tensor | None) -> dict[str, Tensor]:
        read = part(self, "read.embed")(features["words.ids"])
        read = part(self, "read.with_segments")(read, features["words.segments"])
        read, read_mask = part(self, "read.with_cls").as_with_cls(read, features["words.mask"].float())
        read = part(self, "read.positions")(read)
        read = self.read(read, read_mask)
        read = self.read.as_encoder_layer(read, read_mask)
        head = part(self, "task.size.head")(read[:, :1].squeeze(1))
        reshaped = head.squeeze(1)
        outputs: dict[str, Tensor] = {"value": reshaped}
        if row_weight is not None:
            abs = (reshaped - features["size.target"]).abs()
            minimum = abs.clamp(max=0.5)
            total = row_weight.sum(dim=0)
            total_2 = (minimum * (abs - minimum * 0.5) * row_weight).sum(dim=0)
            outputs["loss"] = total_2 / torch.where(total > 0, total, 1)
            outputs["weight"] = row_weight.sum()
        return outputs

    def predict_several(self, tasks: set[str], features: dict[str, Tensor]) -> dict[str, dict[str, Tensor]]:
        """The outputs of several tasks for the same rows, as in prediction. A part that tasks have in common is computed once."""
        outputs: dict[str, dict[str, Tensor]] = {}
        number_ = features["words.mask"].float()
        read = part(self, "read.embed")(features["words.ids"])
        read = part(self, "read.with_segments")(read, features["words.segments"])
        if "kind" in tasks:
            seen = part(self, "seen.conv_stem")(features["photo"].float() * 0.00392156862745098)
            seen = part(self, "seen.with_task_token")(positions(seen, self.constant))
            seen = part(self, "seen.transformer")(seen)
            read_2, read_mask = part(self, "read.with_cls")(read, features["words.present"].float(), number_)
            read_3 = part(self, "read.positions")(read_2)
            read_4 = self.read(read_3, read_mask)
            read_5 = self.read.as_encoder_layer(read_4, read_mask)
            fill = torch.full((number_.shape[0], 5), 1, dtype=torch.float32, device=number_.device)
            made = mean(torch.cat([seen, read_5], dim=1), torch.cat([fill, read_mask], dim=1))
            classify = part(self, "classify.norm")(made)
            classify = part(self, "classify.linear")(classify)
            outputs["kind"] = {"logits": torch.where(self.class_mask_of_kind > 0, classify, -1e9)}
        if "size" in tasks:
            read_6, read_mask = part(self, "read.with_cls").as_with_cls(read, number_)
            read_7 = part(self, "read.positions")(read_6)
            read_8 = self.read(read_7, read_mask)
            read_9 = self.read.as_encoder_layer(read_8, read_mask)
            head = part(self, "task.size.head")(read_9[:, :1].squeeze(1))
            outputs["size"] = {"value": head.squeeze(1)}
        return outputs
