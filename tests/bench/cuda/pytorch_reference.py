#!/usr/bin/env python3
"""The work of cuda_bench in plain PyTorch: what anybody would get without this project's kernels.

The same shapes, the same chunks, the same window, random weights, bf16, scaled_dot_product_attention. Where
PyTorch has several ways, each is tried, checked against a plain softmax, and the fastest right one is taken.
Differences, all to the reference's advantage: the window keeps exact K and V instead of decoded ones, tokens are
not read back while it generates, and nothing is recalled: its context is given.

    pytorch_reference.py [--quick] [--json FILE]     the keys are those of cuda_bench
"""

import argparse
import json
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.attention.bias import causal_lower_right

LAYERS, WIDTH, HEADS, KV_HEADS, DIM, FFN, VOCABULARY = 28, 3584, 28, 4, 128, 18944, 152064
V_LAYERS, V_WIDTH, V_HEADS, V_FFN, PATCH, IMAGE, SIDE = 26, 1152, 16, 4304, 14, 384, 27
FRAMES, UNIT, SINKS, WINDOW = 16, 196, 14, 76
PATCHES, CHUNK, PAST = SIDE * SIDE, FRAMES * UNIT, SINKS + WINDOW * UNIT
CONTEXT = SINKS + 72 * UNIT + 30  # of an answer
QUERY, KEYS = HEADS * DIM, KV_HEADS * DIM
CUDA, BF16 = "cuda", torch.bfloat16


def random(*shape):
    return torch.empty(shape, device=CUDA, dtype=BF16).normal_(0, 0.02)


