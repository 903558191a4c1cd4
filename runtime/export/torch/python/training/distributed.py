"""Processes: one, or as many as `torchrun` starts, by DDP or FSDP2."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.fsdp import FSDPModule, fully_shard

Value = TypeVar("Value")


@dataclass(frozen=True)
class Processes:
    """This process among all of them."""

    rank: int
    world: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    def moved(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        """Returns tensors on the device of this process."""
        return {name: values.to(self.device, non_blocking=True) for name, values in tensors.items()}

    def summed(self, values: Tensor) -> Tensor:
        """Returns the sum of a tensor over all processes."""
        if self.world > 1:
            dist.all_reduce(values)
        return values

    def gathered(self, value: Value) -> list[Value]:
        """Returns the values of all processes, in the order of their ranks."""
        if self.world == 1:
            return [value]
        found: list[Any] = [None] * self.world
        dist.all_gather_object(found, value)
        return found

    def wait(self) -> None:
        """Waits until all processes are here."""
        if self.world > 1:
            dist.barrier()


def join_processes() -> Processes:
    """Joins the processes that `torchrun` (or Ray) started; a program that was started alone is the only one."""
    world, rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
    local = int(os.environ.get("LOCAL_RANK", 0))
    device = torch.device("cuda", local) if torch.cuda.is_available() else torch.device("cpu")
    if device.type == "cuda":
        torch.cuda.set_device(device)
    if world > 1 and not dist.is_initialized():
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return Processes(rank, world, device)


def sharded_by_block(model: nn.Module) -> nn.Module:
    """Divides weights, gradients and moments among the processes (FSDP2): each repeated block, then the rest.

    Weights are gathered in float32, also where autocast computes in bfloat16: some operators take no weights in half.
    """
    for block in list(repeated_blocks(model)):
        fully_shard(block)
    fully_shard(model)
    return model


def repeated_blocks(model: nn.Module) -> Iterator[nn.Module]:
    """Yields the outermost modules of each `repeat`, which are named by their number.

    A number that only groups modules, as that of an expert, is never called, so that nothing would gather its weights.
    """
    for name, child in model.named_children():
        has_weights = any(True for _ in child.parameters())
        if name.isdigit() and has_weights and type(child).forward is not nn.Module.forward:
            yield child
        else:
            yield from repeated_blocks(child)


def replicated(objective: nn.Module, processes: Processes) -> nn.Module:
    """Keeps a copy of the model in each process (DDP); an update leaves the heads of other tasks untouched."""
    if processes.world == 1:
        return objective
    return nn.parallel.DistributedDataParallel(objective, find_unused_parameters=True)


@contextlib.contextmanager
def exchanging(model: nn.Module, inner: nn.Module, now: bool) -> Iterator[None]:
    """Exchanges gradients in this backward pass, or leaves that to a later one of the same update."""
    if isinstance(model, nn.parallel.DistributedDataParallel) and not now:
        with model.no_sync():
            yield
        return
    if isinstance(inner, FSDPModule):
        inner.set_requires_gradient_sync(now)
    yield


def with_last(items: Iterable[Value]) -> Iterator[tuple[Value, bool]]:
    """Yields items, and whether each is the last one."""
    iterator = iter(items)
    try:
        held = next(iterator)
    except StopIteration:
        return
    for item in iterator:
        yield held, False
        held = item
    yield held, True


def whole(tensor: Tensor) -> Tensor:
    """Returns all of a tensor that may be divided among the processes; every process must ask for it."""
    full = getattr(tensor, "full_tensor", None)
    return full() if full is not None else tensor
