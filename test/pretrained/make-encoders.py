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
import torch.nn.functional as F
import transformers
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

small = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
still = dict(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
pairs = [
    ("The cat sat on the mat.", "A dog ran!"),
    ("Is Zoë's café 12 km away?", "No."),
    ("Он спит", "猫が好き & 개"),
]
letters = "abcdefghijklmnopqrstuvwxyz0123456789"
words = "the a cat dog sat on mat ran is away km away, spit ##at ##an ##og ##he он спит 猫 が 好".replace(",", "").split()


def randomise(tensors):
    with torch.no_grad():
        for tensor in tensors:
            tensor.copy_((tensor + 0.2 * torch.randn_like(tensor)).half().float())


def random_weights(model, seed):
    torch.manual_seed(seed)
    randomise(model.parameters())
    return model.eval()


def save(folder, state, **files):
    os.makedirs(folder, exist_ok=True)
    state = state if isinstance(state, dict) else state.state_dict()
    tensors = {name: tensor.half().contiguous() if tensor.is_floating_point() else tensor for name, tensor in state.items()}
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


def distilbert(folder):
    vocabulary, tokenizer = word_piece()
    config = transformers.DistilBertConfig(
        vocab_size=len(vocabulary), max_position_embeddings=40, dim=16, n_layers=2, n_heads=2, hidden_dim=64, dropout=0.0, attention_dropout=0.0
    )
    model = random_weights(transformers.DistilBertForMaskedLM(config), 2)
    cases = []
    for first, second in pairs:
        ids, _ = encoded(tokenizer, first, second)
        with torch.no_grad():
            cases.append({"texts": [first, second], "tokens": rounded(model.distilbert(input_ids=ids).last_hidden_state[0])})
    save(folder, model, tokenizer__json=tokenizer.to_str(), expected__json=cases)


corpus = [text for pair in pairs for text in pair] * 3


def byte_pairs(special, **options):
    """Merges learnt from the examples, with the ids of the special tokens first and last, as RoBERTa and CLIP have them."""
    from tokenizers import trainers

    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=330, special_tokens=special, initial_alphabet=alphabet, show_progress=False, **options)
    return Tokenizer(models.BPE(**options)), trainer


def merges_of(tokenizer):
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], "#version: 0.2\n" + "".join(f"{' '.join(merge)}\n" for merge in model["merges"])


def roberta(folder):
    tokenizer, trainer = byte_pairs(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(corpus, trainer)
    vocabulary, merges = merges_of(tokenizer)
    tokenizer = transformers.RobertaTokenizer(vocab=vocabulary, merges=[tuple(line.split(" ")) for line in merges.split("\n")[1:-1]])
    config = transformers.RobertaConfig(
        vocab_size=len(vocabulary), max_position_embeddings=42, type_vocab_size=1, layer_norm_eps=1e-5, pad_token_id=1, **small, **still
    )
    model = random_weights(transformers.RobertaModel(config), 3)
    cases = []
    for first, second in pairs:
        ids = torch.tensor([tokenizer(first, second)["input_ids"]])
        with torch.no_grad():
            result = model(input_ids=ids)
        cases.append({"texts": [first, second], "tokens": rounded(result.last_hidden_state[0]), "pooled": rounded(result.pooler_output)[0]})
    save(folder, model, vocab__json=vocabulary, merges__txt=merges, expected__json=cases)


def pictures(count, side):
    """Pixels of pictures, as a specification reads them and as `transformers` wants them, from 0 to 1."""
    pixels = numpy.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=numpy.uint8)
    return pixels, torch.tensor(pixels).float().permute(0, 3, 1, 2) / 255


def vit(folder):
    config = transformers.ViTConfig(image_size=16, patch_size=8, **small, **still)
    model = random_weights(transformers.ViTForImageClassification(config), 4)
    pixels, values = pictures(2, 16)
    cases = []
    for picture, value in zip(pixels, values):
        with torch.no_grad():
            states = model.vit(pixel_values=(value[None] - 0.5) / 0.5).last_hidden_state[0]
        cases.append({"picture": picture.flatten().tolist(), "tokens": rounded(states), "pooled": rounded(states)[0]})
    save(folder, model, expected__json=cases)


means, deviations = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]


