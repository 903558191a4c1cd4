"""Writes t5.json: what transformers' T5 encoder makes of tokens, with gradients, in float64, and the buckets of its distances.

    pip install torch==2.13.0 transformers==5.18.0
    python test/prelude/pytorch/make-t5.py

Weights and inputs are given by a formula, so that the test can make them too.
"""

import json
import pathlib

import torch
import transformers
from transformers import T5Config
from transformers.models.t5.modeling_t5 import T5Attention, T5Stack

from weights import Weights, case, numbers


def encoder():
    config = T5Config(
        d_model=8,
        d_kv=3,
        num_heads=2,
        d_ff=16,
        num_layers=2,
        relative_attention_num_buckets=8,
        relative_attention_max_distance=10,
        feed_forward_proj="relu",
        dropout_rate=0.0,
        use_cache=False,
    )
    stack, weights = T5Stack(config), Weights()
    name = "s"
    weights.plain(stack.block[0].layer[0].SelfAttention.relative_attention_bias.weight, f"{name}.bias.table")
    for index, block in enumerate(stack.block):
        layer = f"{name}.encoder.{index}"
        (attends, feeds) = block.layer
        weights.plain(attends.layer_norm.weight, f"{layer}.attention_norm.scale")
        for ours, theirs in {"query": "q", "key": "k", "value": "v", "output": "o"}.items():
            weights.linear(getattr(attends.SelfAttention, theirs), f"{layer}.attention.{ours}")
        weights.plain(feeds.layer_norm.weight, f"{layer}.ffn_norm.scale")
        weights.linear(feeds.DenseReluDense.wi, f"{layer}.ffn.up")
        weights.linear(feeds.DenseReluDense.wo, f"{layer}.ffn.down")
    weights.plain(stack.final_layer_norm.weight, f"{name}.normalised.scale")
    return lambda x: stack(inputs_embeds=x).last_hidden_state, weights


def buckets(count, farthest, bidirectional):
    """The buckets of tokens that are 0, 1, 2 … before and after."""
    distances = torch.arange(200)
    of = lambda positions: T5Attention._relative_position_bucket(positions, bidirectional, count, farthest).tolist()
    return {"before": of(-distances), "after": of(distances)}


encode, weights = encoder()
document = {
    "made_by": f"torch {torch.__version__}, transformers {transformers.__version__}",
    "encoder": case(numbers("tokens", [14, 8], 1.0), encode, weights),
    "buckets": {
        f"{count} {farthest} {'both' if bidirectional else 'before'}": buckets(count, farthest, bidirectional)
        for count, farthest in [(32, 128), (8, 20), (64, 100)]
        for bidirectional in [True, False]
    },
}
path = pathlib.Path(__file__).with_name("t5.json")
path.write_text(json.dumps(document) + "\n")
