"""What the scripts of this folder have in common: numbers by a formula, parameters under our names, and a layer's outputs and gradients."""

import math

import torch

torch.set_default_dtype(torch.float64)


def numbers(name, shape, scale=0.4):
    seed = sum((index + 1) * byte for index, byte in enumerate(name.encode()))
    count = math.prod(shape)
    return torch.tensor([math.sin(1.7 * index + seed) * scale for index in range(count)]).reshape(shape)


class Weights:
    """Fills PyTorch's parameters by our names, and gives each gradient in our layout."""

    def __init__(self):
        self.known = []

    def put(self, parameter, name, to_theirs, shape):
        scale, offset = (0.4, 1.0) if name.endswith(("scale", "variance")) else (0.4, 0.0)
        value = numbers(name, shape, scale) + offset
        with torch.no_grad():
            parameter.copy_(to_theirs(value))
        self.known.append((name, parameter, to_theirs, shape))

    def plain(self, parameter, name):
        self.put(parameter, name, lambda value: value, list(parameter.shape))

    def conv(self, layer, name):
        out, inner, rows, columns = layer.weight.shape
        self.put(
            layer.weight,
            f"{name}.kernel",
            lambda value: value.reshape(rows, columns, inner, out).permute(3, 2, 0, 1),
            [rows * columns * inner, out],
        )
        if layer.bias is not None:
            self.plain(layer.bias, f"{name}.bias")

    def norm(self, layer, name):
        self.plain(layer.weight, f"{name}.scale")
        self.plain(layer.bias, f"{name}.offset")

    def linear(self, layer, name):
        self.put(layer.weight, f"{name}.kernel", lambda value: value.T, list(layer.weight.T.shape))
        if layer.bias is not None:
            self.plain(layer.bias, f"{name}.bias")

    def gradients(self):
        """For each weight, the product of its gradient with the weight: a number that shows every element."""
        result = {}
        for name, parameter, to_theirs, shape in self.known:
            result[name] = float((parameter.grad * to_theirs(numbers(f"{name} direction", shape))).sum())
        return result


def case(x, layer, weights=None):
    """What the layer makes of one example."""
    x = x.clone().requires_grad_(True)
    y = layer(x.unsqueeze(0)).squeeze(0)
    (y * numbers("cotangent", list(y.shape))).sum().backward()
    return {
        "shape": list(y.shape),
        "output": y.flatten().tolist(),
        "input_gradient": x.grad.flatten().tolist(),
        **({"weight_gradients": weights.gradients()} if weights else {}),
    }
