import type { HelperName } from "../lower/torch/lowering.ts";

/** Functions that lowerings call, as Python. */
export const helpers: { readonly [Name in HelperName]: string } = {
  gather: `def gather(x: Tensor, index: Tensor, dim: int) -> Tensor:
    """Rows of a tensor along an axis, by an index of any shape."""
    return x.index_select(dim, index.flatten()).unflatten(dim, index.shape)`,
  one_hot: `def one_hot(ids: Tensor, depth: int) -> Tensor:
    """One-hot vectors; an id that is outside of 0 to depth - 1 has zeros."""
    return (ids.unsqueeze(-1) == torch.arange(depth, device=ids.device)).float()`,
  assignment: `@torch.library.custom_op("mtl::assignment", mutates_args=(), schema="(Tensor costs) -> Tensor")
def assignment(costs: Tensor) -> Tensor:
    """The assignment of rows to columns of least cost, for each example: 1 for the column of a row, else 0 (Carion et al., 2020)."""
    chosen = torch.zeros_like(costs)
    for example, own in enumerate(costs.detach().cpu().double().nan_to_num(nan=1e12)):
        rows, columns = linear_sum_assignment(own.numpy())
        chosen[example, torch.from_numpy(rows), torch.from_numpy(columns)] = 1
    return chosen


@assignment.register_fake
def assignment_fake(costs: Tensor) -> Tensor:
    """The shape of an assignment, from which \`torch.compile\` and \`torch.export\` trace it."""
    return torch.empty_like(costs)`,
};

/** Modules and functions that every model may need, by the name under which they are called. */
export const supports = {
  put: `def put(module: nn.Module, path: str, child: nn.Module | nn.Parameter | Tensor) -> None:
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
        module._buffers[name] = child`,
  part: `def part(module: nn.Module, path: str) -> Any:
    """The module at a path of names that need not be attributes."""
    for segment in path.split("."):
        inner = module._modules[segment]
        assert inner is not None
        module = inner
    return module`,
  weight: `def weight(module: nn.Module, path: str) -> nn.Parameter:
    """The weight at a path of names that need not be attributes."""
    *outer, name = path.split(".")
    found = (part(module, ".".join(outer)) if outer else module)._parameters[name]
    assert found is not None
    return found`,
  state: `def state(module: nn.Module, path: str) -> Tensor:
    """The state at a path of names that need not be attributes, which no gradient reaches."""
    *outer, name = path.split(".")
    found = (part(module, ".".join(outer)) if outer else module)._buffers[name]
    assert found is not None
    return found`,
  Dropout: `class Dropout(nn.Module):
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
        return x * (kept * scale)`,
  RandomBytes: `class RandomBytes(nn.Module):
    """Bytes that are drawn anew each time, unless they are given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Tensor] = []

    def forward(self, like: Tensor, *shape: int) -> Tensor:
        if self.given:
            return self.given.pop(0)
        return torch.randint(0, 256, shape, dtype=torch.uint8, device=like.device)`,
  stored: `def stored(text: str, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """A constant with many values, whose bytes are text."""
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=dtype).reshape(shape).clone()`,
  number: `def number(numbers: dict[str, float], name: str, otherwise: float) -> Tensor:
    """A number that a training sets, as a tensor."""
    return torch.tensor(numbers.get(name, otherwise))`,
  mixing: `def mixing(numbers: dict[str, float], name: str, alpha: float) -> Tensor:
    """The share of a row's own values where rows are mixed (Zhang et al., 2018), drawn anew unless it is set."""
    if name in numbers:
        return torch.tensor(numbers[name])
    return torch.distributions.Beta(alpha, alpha).sample()`,
  give: `def give(model: nn.Module, random: dict[str, Tensor]) -> None:
    """Hands the bytes of random sites to the modules that would draw them. A site that is reached again has a number."""
    for name, module in model.named_modules():
        if isinstance(module, (Dropout, RandomBytes)):
            sites = [name, *(f"{name}#{count}" for count in range(2, 100))]
            module.given = [random[site] for site in sites if site in random]`,
} as const;

export type SupportName = keyof typeof supports;
