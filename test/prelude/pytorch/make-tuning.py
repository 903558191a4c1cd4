"""Writes tuning.json: what PEFT's LoRA, DoRA and prefixes make of tokens, with gradients, in float64.

    pip install torch==2.13.0 transformers==5.17.0 peft==0.21.0
    python test/prelude/pytorch/make-tuning.py

Weights and inputs are given by a formula, so that the test can make them too.
"""

import json
import pathlib

import peft
import torch
from peft import LoraConfig, get_peft_model
from torch import nn

from weights import Weights, case, numbers


class Map(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(4, 6)

    def forward(self, x):
        return self.inner(x)


def low_rank(dropout=0.0, **options):
    """x·W + b with an update of rank 2. The gradients of W are those of weights that are trained, too."""
    model = get_peft_model(Map(), LoraConfig(r=2, lora_alpha=3, lora_dropout=dropout, target_modules=["inner"], **options))
    layer, weights = model.base_model.model.inner, Weights()
    layer.to(torch.float64)
    layer.base_layer.requires_grad_(True)
    weights.linear(layer.base_layer, "s")
    update = "s.kernel.dora.direction" if options else "s.kernel.lora"
    weights.put(layer.lora_A["default"].weight, f"{update}.down", lambda value: value.T, [4, 2])
    weights.put(layer.lora_B["default"].weight, f"{update}.up", lambda value: value.T, [2, 6])
    if options:
        parameter, name = layer.lora_magnitude_vector["default"].weight, "s.kernel.dora.magnitude"
        weights.plain(parameter, name)
        with torch.no_grad():
            parameter.add_(layer.base_layer.weight.norm(dim=1))
    return model, weights


def dropped():
    """The same in training, with dropout of the update's rows, and the factors that PEFT drew for their values."""
    torch.manual_seed(1)
    model, weights = low_rank(dropout=0.25)
    model.train()
    drawn = []
    layer = model.base_model.model.inner.lora_dropout["default"]
    layer.register_forward_hook(lambda _, given, result: drawn.append((result / given[0]).flatten().tolist()))
    made = case(numbers("tokens", [3, 4], 1.0), model, weights)
    return {**made, "factors": [round(factor * 3) / 3 for factor in drawn[0]]}


document = {
    "made_by": f"torch {torch.__version__}, peft {peft.__version__}",
    "lora": case(numbers("tokens", [3, 4], 1.0), *low_rank()),
    "dropout": dropped(),
    "dora": case(numbers("tokens", [3, 4], 1.0), *low_rank(use_dora=True)),
}
path = pathlib.Path(__file__).parent / "tuning.json"
path.write_text(json.dumps(document) + "\n")
