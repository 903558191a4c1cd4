"""Texts that a model generates a token at a time, as mtl does: greedily, by a beam, or by sampling.

    from generation import generate
    generate(model, Preprocessor("."), "pronounce", [{"word": "fox"}])  # [{"text": …, "probability": …}]

What the text does not change is computed once for all tokens (`encode_TASK` of the model). The text itself is read as
a whole for each token (`decode_TASK`): keys and values of earlier tokens are not kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from preprocess import Example, Preprocessor
from torch import Tensor, nn

PADDING, UNKNOWN, SEPARATOR, MASK = range(4)

# The flags of the tokens that may follow a text so far.
MayFollow = Callable[[Sequence[int]], Tensor]
# The log probabilities of the token after each text so far.
NextTokens = Callable[[Sequence[Sequence[int]]], Tensor]


@dataclass(frozen=True)
class Text:
    """The tokens of a text without its end, and the logarithm of its probability, its end included."""

    ids: tuple[int, ...] = ()
    log_probability: float = 0.0

    def score(self, penalty: float, tokens: int | None = None) -> float:
        """The log probability by a power of the length (Wu et al., 2016), the end included."""
        return self.log_probability / ((5 + (tokens or len(self.ids) + 1)) / 6) ** penalty


def generate(
    model: nn.Module,
    preprocessor: Preprocessor,
    task: str,
    examples: Sequence[Example],
    decoding: Mapping[str, Any] | None = None,
    base: str | Path = ".",
) -> list[dict[str, Any]]:
    """The text of each example and its probability.

    `decoding` is that of the specification unless it is given: `{"kind": "greedy"}`, `{"kind": "beam", "width": 4,
    "length_penalty": 0.6}` or `{"kind": "sample", "temperature": 1, "top_k": 50, "top_p": 0.9, "seed": 1}`.
    Each may have `"among"`, a list of the texts that may be generated.
    """
    described = preprocessor.described["tasks"][task]
    modality = described["target"]["modality"]
    decoding = decoding or described["target"]["decode"]
    tokenizer = preprocessor.tokenizer(modality)
    length = preprocessor.modality(modality)["max_length"]
    device = next(model.parameters()).device
    features = {
        name: torch.from_numpy(values).to(device) for name, values in preprocessor.batch(task, examples, base).items()
    }
    among = decoding.get("among")
    if among:
        may_follow = texts_among([tokenizer.encode(text, add_special_tokens=False).ids for text in among], length)
    else:
        may_follow = any_text(tokenizer.get_vocab_size())
    texts = decode(model, task, features, (modality, length), may_follow, decoding)
    return [{"text": tokenizer.decode(list(text.ids)), "probability": math.exp(text.log_probability)} for text in texts]


@torch.no_grad()
def decode(
    model: nn.Module,
    task: str,
    features: Mapping[str, Tensor],
    text: tuple[str, int],
    may_follow: MayFollow,
    decoding: Mapping[str, Any],
) -> list[Text]:
    """Generates a text for each row of the features. `text` is its modality and its largest number of tokens."""
    model.eval()
    width = decoding.get("width", 4) if decoding["kind"] == "beam" else 1
    rows, following = next_tokens(model, task, features, text, width)
    if decoding["kind"] == "beam":
        return beam_search(following, rows, text[1], may_follow, (width, decoding.get("length_penalty", 0.6)))
    choosers = [sampler(decoding, row) if decoding["kind"] == "sample" else largest for row in range(rows)]
    return one_by_one(following, choosers, text[1], may_follow)


def next_tokens(
    model: nn.Module, task: str, features: Mapping[str, Tensor], text: tuple[str, int], copies: int
) -> tuple[int, NextTokens]:
    """The number of rows, and the model as a function from texts, `copies` for each row, to the next token of each."""
    modality, length = text
    encoder, decoder = getattr(model, f"encode_{task}"), getattr(model, f"decode_{task}")
    rows = len(features[f"{modality}.ids"])
    kept = [tensor.repeat_interleave(copies, dim=0) for tensor in encoder(features)]
    repeated = {name: tensor.repeat_interleave(copies, dim=0) for name, tensor in features.items()}

    def following(texts: Sequence[Sequence[int]]) -> Tensor:
        ids = torch.full((len(texts), length), PADDING, dtype=torch.int32)
        mask = torch.zeros((len(texts), length), dtype=torch.uint8)
        for row, tokens in enumerate(texts):
            # A text begins with the token that ends it.
            so_far = [SEPARATOR, *tokens][:length]
            ids[row, : len(so_far)] = torch.tensor(so_far)
            mask[row, : len(so_far)] = 1
        device = repeated[f"{modality}.ids"].device
        parts = {f"{modality}.ids": ids.to(device), f"{modality}.mask": mask.to(device)}
        logits = decoder(repeated | parts, *kept)
        newest = torch.tensor([min(len(tokens), length - 1) for tokens in texts], device=device)
        own: Tensor = logits[torch.arange(len(texts), device=device), newest]
        return own.double().log_softmax(dim=-1).cpu()

    return rows, following


def one_by_one(
    following: NextTokens, choosers: Sequence[Callable[[Tensor], int]], length: int, may_follow: MayFollow
) -> list[Text]:
    """One text for each row, whose tokens its chooser chooses one after another."""
    texts = [Text()] * len(choosers)
    ended = [False] * len(choosers)
    for _ in range(length):
        if all(ended):
            break
        shares = following([text.ids for text in texts])
        for row, text in enumerate(texts):
            if ended[row]:
                continue
            own = allowed(shares[row], may_follow(text.ids))
            token = choosers[row](own)
            ended[row] = token == SEPARATOR
            texts[row] = Text(text.ids if ended[row] else (*text.ids, token), text.log_probability + own[token].item())
    return texts


def beam_search(
    following: NextTokens, rows: int, length: int, may_follow: MayFollow, beam_of: tuple[int, float]
) -> list[Text]:
    """The best text for each row among those that a beam finds, by its width and the penalty of lengths.

    A text that has ended keeps its share of the width.
    """
    width, penalty = beam_of
    open_texts: list[list[Text]] = [[Text()] for _ in range(rows)]
    ended: list[list[Text]] = [[] for _ in range(rows)]
    for _ in range(length):
        if not any(open_texts):
            break
        # Each example has `width` rows, of which some have no text.
        beams = [(beam + [Text()] * width)[:width] for beam in open_texts]
        shares = following([text.ids for beam in beams for text in beam])
        for row, beam in enumerate(open_texts):
            found: list[tuple[Text, int]] = []
            for index, text in enumerate(beam):
                own = allowed(shares[row * width + index], may_follow(text.ids))
                best = own.sort(descending=True, stable=True).indices[:width].tolist()
                found += [(Text(text.ids, text.log_probability + own[token].item()), token) for token in best]
            found = [each for each in found if each[0].log_probability > -math.inf]
            found.sort(key=lambda each: -each[0].log_probability)
            found = found[: width - len(ended[row])]
            ended[row] += [text for text, token in found if token == SEPARATOR]
            going = [Text((*text.ids, token), text.log_probability) for text, token in found if token != SEPARATOR]
            known = max((text.score(penalty) for text in ended[row]), default=-math.inf)
            # A text that goes on has at best its present probability and the largest length.
            hopeless = all(text.score(penalty, length) <= known for text in going)
            open_texts[row] = [] if hopeless else going
    return [best_text(ended[row] + open_texts[row], penalty) for row in range(rows)]


def best_text(texts: Sequence[Text], penalty: float) -> Text:
    """The text with the highest score, of several the first; none where the scores of the model are not numbers."""
    return max(texts, key=lambda text: text.score(penalty), default=Text((), math.nan))


def allowed(shares: Tensor, flags: Tensor) -> Tensor:
    """The log probabilities of the tokens that may follow; −∞ for the others."""
    padded = torch.zeros(len(shares), dtype=torch.bool)
    padded[: len(flags)] = flags[: len(shares)]
    return shares.where(padded, -math.inf)


def largest(shares: Tensor) -> int:
    """The most probable token; of several the first."""
    return int(shares.sort(descending=True, stable=True).indices[0])


def sampler(decoding: Mapping[str, Any], row: int) -> Callable[[Tensor], int]:
    """Draws tokens by a temperature, of the `top_k` most probable ones the fewest whose shares sum to `top_p`.

    The draws of a row depend on the seed and on the row alone. They are torch's, and so not those of mtl.
    """
    random = torch.Generator().manual_seed(int(decoding.get("seed", 1)) * 1_000_003 + row)
    temperature, most, share = (decoding.get("temperature", 1), decoding.get("top_k"), decoding.get("top_p", 1))

    def draw(shares: Tensor) -> int:
        order = shares.sort(descending=True, stable=True).indices[:most]
        powers = ((shares[order] - shares[order[0]]) / temperature).exp()
        before = powers.cumsum(dim=0) - powers
        kept = powers.where((before < share * powers.sum()) | (before == 0), 0)
        return int(order[torch.multinomial(kept, 1, generator=random)])

    return draw


def any_text(vocabulary: int) -> MayFollow:
    """Every token may follow but those of padding and of hidden places."""
    flags = torch.ones(vocabulary, dtype=torch.bool)
    flags[[PADDING, MASK]] = False
    return lambda _: flags


def texts_among(texts: Sequence[Sequence[int]], length: int) -> MayFollow:
    """Only tokens may follow that lead to one of some texts."""
    after: dict[tuple[int, ...], set[int]] = {}
    for ids in texts:
        if len(ids) >= length or UNKNOWN in ids:
            raise ValueError(f"the text {list(ids)} has a token that the vocabulary lacks, or {length} tokens or more")
        for index, token in enumerate((*ids, SEPARATOR)):
            after.setdefault(tuple(ids[:index]), set()).add(token)
    vocabulary = max(max(tokens) for tokens in after.values()) + 1

    def may_follow(before: Sequence[int]) -> Tensor:
        flags = torch.zeros(vocabulary, dtype=torch.bool)
        flags[list(after.get(tuple(before), ()))] = True
        return flags

    return may_follow
