"""Writes small vocabularies in the files of transformers, and the hash of the tokens of each text by each of them.

    python make-tokenizers.py FOLDER path/to/node_modules

transformers 5.18.0, tokenizers 0.23.2. The texts are names and tags of emoji in 13 languages, of the package emojibase-data, and those of
odd-texts.json.
"""

import hashlib
import json
import os
import sys

import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

folder, packages = sys.argv[1], sys.argv[2]
here = os.path.dirname(os.path.abspath(__file__))
languages = ["bn", "de", "en", "fr", "hi", "hu", "ja", "ko", "ru", "th", "uk", "vi", "zh"]


def texts():
    for language in languages:
        with open(f"{packages}/emojibase-data/{language}/data.json", encoding="utf-8") as file:
            emoji = json.load(file)
        for each in emoji[:1600:20]:
            yield f"{each['label']} {each['emoji']}, {' '.join(each.get('tags', []))}!"
    with open(f"{here}/odd-texts.json", encoding="utf-8") as file:
        yield from json.load(file)


all_texts = list(texts())
os.makedirs(folder, exist_ok=True)


def hashes(tokenize, unknown):
    named = (" ".join("[UNK]" if token == unknown else token for token in tokenize(text)) for text in all_texts)
    return "".join(hashlib.sha256(tokens.encode("utf-8")).hexdigest()[:4] for tokens in named)


def write(name, text):
    with open(f"{folder}/{name}", "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def word_piece(lowercase):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=1100, limit_alphabet=500, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False
    )
    tokenizer.train_from_iterator(all_texts, trainer)
    vocabulary = tokenizer.get_vocab()
    return sorted(vocabulary, key=vocabulary.get)


def byte_pairs(special, normalizer, pre_tokenizer, **options):
    tokenizer = Tokenizer(models.BPE(**options))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, pre_tokenizer
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=900, special_tokens=special, initial_alphabet=alphabet, show_progress=False, **options)
    tokenizer.train_from_iterator(all_texts, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [tuple(merge) for merge in model["merges"]]


def write_merges(name, vocabulary, merges):
    write(f"{name}-vocab.json", json.dumps(vocabulary, ensure_ascii=False))
    write(f"{name}-merges.txt", "#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in merges))


expected = {}
for name, lowercase in (("uncased", True), ("cased", False)):
    vocabulary = word_piece(lowercase)
    write(f"{name}-vocab.txt", "\n".join(vocabulary) + "\n")
    tokenizer = transformers.BertTokenizer(vocab={token: index for index, token in enumerate(vocabulary)}, do_lower_case=lowercase)
    expected[name] = hashes(tokenizer.tokenize, "[UNK]")
    if lowercase:
        write(f"{name}-tokenizer.json", tokenizer._tokenizer.to_str())

vocabulary, merges = byte_pairs(["<s>", "<pad>", "</s>", "<unk>", "<mask>"], None, pre_tokenizers.ByteLevel(add_prefix_space=False))
write_merges("roberta", vocabulary, merges)
roberta = transformers.RobertaTokenizer(vocab=vocabulary, merges=merges)
write("roberta-tokenizer.json", roberta._tokenizer.to_str())
expected["roberta"] = hashes(roberta.tokenize, "<unk>")

empty = transformers.CLIPTokenizer()._tokenizer
special = ["<|startoftext|>", "<|endoftext|>"]
vocabulary, merges = byte_pairs(special, empty.normalizer, empty.pre_tokenizer, end_of_word_suffix="</w>")
write_merges("clip", vocabulary, merges)
clip = transformers.CLIPTokenizer(vocab=vocabulary, merges=merges)
write("clip-tokenizer.json", clip._tokenizer.to_str())
expected["clip"] = hashes(clip.tokenize, None)

write("expected.json", json.dumps({"texts": len(all_texts), "hashes": expected}))
print(len(all_texts), [len(roberta.tokenize(text)) for text in all_texts[:5]])
