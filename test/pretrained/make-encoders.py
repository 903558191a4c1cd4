"""Writes small encoders with random weights under the names of transformers, and what they give for a few inputs.

    python make-encoders.py FOLDER [NAME ...]

transformers 5.18.0, torch 2.13.0, tokenizers 0.23.2. The weights are in half precision in the file, and were rounded to it before the outputs were
computed, so that a reader in single precision has the same weights.
"""

import json
import os
import sys

import numpy
import torch
import transformers
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

small = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
still = dict(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
pairs = [
    ("The cat sat on the mat.", "A dog ran!"),
    ("Is Zoë's café 12 km away?", ""),
    ("Он спит", "猫が好き & 개"),
]
letters = "abcdefghijklmnopqrstuvwxyz0123456789"
words = "the a cat dog sat on mat ran is away km away, spit ##at ##an ##og ##he он спит 猫 が 好".replace(",", "").split()


def random_weights(model, seed):
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_((parameter + 0.2 * torch.randn_like(parameter)).half().float())
    return model.eval()


def save(folder, model, **files):
    os.makedirs(folder, exist_ok=True)
    tensors = {name: tensor.half().contiguous() for name, tensor in model.state_dict().items()}
    save_file(tensors, f"{folder}/model.safetensors")
    for name, content in files.items():
        with open(f"{folder}/{name.replace('__', '.')}", "w", encoding="utf-8", newline="\n") as file:
            file.write(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False) + "\n")


def rounded(tensor):
    return [[round(float(value), 6) for value in row] for row in tensor]


def word_piece():
    vocabulary = ["[PAD]"] + [f"[unused{index}]" for index in range(3)] + ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary += list("!&'.,?") + list(letters) + ["##" + letter for letter in letters] + words
    vocabulary = list(dict.fromkeys(vocabulary))
    tokenizer = Tokenizer(models.WordPiece({word: index for index, word in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary.index("[CLS]")), ("[SEP]", vocabulary.index("[SEP]"))],
    )
    return vocabulary, tokenizer


def encoded(tokenizer, first, second):
    encoding = tokenizer.encode(first, second)
    return torch.tensor([encoding.ids]), torch.tensor([encoding.type_ids])


def bert(folder):
    vocabulary, tokenizer = word_piece()
    config = transformers.BertConfig(vocab_size=len(vocabulary), max_position_embeddings=40, **small, **still)
    model = random_weights(transformers.BertForPreTraining(config), 1)
    cases = []
    for first, second in pairs:
        ids, types = encoded(tokenizer, first, second)
        with torch.no_grad():
            result = model.bert(input_ids=ids, token_type_ids=types)
        cases.append({"texts": [first, second], "tokens": rounded(result.last_hidden_state[0]), "pooled": rounded(result.pooler_output)[0]})
    save(folder, model, vocab__txt="\n".join(vocabulary) + "\n", expected__json=cases)


makers = {"bert": bert}

if __name__ == "__main__":
    for name in sys.argv[2:] or makers:
        makers[name](os.path.join(sys.argv[1], name))