def seconds_of(call, least=0.05, best=False):
    """Seconds of one call: the median (or best) of several batches; calls are numbered."""
    number = 0

    def batch(count):
        nonlocal number
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(count):
            call(number)
            number += 1
        torch.cuda.synchronize()
        return (time.perf_counter() - start) / count

    batch(2)
    count = max(1, min(1000, int(least / 5 / max(1e-6, batch(2)))))
    times = sorted(batch(count) for _ in range(7))
    return times[0] if best else times[len(times) // 2]


class Results:
    def __init__(self, path):
        self.path, self.values = path, {}

    def add(self, key, measure):
        try:
            self.values[key] = measure()
        except Exception as error:  # one thing that this version cannot do must not cost the others
            print(f"{key}: {type(error).__name__}: {str(error)[:200]}", file=sys.stderr)
            torch.cuda.synchronize()
            return
        shown = self.values[key]
        print(f"  {key:32s} {shown if isinstance(shown, str) else format(shown, '.4g')}", file=sys.stderr)
        if self.path:
            with open(self.path, "w", encoding="utf-8") as file:
                json.dump(self.values, file, indent=1)


# --- Attention: [tokens, heads, dim] everywhere ---------------------------------------------------------------


def heads_first(x):
    return x.transpose(0, 1).unsqueeze(0)


def joined(parts):
    """Attention over spans that were attended to one by one, by their log-sums."""
    total = torch.logsumexp(torch.stack([lse for _, lse in parts]), dim=0)
    return sum(o * torch.exp(lse - total).unsqueeze(-1) for o, lse in parts)


def with_sums(operation, q, k, v, causal):
    if operation == "flash":
        result = torch.ops.aten._scaled_dot_product_flash_attention(q, k, v, 0.0, causal)
    else:
        result = torch.ops.aten._scaled_dot_product_cudnn_attention(q, k, v, None, True, 0.0, causal)
    return result[0], result[1].reshape(q.shape[:3])


def chunk_ways():
    """Ways in which the last tokens of k see everything before them and, causally, themselves."""

    def lower_right(q, k, v):
        bias = causal_lower_right(q.shape[2], k.shape[2])
        return F.scaled_dot_product_attention(q, k, v, attn_mask=bias, enable_gqa=True)

    def lower_right_expanded(q, k, v):
        bias = causal_lower_right(q.shape[2], k.shape[2])
        times = q.shape[1] // k.shape[1]
        k, v = k.repeat_interleave(times, 1), v.repeat_interleave(times, 1)
        return F.scaled_dot_product_attention(q, k, v, attn_mask=bias)

    def two_parts(operation):
        def run(q, k, v):
            past = k.shape[2] - q.shape[2]
            if past == 0:
                return with_sums(operation, q, k, v, True)[0]
            return joined(
                [
                    with_sums(operation, q, k[:, :, :past], v[:, :, :past], False),
                    with_sums(operation, q, k[:, :, past:], v[:, :, past:], True),
                ]
            ).to(q.dtype)

        return run

    return {
        "causal_lower_right, gqa": lower_right,
        "causal_lower_right, expanded": lower_right_expanded,
        "flash in two parts": two_parts("flash"),
        "cudnn in two parts": two_parts("cudnn"),
    }


def plain_ways():
    """Ways in which every query sees every key."""

    def by(backend):
        def run(q, k, v):
            with sdpa_kernel(backend):
                return F.scaled_dot_product_attention(q, k, v, enable_gqa=q.shape[1] != k.shape[1])

        return run

    ways = {b.name.lower(): by(b) for b in (SDPBackend.FLASH_ATTENTION, SDPBackend.CUDNN_ATTENTION)}
    ways["default"] = lambda q, k, v: F.scaled_dot_product_attention(
        q, k, v, enable_gqa=q.shape[1] != k.shape[1]
    )
    return ways


def exact(q, k, v, causal, rows):
    """The last `rows` queries of the first sequence, in f32."""
    q = q[:1, :, -rows:].float()
    times = q.shape[1] // k.shape[1]
    k = k[:1].float().repeat_interleave(times, 1)
    v = v[:1].float().repeat_interleave(times, 1)
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if causal:
        future = torch.ones(rows, rows, dtype=torch.bool, device=CUDA).triu(1)
        scores[..., -rows:].masked_fill_(future, float("-inf"))
    return torch.softmax(scores, -1) @ v


def fastest(ways, q, k, v, causal):
    rows = min(8, q.shape[2])
    should = exact(q, k, v, causal, rows)
    best, best_name, best_time = None, "", math.inf
    for name, way in ways.items():
        try:
            out = way(q, k, v)[:1, :, -rows:].float()
            error = ((out - should).norm() / should.norm()).item()
            if not error < 0.02:
                print(f"  {name}: wrong by {error:.2g}", file=sys.stderr)
                continue
            taken = seconds_of(lambda _, way=way: way(q, k, v), least=0.02)
        except Exception as error:
            print(f"  {name}: {type(error).__name__}: {str(error)[:120]}", file=sys.stderr)
            torch.cuda.synchronize()
            continue
        print(f"  {name}: {1e3 * taken:.3f} ms", file=sys.stderr)
        if taken < best_time:
            best, best_name, best_time = way, name, taken
    if best is None:
        raise RuntimeError("no way of attention works")
    return best, best_name, best_time


# --- The model ------------------------------------------------------------------------------------------------


class Vision:
    def __init__(self, attend):
        self.attend = attend
        self.patch = random(V_WIDTH, 3, PATCH, PATCH), random(V_WIDTH)
        self.positions = random(PATCHES, V_WIDTH)
        self.norm = torch.ones(V_WIDTH, device=CUDA, dtype=BF16), torch.zeros(V_WIDTH, device=CUDA, dtype=BF16)
        shapes = {"qkv": (3 * V_WIDTH, V_WIDTH), "out": (V_WIDTH, V_WIDTH), "up": (V_FFN, V_WIDTH), "down": (V_WIDTH, V_FFN)}
        self.layers = [
            {name: (random(*shape), random(shape[0])) for name, shape in shapes.items()} for _ in range(V_LAYERS)
        ]
        self.projector = (random(WIDTH, V_WIDTH), random(WIDTH)), (random(WIDTH, WIDTH), random(WIDTH))

    def __call__(self, pictures):  # u8 [frames, 384, 384, 3] on the host
        x = pictures.to(CUDA).permute(0, 3, 1, 2).to(BF16) / 127.5 - 1
        frames = x.shape[0]
        x = F.conv2d(x, *self.patch, stride=PATCH).flatten(2).transpose(1, 2) + self.positions
        for layer in self.layers:
            h = F.layer_norm(x, (V_WIDTH,), *self.norm, 1e-6)
            qkv = F.linear(h, *layer["qkv"]).view(frames, PATCHES, 3, V_HEADS, V_WIDTH // V_HEADS)
            q, k, v = qkv.permute(2, 0, 3, 1, 4)
            h = self.attend(q, k, v).transpose(1, 2).reshape(frames, PATCHES, V_WIDTH)
            x = x + F.linear(h, *layer["out"])
            h = F.layer_norm(x, (V_WIDTH,), *self.norm, 1e-6)
            x = x + F.linear(F.gelu(F.linear(h, *layer["up"]), approximate="tanh"), *layer["down"])
        x = F.linear(F.gelu(F.linear(x, *self.projector[0])), *self.projector[1])
        x = x.transpose(1, 2).reshape(frames, WIDTH, SIDE, SIDE)
        x = F.interpolate(x, size=(14, 14), mode="bilinear")
        return x.flatten(2).transpose(1, 2).reshape(frames * UNIT, WIDTH)


def rotated(x, angles):
    cos, sin = angles
    left, right = x.chunk(2, -1)
    return x * cos + torch.cat((-right, left), -1) * sin


def angles_of(first, count):
    frequency = 1e6 ** (-torch.arange(0, DIM, 2, device=CUDA, dtype=torch.float64) / DIM)
    turn = torch.arange(first, first + count, device=CUDA, dtype=torch.float64)[:, None] * frequency
    turn = torch.cat((turn, turn), -1)[:, None]
    return turn.cos().to(BF16), turn.sin().to(BF16)


class Decoder:
    def __init__(self):
        self.norm = torch.ones(WIDTH, device=CUDA, dtype=BF16)
        self.layers = [
            {
                "qkv": (random(QUERY + 2 * KEYS, WIDTH), random(QUERY + 2 * KEYS)),
                "out": random(WIDTH, QUERY),
                "gate_up": random(2 * FFN, WIDTH),
                "down": random(WIDTH, FFN),
            }
            for _ in range(LAYERS)
        ]
        self.table = random(VOCABULARY, WIDTH)
        self.head = random(VOCABULARY, WIDTH)

    def __call__(self, x, attend):
        tokens = x.shape[0]
        for number, layer in enumerate(self.layers):
            h = F.rms_norm(x, (WIDTH,), self.norm, 1e-6)
            q, k, v = F.linear(h, *layer["qkv"]).split((QUERY, KEYS, KEYS), -1)
            h = attend(
                number, q.view(tokens, HEADS, DIM), k.view(tokens, KV_HEADS, DIM), v.view(tokens, KV_HEADS, DIM)
            )
            x = x + F.linear(h, layer["out"])
            gate, up = F.linear(F.rms_norm(x, (WIDTH,), self.norm, 1e-6), layer["gate_up"]).chunk(2, -1)
            x = x + F.linear(F.silu(gate) * up, layer["down"])
        return x


class Window:
    """Sinks, a ring of 76 units and room for a chunk, per layer; int8 blocks leave for pinned memory."""

    def __init__(self, attend):
        self.attend = attend
        self.k = [random(PAST + CHUNK, KV_HEADS, DIM) for _ in range(LAYERS)]
        self.v = [random(PAST + CHUNK, KV_HEADS, DIM) for _ in range(LAYERS)]
        codes = (LAYERS, 2, FRAMES, UNIT, KV_HEADS, DIM)
        self.codes = [torch.empty(codes, dtype=torch.int8, pin_memory=True) for _ in range(2)]
        self.scales = [torch.empty((LAYERS, 2, FRAMES * UNIT * KV_HEADS * DIM // 16), pin_memory=True) for _ in range(2)]
        self.unit = 0

    def begin(self):
        self.angles = angles_of(self.unit * UNIT % 1_000_000, CHUNK)
        self.slot = self.unit % WINDOW

    def __call__(self, layer, q, k, v):
        keys, values = self.k[layer], self.v[layer]
        keys[PAST:] = rotated(k, self.angles)
        values[PAST:] = v
        out = self.attend(heads_first(rotated(q, self.angles)), heads_first(keys), heads_first(values))
        first = min(FRAMES, WINDOW - self.slot)
        for begin, end, slot in ((0, first, self.slot), (first, FRAMES, 0)):
            if end > begin:
                to = SINKS + slot * UNIT
                keys[to : to + (end - begin) * UNIT] = keys[PAST + begin * UNIT : PAST + end * UNIT]
                values[to : to + (end - begin) * UNIT] = values[PAST + begin * UNIT : PAST + end * UNIT]
        side = self.unit // FRAMES % 2
        for part, x, over in ((0, k, 1), (1, v, 3)):
            x = x.reshape(FRAMES, UNIT, KV_HEADS, DIM)
            scale = x.abs().amax(over, keepdim=True).float() / 127
            codes = (x / scale.clamp_min(1e-20)).round().to(torch.int8)
            self.codes[side][layer, part].copy_(codes, non_blocking=True)
            self.scales[side][layer, part, : scale.numel()].copy_(scale.flatten(), non_blocking=True)
        return out[0].transpose(0, 1).reshape(CHUNK, QUERY)

    def end(self):
        self.unit += FRAMES


def tflops(operations, seconds):
    return operations / seconds / 1e12


def measure_limits(results):
    side = 8192
    a, b = random(side, side), random(side, side)
    results.add("gemm_tflops", lambda: tflops(2 * side**3, seconds_of(lambda _: F.linear(a, b), 0.3, True)))
    size = 2 << 30
    x, y = (torch.zeros(size, dtype=torch.uint8, device=CUDA) for _ in range(2))
    results.add("copy_gb_per_s", lambda: 2 * size / seconds_of(lambda _: y.copy_(x), best=True) / 1e9)
    z = x.view(torch.int32)
    results.add("read_gb_per_s", lambda: size / seconds_of(lambda _: z.amax(), best=True) / 1e9)
    host = torch.ones(512 << 20, dtype=torch.uint8).pin_memory()
    to = x[: 512 << 20]
    results.add(
        "bus_up_gb_per_s",
        lambda: (512 << 20) / seconds_of(lambda _: to.copy_(host, non_blocking=True), best=True) / 1e9,
    )


def measure_products(results):
    vision = FRAMES * PATCHES
    gelu, tanh = F.gelu, lambda x: F.gelu(x, approximate="tanh")
    shapes = [
        ("qkv", CHUNK, WIDTH, QUERY + 2 * KEYS, True, None, False),
        ("out", CHUNK, QUERY, WIDTH, False, None, True),
        ("gate_up", CHUNK, WIDTH, 2 * FFN, False, None, False),
        ("down", CHUNK, FFN, WIDTH, False, None, True),
        ("head", 16, WIDTH, VOCABULARY, False, None, False),
        ("vision_qkv", vision, V_WIDTH, 3 * V_WIDTH, True, None, False),
        ("vision_out", vision, V_WIDTH, V_WIDTH, True, None, True),
        ("vision_up", vision, V_WIDTH, V_FFN, True, tanh, False),
        ("vision_down", vision, V_FFN, V_WIDTH, True, None, True),
        ("projector_1", vision, V_WIDTH, WIDTH, True, gelu, False),
        ("projector_2", vision, WIDTH, WIDTH, True, None, False),
    ]
    for name, rows, inner, outer, bias, activation, residual in shapes:
        weights = [random(outer, inner) for _ in range(max(2, math.ceil((320 << 20) / (2 * outer * inner))))]
        b = random(outer) if bias else None
        for count in (rows, 1) if rows in (CHUNK, 16) else (rows,):
            x, y = random(count, inner), random(count, outer)

            def call(number, x=x, y=y, count=count):
                out = F.linear(x, weights[number % len(weights) if count == 1 else 0], b)
                if activation:
                    out = activation(out)
                return out + y if residual else out

            if count == 1:
                results.add(f"gemv_{name}", lambda: 2 * inner * outer / seconds_of(call, 0.03) / 1e9)
            else:
                results.add(f"linear_{name}", lambda: tflops(2 * count * inner * outer, seconds_of(call, 0.03)))


def measure_elementwise(results):
    def turn(shape):
        return [random(*shape) for _ in range(max(2, math.ceil((320 << 20) / (2 * math.prod(shape)))))]

    def rate(key, shape, moved, call):
        xs = turn(shape)
        results.add(key, lambda: moved * 2 / seconds_of(lambda n: call(xs[n % len(xs)]), 0.03) / 1e9)

    ones = torch.ones(WIDTH, device=CUDA, dtype=BF16)
    rate("rms_norm", (CHUNK, WIDTH), 2 * CHUNK * WIDTH, lambda x: F.rms_norm(x, (WIDTH,), ones, 1e-6))
    rows = FRAMES * PATCHES
    rate("layer_norm", (rows, V_WIDTH), 2 * rows * V_WIDTH, lambda x: F.layer_norm(x, (V_WIDTH,), ones[:V_WIDTH], ones[:V_WIDTH]))
    rate("silu_mul", (CHUNK, 2 * FFN), 3 * CHUNK * FFN, lambda x: F.silu(x[:, :FFN]) * x[:, FFN:])
    angles = angles_of(0, CHUNK)
    rate("rope", (CHUNK, HEADS, DIM), 2 * CHUNK * QUERY, lambda x: rotated(x, angles))


def measure_attention(results):
    """The fastest way of each kind: for chunks, for pictures, for one token."""
    q, k, v = (
        heads_first(random(tokens, heads, DIM) * 50)
        for tokens, heads in ((CHUNK, HEADS), (PAST + CHUNK, KV_HEADS), (PAST + CHUNK, KV_HEADS))
    )
    chunk_way, chunk_name, taken = fastest(chunk_ways(), q, k, v, True)
    operations = 4 * QUERY * CHUNK * (PAST + (CHUNK + 1) / 2)
    results.add("attention_window", lambda: tflops(operations, taken))
    q, k, v = (random(FRAMES, V_HEADS, PATCHES, V_WIDTH // V_HEADS) * 50 for _ in range(3))
    vision_way, vision_name, taken = fastest(plain_ways(), q, k, v, False)
    results.add("attention_vision", lambda: tflops(4 * V_WIDTH * FRAMES * PATCHES**2, taken))
    tokens, turns = 14_000, 16  # together more than caches hold
    ks, vs = ([heads_first(random(tokens, KV_HEADS, DIM) * 50) for _ in range(turns)] for _ in range(2))
    q = heads_first(random(1, HEADS, DIM) * 50)
    decode_way, decode_name, _ = fastest(plain_ways(), q, ks[0], vs[0], False)

    def decode(number):
        decode_way(q, ks[number % turns], vs[number % turns])

    results.add("attention_decode", lambda: 4 * tokens * KEYS / seconds_of(decode, 0.03) / 1e9)
    results.add("attention", lambda: f"{chunk_name} (chunks), {vision_name} (pictures), {decode_name} (one token)")
    return chunk_way, vision_way, decode_way


def measure_watching(results, vision, decoder, window, quick):
    pictures = torch.randint(0, 256, (FRAMES, IMAGE, IMAGE, 3), dtype=torch.uint8)
    embeddings = random(CHUNK, WIDTH) * 50

    def see():
        return vision(pictures)

    def think(x):
        window.begin()
        decoder(x, window)
        window.end()
        torch.cuda.synchronize()  # the blocks have arrived

    least = 0.5 if quick else 2
    results.add("vision_frames_per_s", lambda: FRAMES / seconds_of(lambda _: see(), least / 4))
    results.add("decoder_int8_frames_per_s", lambda: FRAMES / seconds_of(lambda _: think(embeddings), least))
    results.add("watch_int8_frames_per_s", lambda: FRAMES / seconds_of(lambda _: think(see()), least))


def measure_decoding(results, decoder, attend_one, quick):
    tokens = 16 if quick else 64
    keys = [random(CONTEXT + tokens, KV_HEADS, DIM) for _ in range(LAYERS)]
    values = [random(CONTEXT + tokens, KV_HEADS, DIM) for _ in range(LAYERS)]
    cos, sin = angles_of(CONTEXT, tokens)

    def decode():
        token = torch.zeros(1, dtype=torch.long, device=CUDA)
        for number in range(tokens):
            at = CONTEXT + number
            angles = cos[number : number + 1], sin[number : number + 1]

            def attend(layer, q, k, v, at=at, angles=angles):
                keys[layer][at : at + 1] = rotated(k, angles)
                values[layer][at : at + 1] = v
                context = heads_first(keys[layer][: at + 1]), heads_first(values[layer][: at + 1])
                return attend_one(heads_first(rotated(q, angles)), *context).reshape(1, QUERY)

            x = decoder(F.embedding(token, decoder.table), attend)
            token = F.linear(F.rms_norm(x, (WIDTH,), decoder.norm, 1e-6), decoder.head).argmax(-1)

    def rate():
        decode()
        times = []
        for _ in range(2):
            torch.cuda.synchronize()
            start = time.perf_counter()
            decode()
            torch.cuda.synchronize()
            times.append(time.perf_counter() - start)
        return tokens / min(times)

    results.add("decode_tokens_per_s_1h", rate)
    if "decode_tokens_per_s_1h" in results.values:  # a context is as long, whatever it was recalled from
        results.add("decode_tokens_per_s_10h", lambda: results.values["decode_tokens_per_s_1h"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json")
    options = parser.parse_args()
    torch.set_grad_enabled(False)
    results = Results(options.json)
    results.add("torch", lambda: f"{torch.__version__} on {torch.cuda.get_device_name()}")

    def section(measure, *arguments):
        try:
            return measure(results, *arguments)
        except Exception as error:  # what else there is shall be measured
            print(f"{measure.__name__}: {type(error).__name__}: {str(error)[:300]}", file=sys.stderr)
            return None
        finally:
            torch.cuda.empty_cache()

    section(measure_limits)
    ways = section(measure_attention)
    if ways:
        chunk_way, vision_way, decode_way = ways
        decoder = Decoder()
        section(measure_watching, Vision(vision_way), decoder, Window(chunk_way), options.quick)
        section(measure_decoding, decoder, decode_way, options.quick)
        del decoder
    if not options.quick:
        section(measure_products)
        section(measure_elementwise)
    results.add("memory", lambda: f"{torch.cuda.max_memory_allocated() / 1e9:.1f} GB at most")


if __name__ == "__main__":
    main()