def clip(folder):
    tokenizer, trainer = byte_pairs(["<|startoftext|>", "<|endoftext|>"], end_of_word_suffix="</w>")
    slow = transformers.CLIPTokenizer()
    tokenizer.normalizer, tokenizer.pre_tokenizer = slow._tokenizer.normalizer, slow._tokenizer.pre_tokenizer
    tokenizer.train_from_iterator(corpus, trainer)
    vocabulary, merges = merges_of(tokenizer)
    # The file of CLIP has its special tokens at the end.
    order = [token for token in vocabulary if not token.startswith("<|")] + ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {token: index for index, token in enumerate(order)}
    tokenizer = transformers.CLIPTokenizer(vocab=vocabulary, merges=[tuple(line.split(" ")) for line in merges.split("\n")[1:-1]])
    end = vocabulary["<|endoftext|>"]
    config = transformers.CLIPConfig(
        text_config=dict(small, vocab_size=len(vocabulary), max_position_embeddings=40, eos_token_id=end, bos_token_id=end - 1, pad_token_id=end),
        vision_config=dict(small, image_size=16, patch_size=8),
        projection_dim=8,
    )
    model = random_weights(transformers.CLIPModel(config), 5)
    pixels, values = pictures(len(pairs), 16)
    mean, deviation = torch.tensor(means)[:, None, None], torch.tensor(deviations)[:, None, None]
    cases = []
    for picture, value, (text, _) in zip(pixels, values, pairs):
        ids = torch.tensor([tokenizer(text)["input_ids"]])
        with torch.no_grad():
            seen = model.vision_model(pixel_values=((value - mean) / deviation)[None])
            read = model.text_model(input_ids=ids)
            cases.append(
                {
                    "texts": [text],
                    "picture": picture.flatten().tolist(),
                    "tokens": rounded(read.last_hidden_state[0]),
                    "pooled": rounded(model.text_projection(read.pooler_output))[0],
                    "seen": rounded(seen.last_hidden_state[0]),
                    "seen_pooled": rounded(model.visual_projection(seen.pooler_output))[0],
                }
            )
    save(folder, model, vocab__json=vocabulary, merges__txt=merges, expected__json=cases)


def gpt2(folder):
    tokenizer, trainer = byte_pairs(["<|endoftext|>"])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(corpus, trainer)
    vocabulary, merges = merges_of(tokenizer)
    tokenizer = transformers.GPT2Tokenizer(vocab=vocabulary, merges=[tuple(line.split(" ")) for line in merges.split("\n")[1:-1]])
    end = vocabulary["<|endoftext|>"]
    config = transformers.GPT2Config(
        vocab_size=len(vocabulary), n_positions=40, n_embd=16, n_layer=2, n_head=2, bos_token_id=end, eos_token_id=end,
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
    )
    model = random_weights(transformers.GPT2LMHeadModel(config), 8)
    cases = []
    for text, _ in pairs:
        ids = torch.tensor([tokenizer(text)["input_ids"]])
        with torch.no_grad():
            states = model.transformer(input_ids=ids).last_hidden_state[0]
            scores = model.lm_head(states)
        scores[:, end] = -torch.inf
        next_tokens = tokenizer.convert_ids_to_tokens(scores.argmax(1).tolist())
        cases.append({"texts": [text], "tokens": rounded(states), "next": next_tokens})
    save(folder, {name: tensor for name, tensor in model.state_dict().items() if name != "lm_head.weight"}, vocab__json=vocabulary, merges__txt=merges, expected__json=cases)


