"""The random numbers of mtl, which follow from a key alone: Threefry-4x32 with 13 rounds.

With them the order of rows, the tasks that a sampler draws and the bytes of dropout are those of `mtl train`, on any
number of processes, and a position is the whole state.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]

_ROTATIONS = ((10, 26), (11, 21), (13, 27), (23, 5), (6, 20), (17, 11), (25, 10), (18, 20))
_PARITY = np.uint32(0x1BD11BDA)
_BLOCKS = 512
_RANGE = 2**32


def threefry(key: Words, counter: Words) -> Words:
    """Returns the block `[..., 4]` of each key and counter `[..., 4]`, which broadcast (Salmon et al., 2011)."""
    keys = [key[..., word] for word in range(4)]
    keys.append(_PARITY ^ keys[0] ^ keys[1] ^ keys[2] ^ keys[3])
    x = [counter[..., word] + keys[word] for word in range(4)]
    for index in range(13):
        first, second = _ROTATIONS[index % 8]
        left, right = (1, 3) if index % 2 == 0 else (3, 1)
        x[0] = x[0] + x[left]
        x[left] = _rotated(x[left], first) ^ x[0]
        x[2] = x[2] + x[right]
        x[right] = _rotated(x[right], second) ^ x[2]
        if index % 4 == 3:
            turn = index // 4 + 1
            x = [x[word] + keys[(turn + word) % 5] for word in range(4)]
            x[3] = x[3] + np.uint32(turn)
    return np.stack(x, axis=-1)


def _rotated(x: Words, by: int) -> Words:
    return (x << np.uint32(by)) | (x >> np.uint32(32 - by))


def stream_key(seed: int, *names: str | int) -> Words:
    """Returns the key `[4]` of a stream; streams of different seeds or names are independent."""
    key = np.zeros((1, 4), np.uint32)
    for name in (seed, *names):
        key = derived_keys(key, encoded_names([str(name)]))
    return key[0]


def encoded_names(names: Sequence[str]) -> NDArray[np.uint8]:
    """Returns the UTF-16 units of names as bytes `[names, bytes]`, padded with zeros, as the shards keep keys."""
    encoded = [name.encode("utf-16-le") for name in names]
    width = max(map(len, encoded), default=0)
    return np.array([list(units.ljust(width, b"\0")) for units in encoded], np.uint8).reshape(len(names), width)


def derived_keys(key: Words, names: NDArray[np.uint8]) -> Words:
    """Returns the key `[names, 4]` of each part of a stream, whose units are chained through the cipher."""
    rows = len(names)
    padded = np.zeros((rows, -(-names.shape[1] // 16) * 16), np.uint8)
    padded[:, : names.shape[1]] = names
    units = padded.view("<u2")
    lengths = units.shape[1] - np.argmax(units[:, ::-1] != 0, axis=1) if units.shape[1] else np.zeros(rows, np.int64)
    lengths = np.where(units.any(axis=1), lengths, 0)
    first = np.zeros((rows, 4), np.uint32)
    first[:, 0] = lengths
    chained = _absorbed(np.broadcast_to(key, (rows, 4)), first)
    blocks = padded.view("<u4").reshape(rows, -1, 4)
    for at in range(blocks.shape[1]):
        used = (lengths > at * 8)[:, None]
        chained = np.where(used, _absorbed(chained, blocks[:, at]), chained)
    return chained


def _absorbed(key: Words, block: Words) -> Words:
    return threefry(key, block) ^ block


class Generator:
    """A sequence of random numbers that a key determines; setting `position` continues from there."""

    def __init__(self, seed: int, *names: str | int) -> None:
        self._key = stream_key(seed, *names)
        self._words: list[int] = []
        self._first = 0
        self.position = 0

    def word(self) -> int:
        """Returns a uniform integer in 0 … 2³² − 1."""
        at = self.position - self._first
        if not 0 <= at < len(self._words):
            self._first = self.position // 4 * 4
            counter = np.zeros((_BLOCKS, 4), np.uint32)
            counter[:, 0] = (np.arange(_BLOCKS, dtype=np.uint64) + np.uint64(self._first // 4)) % _RANGE
            counter[:, 1] = (np.arange(_BLOCKS, dtype=np.uint64) + np.uint64(self._first // 4)) // _RANGE
            self._words = threefry(self._key, counter).reshape(-1).tolist()
            at = self.position - self._first
        self.position += 1
        return self._words[at]

    def uniform(self) -> float:
        """Returns a uniform number in [0, 1) with 53 bits."""
        high = self.word() >> 5
        return (high * 2**26 + (self.word() >> 6)) / 2**53

    def normal(self) -> float:
        """Returns a standard normal number, by Box and Muller (1958)."""
        radius = math.sqrt(-2 * math.log((self.word() + 0.5) / _RANGE))
        return radius * math.cos(2 * math.pi * self.word() / _RANGE)

    def below(self, n: int) -> int:
        """Returns a uniform integer in 0 … n − 1."""
        limit = _RANGE - _RANGE % n
        word = self.word()
        while word >= limit:
            word = self.word()
        return word % n

    def permutation(self, n: int) -> list[int]:
        """Returns 0 … n − 1 in random order (Fisher and Yates)."""
        order = list(range(n))
        for last in range(n - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def shuffled(self, items: list[int]) -> list[int]:
        """Shuffles a list of tasks in place by numbers in [0, 1), as mtl's samplers do."""
        for last in range(len(items) - 1, 0, -1):
            other = int(self.uniform() * (last + 1))
            items[last], items[other] = items[other], items[last]
        return items


def random_bytes(
    seed: int,
    site: str,
    epoch: int,
    keys: NDArray[np.uint8],
    row_bytes: int,
    moved: tuple[int, int, float] | None = None,
) -> NDArray[np.uint8]:
    """Returns bytes `[rows, row_bytes]` for a site of dropout, keyed by the epoch and the key of each example.

    `moved` is (from, to, share): bytes that are equal to `from` become `to` with probability `share`, for rates between
    two multiples of 1/256.
    """
    rows = derived_keys(stream_key(seed, "random bytes", site, epoch), keys)
    blocks = -(-row_bytes // 16)
    counter = np.zeros((1, blocks, 4), np.uint32)
    counter[0, :, 0] = np.arange(blocks)
    words = threefry(rows[:, None, :], counter)
    drawn = np.ascontiguousarray(words).view(np.uint8).reshape(len(keys), -1)[:, :row_bytes].copy()
    if moved is not None:
        source, target, share = moved
        row, place = np.nonzero(drawn == source)
        again = np.zeros((len(row), 4), np.uint32)
        again[:, 0] = place
        again[:, 1] = 1
        chosen = threefry(rows[row], again)[:, 0] < share * _RANGE
        drawn[row[chosen], place[chosen]] = target
    return drawn
