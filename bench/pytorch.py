"""The models of the bench in PyTorch. Answers each line of JSON on stdin with one on stdout; see pytorch.ts."""

import gc
import json
import sys
import time

import torch
import torch.nn.functional as F


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    types = {"F32": torch.float32, "I32": torch.int32, "U8": torch.uint8}
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(data[start:end], dtype=types[entry["dtype"]]).reshape(entry["shape"]).clone()
    return tensors


class Classifier(torch.nn.Module):
    """Names of weights are those of the specification; `query`, `key` and `value` are one product, as in `nn.MultiheadAttention`."""

    def __init__(self, size, weights):
        super().__init__()
        self.size = size
        own = lambda tensor: torch.nn.Parameter(tensor.contiguous())
        get = lambda name: weights[name]
        # `nn.Linear` keeps a kernel transposed.
        linear = lambda *names: torch.nn.ParameterList([own(torch.cat([get(name + ".kernel").t() for name in names])), own(torch.cat([get(name + ".bias") for name in names]))])
        norm = lambda name: torch.nn.ParameterList([own(get(name + ".scale")), own(get(name + ".offset"))])
        self.table = own(get("read.embed.table"))
        self.positions = own(get("read.positions.table"))
        self.layers = torch.nn.ModuleList()
        for index in range(size["layers"]):
            at = f"read.transformer.{index}."
            self.layers.append(torch.nn.ModuleDict({
                "attention_norm": norm(at + "attention_norm"),
                "inner": linear(at + "attention.query", at + "attention.key", at + "attention.value"),
                "outer": linear(at + "attention.output"),
                "ffn_norm": norm(at + "ffn_norm"),
                "up": linear(at + "ffn.up"),
                "down": linear(at + "ffn.down"),
            }))
        self.heads = torch.nn.ModuleList(linear(f"task.task_{index}.head") for index in range(size["tasks"]))

    def forward(self, ids, mask):
        size = self.size
        batch, length, width, heads = size["batch"], size["length"], size["width"], size["heads"]
        rate = size["dropout"] / 100
        drop = (lambda x: F.dropout(x, rate)) if rate > 0 else (lambda x: x)
        there = mask.to(torch.float32)
        bias = ((there - 1) * 1e9).reshape(batch, 1, 1, length)
        x = F.embedding(ids, self.table) + self.positions
        for layer in self.layers:
            y = F.layer_norm(x, (width,), *layer["attention_norm"], eps=1e-6)
            q, k, v = F.linear(y, *layer["inner"]).reshape(batch, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
            x = x + drop(F.linear(y.transpose(1, 2).reshape(batch, length, width), *layer["outer"]))
            y = F.layer_norm(x, (width,), *layer["ffn_norm"], eps=1e-6)
            x = x + drop(F.linear(F.gelu(F.linear(y, *layer["up"])), *layer["down"]))
        mean = (x * there.unsqueeze(-1)).sum(1) / there.sum(1, keepdim=True).clamp(min=1)
        return [F.linear(mean, *head) for head in self.heads]


class Emoji(torch.nn.Module):
    """The model of `examples/mbt.mtl` for prediction, with one head or several. Names of weights are those of the specification."""

    def __init__(self, weights, classifiers):
        super().__init__()
        # Modules of the names' parts would be deep; a flat dictionary has the same tensors.
        self.w = {name: value.contiguous() for name, value in weights.items()}
        self.classifiers = classifiers
        for name in [name for name in self.w if name.endswith(".kernel")]:
            if name.startswith("seen.conv_stem."):
                rows, outputs = self.w[name].shape
                self.w[name] = self.w[name].reshape(3, 3, rows // 9, outputs).permute(3, 2, 0, 1).contiguous()
            else:
                self.w[name] = self.w[name].t().contiguous()
        for at in [name[: -len("query.kernel")] for name in self.w if name.endswith(".query.kernel")]:
            for part in ("kernel", "bias"):
                self.w[at + "inner." + part] = torch.cat([self.w[at + name + "." + part] for name in ("query", "key", "value")])

    def linear(self, x, name):
        return F.linear(x, self.w[name + ".kernel"], self.w[name + ".bias"])

    def norm(self, x, name):
        return F.layer_norm(x, (x.shape[-1],), self.w[name + ".scale"], self.w[name + ".offset"], eps=1e-6)

    def encoder_layer(self, x, at, bias=None):
        batch, length, width = x.shape
        inner = self.linear(self.norm(x, at + "attention_norm"), at + "attention.inner")
        q, k, v = inner.reshape(batch, length, 3, 4, width // 4).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = x + self.linear(y.transpose(1, 2).reshape(batch, length, width), at + "attention.output")
        return x + self.linear(F.gelu(self.linear(self.norm(x, at + "ffn_norm"), at + "ffn.up")), at + "ffn.down")

    def convolution(self, x, name):
        x = F.conv2d(x, self.w[f"{name}.kernel"], self.w[f"{name}.bias"], stride=2, padding=1)
        return F.relu(F.group_norm(x, 8, self.w[f"{name}_norm.scale"], self.w[f"{name}_norm.offset"], eps=1e-5))

    def with_cls(self, x, stream):
        x = torch.cat([self.w[stream + ".with_cls.cls"].expand(len(x), 1, -1), x], 1)
        return x + self.w[stream + ".positions.table"]

    def forward(self, drawing, ids, mask):
        x = drawing.permute(0, 3, 1, 2).float() / 255
        x = self.convolution(self.convolution(x, "seen.conv_stem.first"), "seen.conv_stem.second")
        seen = self.encoder_layer(self.with_cls(x.flatten(2).transpose(1, 2), "seen"), "seen.transformer.0.")
        read = self.with_cls(F.embedding(ids, self.w["read.embed.table"]), "read")
        shared = self.w["met.shared.value"].expand(len(ids), -1, -1)
        count = shared.shape[1]
        bias = F.pad((mask.float() - 1) * 1e9, (1, count)).reshape(len(ids), 1, 1, -1)
        for layer in range(2):
            seen = self.encoder_layer(torch.cat([seen, shared], 1), f"met.{layer}.seen.encoder_layer.")
            read = self.encoder_layer(torch.cat([read, shared], 1), f"met.{layer}.read.encoder_layer.", bias)
            shared = (seen[:, -count:] + read[:, -count:]) / 2
            seen, read = seen[:, :-count], read[:, :-count]
        of = lambda x, name: self.linear(self.norm(x, name + ".norm"), name + ".linear")
        return [(of(seen[:, 0], name) + of(read[:, 0], name)) / 2 for name in self.classifiers]


def make_prediction(path, classifiers):
    tensors = read_safetensors(path)
    drawing, ids, mask = (tensors.pop(name) for name in ("drawing", "ids", "mask"))
    model = Emoji(tensors, classifiers)

    def predict():
        with torch.inference_mode():
            outputs = model(drawing, ids.long(), mask)
            return sum(output.square().sum().item() for output in outputs)

    return predict


class Writer(Classifier):
    """A causal transformer that writes texts greedily, with keys and values of earlier tokens kept or not."""

    def logits(self, x, past, position):
        size = self.size
        width, heads = size["width"], size["heads"]
        batch, length = x.shape[:2]
        for index, layer in enumerate(self.layers):
            y = F.layer_norm(x, (width,), *layer["attention_norm"], eps=1e-6)
            q, k, v = F.linear(y, *layer["inner"]).reshape(batch, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
            if past is None:
                y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            else:
                keys, values = past[index]
                keys[:, :, position], values[:, :, position] = k[:, :, 0], v[:, :, 0]
                y = F.scaled_dot_product_attention(q, keys[:, :, : position + 1], values[:, :, : position + 1])
            x = x + F.linear(y.transpose(1, 2).reshape(batch, length, width), *layer["outer"])
            y = F.layer_norm(x, (width,), *layer["ffn_norm"], eps=1e-6)
            x = x + F.linear(F.gelu(F.linear(y, *layer["up"])), *layer["down"])
        return F.linear(x[:, -1], *self.heads[0])

    def write(self, kept):
        size = self.size
        batch, length, heads, side = size["batch"], size["length"], size["heads"], size["width"] // size["heads"]
        ids = torch.full((batch, length + 1), 2)
        empty = lambda: torch.zeros(batch, heads, length, side)
        past = [(empty(), empty()) for _ in self.layers] if kept else None
        surprise = 0.0
        for position in range(length):
            read = slice(position, position + 1) if kept else slice(0, position + 1)
            x = F.embedding(ids[:, read], self.table) + self.positions[read]
            shares = torch.log_softmax(self.logits(x, past, position), -1)
            shares[:, [0, 2, 3]] = -torch.inf
            best, ids[:, position + 1] = shares.max(-1)
            surprise -= best.mean().item()
        return surprise / length


def make_writer(size, path, kept):
    model = Writer(size, read_safetensors(path))

    def write():
        with torch.inference_mode():
            return model.write(kept)

    return write


def make(size, path, setting):
    tensors = read_safetensors(path)
    model = Classifier(size, tensors)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, **({} if setting == "eager" else {"fused": True}))
    ids, mask, target = tensors["ids"].long(), tensors["mask"], tensors["target"].long()

    def loss_of():
        with torch.autocast("cpu", torch.bfloat16, enabled=setting == "bfloat16"):
            return sum(F.cross_entropy(output.float(), target) for output in model(ids, mask))

    if setting in ("compiled", "bfloat16"):
        loss_of = torch.compile(loss_of)

    def step():
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def resident(field):
    """Bytes, as Linux counts them. What getrusage calls the largest size can be that of the process that started this one."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field))


def main():
    steps = {}
    idle = resident("VmRSS")
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "version":
            answer = {"version": torch.__version__}
        elif request["do"] == "make":
            steps[request["id"]] = make(request["size"], request["path"], request["setting"])
            answer = {}
        elif request["do"] == "make_prediction":
            steps[request["id"]] = make_prediction(request["path"], request["classifiers"])
            answer = {}
        elif request["do"] == "make_writer":
            steps[request["id"]] = make_writer(request["size"], request["path"], request["kept"])
            answer = {}
        elif request["do"] == "drop":
            del steps[request["id"]]
            gc.collect()
            answer = {}
        elif request["do"] == "memory":
            answer = {"idle": idle, "peak": resident("VmHWM")}
        else:
            torch.set_num_threads(request["threads"])
            step = steps[request["id"]]
            start, processor = time.perf_counter(), time.process_time()
            for _ in range(request["count"]):
                loss = step()
            answer = {"milliseconds": 1000 * (time.perf_counter() - start), "processor": 1000 * (time.process_time() - processor), "loss": loss}
        print(json.dumps(answer), flush=True)


main()