def t5(folder):
    """T5 with keys of another width, and tokens by byte-level pairs, as CodeT5 has them."""
    tokenizer, trainer = byte_pairs(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(corpus, trainer)
    vocabulary, merges = merges_of(tokenizer)
    config = transformers.T5Config(
        vocab_size=len(vocabulary), d_model=16, d_kv=6, d_ff=64, num_layers=2, num_heads=2, relative_attention_num_buckets=8, relative_attention_max_distance=12,
        dropout_rate=0.0, pad_token_id=1, eos_token_id=2,
    )
    model = random_weights(transformers.T5ForConditionalGeneration(config), 9)
    cases = []
    for text in (text for pair in pairs for text in pair):
        ids = torch.tensor([tokenizer.encode(text).ids + [vocabulary["</s>"]]])
        with torch.no_grad():
            cases.append({"texts": [text], "tokens": rounded(model.encoder(input_ids=ids).last_hidden_state[0])})
    state = {name: tensor for name, tensor in model.state_dict().items() if "embed_tokens" not in name and name != "lm_head.weight"}
    save(folder, state, vocab__json=vocabulary, merges__txt=merges, expected__json=cases)


imagenet_means, imagenet_deviations = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def resnet_cases(compute):
    """Two pictures of an uneven number of cells, and the cells that `compute` gives for them."""
    pixels, values = pictures(2, 24)
    mean, deviation = (torch.tensor(each)[:, None, None] for each in (imagenet_means, imagenet_deviations))
    cases = []
    for picture, value in zip(pixels, values):
        with torch.no_grad():
            cells = compute(((value - mean) / deviation)[None])[0].flatten(1).T
        cases.append({"picture": picture.flatten().tolist(), "tokens": rounded(cells), "pooled": rounded(cells.mean(0)[None])[0]})
    return cases


def randomise_statistics(state):
    """Variances of about 16, so that values stay small."""
    for name, tensor in state.items():
        if name.endswith("running_var"):
            tensor.mul_(16)
        if "running" in name:
            randomise([tensor])


def resnet(folder):
    config = transformers.ResNetConfig(embedding_size=4, hidden_sizes=[16, 32, 64], depths=[2, 1, 3])
    model = random_weights(transformers.ResNetForImageClassification(config), 6)
    randomise_statistics(model.state_dict())
    save(folder, model, expected__json=resnet_cases(lambda values: model.resnet(values).last_hidden_state))


def torchvision_state(blocks, width, classes):
    """Tensors of a ResNet of plain residual blocks under the names of torchvision."""
    state = {}

    def convolution(name, norm, outputs, inputs, size):
        state[f"{name}.weight"] = torch.randn(outputs, inputs, size, size) * (2 / (inputs * size * size)) ** 0.5
        for each, value in (("weight", 1.0), ("bias", 0.0), ("running_mean", 0.0), ("running_var", 1.0)):
            state[f"{norm}.{each}"] = value + torch.zeros(outputs)
        state[f"{norm}.num_batches_tracked"] = torch.tensor(1)

    convolution("conv1", "bn1", width, 3, 7)
    inputs = width
    for group, count in enumerate(blocks):
        outputs = width * 2**group
        for block in range(count):
            name = f"layer{group + 1}.{block}"
            convolution(f"{name}.conv1", f"{name}.bn1", outputs, inputs, 3)
            convolution(f"{name}.conv2", f"{name}.bn2", outputs, outputs, 3)
            if inputs != outputs:
                convolution(f"{name}.downsample.0", f"{name}.downsample.1", outputs, inputs, 1)
            inputs = outputs
    state["fc.weight"], state["fc.bias"] = torch.zeros(classes, inputs), torch.zeros(classes)
    randomise(tensor for name, tensor in state.items() if not name.endswith("num_batches_tracked"))
    randomise_statistics(state)
    return state


def torchvision_cells(state, blocks, values):
    """What torchvision computes with these tensors, without its classifier."""

    def convolved(x, name, norm, stride):
        kernel = state[f"{name}.weight"]
        y = F.conv2d(x, kernel, stride=stride, padding=kernel.shape[-1] // 2)
        return F.batch_norm(y, *(state[f"{norm}.{each}"] for each in ("running_mean", "running_var", "weight", "bias")))

    x = F.max_pool2d(F.relu(convolved(values, "conv1", "bn1", 2)), 3, stride=2, padding=1)
    for group, count in enumerate(blocks):
        for block in range(count):
            name, stride = f"layer{group + 1}.{block}", 2 if group > 0 and block == 0 else 1
            y = F.relu(convolved(x, f"{name}.conv1", f"{name}.bn1", stride))
            y = convolved(y, f"{name}.conv2", f"{name}.bn2", 1)
            if f"{name}.downsample.0.weight" in state:
                x = convolved(x, f"{name}.downsample.0", f"{name}.downsample.1", stride)
            x = F.relu(x + y)
    return x


def resnet_torchvision(folder):
    torch.manual_seed(7)
    blocks = [1, 2, 2]
    state = torchvision_state(blocks, 4, 2)
    save(folder, state, expected__json=resnet_cases(lambda values: torchvision_cells(state, blocks, values)))


makers = {
    "bert": bert,
    "distilbert": distilbert,
    "roberta": roberta,
    "gpt2": gpt2,
    "t5": t5,
    "vit": vit,
    "clip": clip,
    "resnet": resnet,
    "resnet-torchvision": resnet_torchvision,
}

if __name__ == "__main__":
    for name in sys.argv[2:] or makers:
        torch.manual_seed(0)
        makers[name](os.path.join(sys.argv[1], name))
