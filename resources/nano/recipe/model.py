"""The model: Hugging Face's LlavaOnevision at a small size, written so that training sees what the engine will do.

Modules are named as the published llava-hf checkpoints name their tensors. Visual tokens are *watched* once, in a sliding
window, and leave K (before RoPE) and V per layer behind; a question is *answered* over sinks, picked frames and itself, at
positions given anew, exactly as the engine recalls.
"""
import json
import math
from pathlib import Path
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import nn


def parse_config(text):
    return json.loads(text, object_hook=lambda d: SimpleNamespace(**d))


def load_config(path):
    return parse_config(Path(path).read_text())


def weights(q, k, mask=None):
    """softmax(q k') over [batch, heads, n, dim]. Written out: on a CPU small products in bf16 beat the fused kernel's backward."""
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    return (scores if mask is None else scores + mask).softmax(-1)


class VisionLayer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.heads = c.heads
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(c.hidden, eps=1e-6), nn.LayerNorm(c.hidden, eps=1e-6)
        self.self_attn = nn.ModuleDict({n: nn.Linear(c.hidden, c.hidden) for n in ("q_proj", "k_proj", "v_proj", "out_proj")})
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(c.hidden, c.ffn), "fc2": nn.Linear(c.ffn, c.hidden)})

    def forward(self, x):
        a = self.self_attn
        y = self.layer_norm1(x)
        y = F.linear(y, torch.cat([a.q_proj.weight, a.k_proj.weight, a.v_proj.weight]),
                     torch.cat([a.q_proj.bias, a.k_proj.bias, a.v_proj.bias]))
        q, k, v = y.view(*x.shape[:2], 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        y = (weights(q, k) @ v).transpose(1, 2).reshape(x.shape)
        x = x + a.out_proj(y)
        return x + self.mlp.fc2(F.gelu(self.mlp.fc1(self.layer_norm2(x)), approximate="tanh"))


class VisionTower(nn.Module):
    """SigLIP without its head; the features are the last layer's output, before post_layernorm (which stays unused)."""

    def __init__(self, c):
        super().__init__()
        self.grid = c.image // c.patch
        self.vision_model = nn.ModuleDict({
            "embeddings": nn.ModuleDict({"patch_embedding": nn.Conv2d(3, c.hidden, c.patch, c.patch),
                                         "position_embedding": nn.Embedding(self.grid ** 2, c.hidden)}),
            "encoder": nn.ModuleDict({"layers": nn.ModuleList(VisionLayer(c) for _ in range(c.layers))}),
            "post_layernorm": nn.LayerNorm(c.hidden, eps=1e-6)})
        nn.init.normal_(self.vision_model.embeddings.position_embedding.weight, std=0.1)

    def forward(self, pixels):  # [frames, 3, image, image] -> [frames, patches, hidden]
        e = self.vision_model.embeddings
        x = e.patch_embedding(pixels).flatten(2).transpose(1, 2) + e.position_embedding.weight
        for layer in self.vision_model.encoder.layers:
            x = layer(x)
        return x


class RMSNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return F.rms_norm(x, self.weight.shape, self.weight.to(x.dtype), 1e-6)


class DecoderLayer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.heads, self.kv, self.dim = c.heads, c.kv_heads, c.head_dim
        h, kv = c.heads * c.head_dim, c.kv_heads * c.head_dim
        self.input_layernorm, self.post_attention_layernorm = RMSNorm(c.hidden), RMSNorm(c.hidden)
        self.self_attn = nn.ModuleDict({"q_proj": nn.Linear(c.hidden, h), "k_proj": nn.Linear(c.hidden, kv),
                                        "v_proj": nn.Linear(c.hidden, kv), "o_proj": nn.Linear(h, c.hidden, bias=False)})
        self.mlp = nn.ModuleDict({"gate_proj": nn.Linear(c.hidden, c.ffn, bias=False), "up_proj": nn.Linear(c.hidden, c.ffn, bias=False),
                                  "down_proj": nn.Linear(c.ffn, c.hidden, bias=False)})
        for p in self.self_attn.values():
            if p.bias is not None:
                nn.init.zeros_(p.bias)

    def qkv(self, x):  # [..., n, hidden] -> q [..., n, heads, dim], k and v [..., n, kv, dim]
        a = self.self_attn
        y = F.linear(self.input_layernorm(x), torch.cat([a.q_proj.weight, a.k_proj.weight, a.v_proj.weight]),
                     torch.cat([a.q_proj.bias, a.k_proj.bias, a.v_proj.bias]))
        y = y.unflatten(-1, (self.heads + 2 * self.kv, self.dim))
        return y.split([self.heads, self.kv, self.kv], -2)

    def rest(self, x, attended):  # attended [..., n, heads * dim]
        x = x + self.self_attn.o_proj(attended)
        y = self.post_attention_layernorm(x)
        gate, up = F.linear(y, torch.cat([self.mlp.gate_proj.weight, self.mlp.up_proj.weight])).chunk(2, -1)
        return x + self.mlp.down_proj(F.silu(gate) * up)


class Memory:
    """What watching leaves behind. Per layer: sink K, V [S, kv, dim]; block K, V [clips, frames, tokens, kv, dim]; K before RoPE."""

    def __init__(self):
        self.sinks, self.blocks = [], []
        self.hidden = []  # after each layer [clips * frames, tokens, hidden], for training


class Nano(nn.Module):
    def __init__(self, c, vocab, sink_ids):
        super().__init__()
        self.c = c
        self.vision_tower = VisionTower(c.vision)
        self.multi_modal_projector = nn.ModuleDict({"linear_1": nn.Linear(c.vision.hidden, c.text.hidden),
                                                    "linear_2": nn.Linear(c.text.hidden, c.text.hidden)})
        self.image_newline = nn.Parameter(torch.randn(c.text.hidden) * 0.1)
        self.language_model = nn.ModuleDict({"model": nn.ModuleDict({
            "embed_tokens": nn.Embedding(vocab, c.text.hidden),
            "layers": nn.ModuleList(DecoderLayer(c.text) for _ in range(c.text.layers)),
            "norm": RMSNorm(c.text.hidden)})})
        nn.init.normal_(self.embed.weight, std=0.08)
        for layer in self.layers:  # residual branches start small
            for p in (layer.self_attn.o_proj, layer.mlp.down_proj):
                nn.init.normal_(p.weight, std=p.weight.shape[1] ** -0.5 / math.sqrt(2 * c.text.layers))
        self.register_buffer("sink_ids", torch.tensor(sink_ids), persistent=False)
        half = c.text.head_dim // 2
        freq = c.text.rope_theta ** (-torch.arange(half) / half)
        angle = torch.arange(4096)[:, None] * freq
        self.register_buffer("cos", angle.cos().repeat(1, 2), persistent=False)
        self.register_buffer("sin", torch.cat([-angle.sin(), angle.sin()], 1), persistent=False)
        self._masks = {}

    @property
    def embed(self):
        return self.language_model.model.embed_tokens

    @property
    def layers(self):
        return self.language_model.model.layers

    def patches(self, frames):  # uint8 [n, h, w, 3] -> [n, patches, vision hidden]
        return self.vision_tower(frames.permute(0, 3, 1, 2).float().div(127.5).sub(1))

    def project(self, patches):  # -> [n, tokens, hidden]
        p = self.multi_modal_projector
        x = p.linear_2(F.gelu(p.linear_1(patches)))
        g = self.vision_tower.grid
        x = F.interpolate(x.float().transpose(1, 2).unflatten(2, (g, g)), size=(math.ceil(g / 2),) * 2, mode="bilinear")
        return x.flatten(2).transpose(1, 2)

    def rope(self, x, pos):  # x [..., n, h, d]; pos [n] or broadcastable [..., n]
        cos, sin = self.cos[pos].unsqueeze(-2).to(x.dtype), self.sin[pos].unsqueeze(-2).to(x.dtype)
        a, b = x.chunk(2, -1)
        return x * cos + torch.cat([b, a], -1) * sin

    @staticmethod
    def attend(q, k, v, mask):  # q [b, n, heads, d]; k, v [b, m, kv, d]; mask [b or 1, 1, n, m]
        """-> [b, n, heads * d], the weights [b, kv, group, n, m]."""
        b, n, heads, d = q.shape
        kv = k.shape[2]
        q = q.view(b, n, kv, heads // kv, d).permute(0, 2, 3, 1, 4).reshape(b, kv, -1, d)  # a group shares its keys
        mask = mask.repeat(1, 1, heads // kv, 1)
        w = weights(q, k.transpose(1, 2), mask)
        o = w @ v.transpose(1, 2)
        return o.view(b, kv, heads // kv, n, d).permute(0, 3, 1, 2, 4).reshape(b, n, heads * d), w.view(b, kv, heads // kv, n, -1)

    def _watch_mask(self, chunks, size, tokens, sinks, dtype):
        key = (chunks, size, dtype)
        if key not in self._masks:
            n = size * tokens
            t = torch.arange(n)
            own = t[None] <= t[:, None]
            ok = torch.ones(chunks, n, sinks, dtype=torch.bool)
            if chunks > 1:  # the last `window` frames before one's own
                window = self.c.memory.window_frames
                before = (t[:, None] // tokens + size - t[None] // tokens) <= window
                before = before[None].repeat(chunks, 1, 1)
                before[0] = False
                ok = torch.cat([ok, before], -1)
            ok = torch.cat([ok, own[None].expand(chunks, -1, -1)], -1)
            self._masks[key] = torch.zeros(ok.shape, dtype=dtype).masked_fill_(~ok, float("-inf"))[:, None]
        return self._masks[key]

    def watch(self, visual):  # [clips, frames, tokens, hidden]; frames <= window or a multiple of it
        B, frames, T, D = visual.shape
        size = min(frames, self.c.memory.window_frames)
        chunks, n, S = frames // size, size * T, len(self.sink_ids)
        memory = Memory()
        s, x = self.embed(self.sink_ids)[None], visual.reshape(B * chunks, n, D)
        at = torch.arange(n)
        causal = torch.full((1, 1, S, S), float("-inf")).triu(1)
        for layer in self.layers:
            sq, sk, sv = layer.qkv(s)
            q, k, v = layer.qkv(x)
            memory.sinks.append((sk[0], sv[0]))
            memory.blocks.append(tuple(t.reshape(B, frames, T, *t.shape[2:]) for t in (k, v)))
            first = torch.arange(S)
            s = layer.rest(s, self.attend(self.rope(sq, first), self.rope(sk, first), sv, causal.to(sq.dtype))[0])
            if chunks == 1:
                keys = [self.rope(sk, first).expand(B, -1, -1, -1), self.rope(k, S + at)]
                values = [sv.expand(B, -1, -1, -1), v]
                q = self.rope(q, S + at)
            else:
                # [sinks | the chunk before | own chunk]; before the first chunk there is nothing, so its sinks move up.
                sinks = torch.cat([self.rope(sk, first + n)] + [self.rope(sk, first)] * (chunks - 1)).repeat(B, 1, 1, 1)
                shift = lambda t: F.pad(t.unflatten(0, (B, chunks))[:, :-1], (0, 0, 0, 0, 0, 0, 1, 0)).flatten(0, 1)
                keys = [sinks, self.rope(shift(k), S + at), self.rope(k, S + n + at)]
                values = [sv.expand(B * chunks, -1, -1, -1), shift(v), v]
                q = self.rope(q, S + n + at)
            mask = self._watch_mask(chunks, size, T, S, q.dtype).repeat(B, 1, 1, 1) if chunks > 1 else \
                self._watch_mask(1, size, T, S, q.dtype)
            x = layer.rest(x, self.attend(q, torch.cat(keys, 1), torch.cat(values, 1), mask)[0])
            memory.hidden.append(x.reshape(B * frames, T, D))
        return memory

    def answer(self, memory, ids, picks, about=None, at=None, cite_from=99, taps=None, looks=None):
        """ids [clips, Q, L]; picks: what each question may attend to at a layer: per layer [clips, Q, P] block indices by
        time, -1 behind the last; or a function (layer, scores so far) -> such; or one [clips, Q] of bool, true where
        the question sees the whole clip and false where it sees nothing. about [clips, Q, L] marks the question's own tokens:
        then scores per layer [clips, Q, kv, clips * frames] are made. at [clips, Q, 1 + L]: where logits are wanted (all).
        -> logits [clips, Q, 1 + L, vocab] (newline first) or [at.sum(), vocab], scores, and per layer from `cite_from` on how
        much attention each token pays each block, summed over heads: [clips, Q, 1 + L, frames or P]. taps: a dict from layers to their outputs,
        looks: one from layers to how their first head attends to all sinks and each of the blocks' tokens [clips, Q, 1 + L, 1 + tokens]; both filled here."""
        B, Q, L = ids.shape
        kb = memory.blocks[0][0]
        frames, T, S, n = kb.shape[1], kb.shape[2], len(self.sink_ids), L + 1
        x = torch.cat([self.image_newline.expand(B * Q, 1, -1), self.embed(ids.view(B * Q, L))], 1)
        causal = torch.ones(n, n, dtype=torch.bool).tril()
        scores, cited = [], []
        for i, layer in enumerate(self.layers):
            q, k, v = layer.qkv(x)
            if about is not None:
                w = F.pad(about, (1, 0)).view(B * Q, n, 1, 1).to(q.dtype)
                mean = ((q * w).sum(1) / w.sum(1)).unflatten(1, (layer.kv, -1)).sum(2).view(B, Q, layer.kv, -1)
                centre = memory.blocks[i][0].mean(2).flatten(0, 1)
                scores.append(torch.einsum("bqhd,fhd->bqhf", mean.float(), centre.float()) / math.sqrt(layer.dim))
            sk, sv = self.rope(memory.sinks[i][0], torch.arange(S)), memory.sinks[i][1]
            bk, bv = memory.blocks[i]
            if torch.is_tensor(picks):
                own = S + T * frames * picks.view(B * Q, 1) + torch.arange(n)
                bk = self.rope(bk.flatten(1, 2), S + torch.arange(frames * T))
                o, far = self._attend_whole(self.rope(q, own), torch.cat([sk.expand(B, -1, -1, -1), bk], 1),
                                       torch.cat([sv.expand(B, -1, -1, -1), bv.flatten(1, 2)], 1), self.rope(k, own), v, picks, causal)
            else:
                chosen = picks(i, scores) if callable(picks) else picks[i]
                P = chosen.shape[-1]
                valid = (chosen >= 0).view(B * Q, P)
                flat = (chosen.clamp(min=0) + torch.arange(B)[:, None, None] * frames).flatten()
                own = S + T * valid.sum(1, keepdim=True) + torch.arange(n)
                bk, bv = (t.flatten(0, 1).flatten(1).index_select(0, flat).view(B * Q, P * T, layer.kv, layer.dim) for t in (bk, bv))
                bk = self.rope(bk, S + torch.arange(P * T))
                ok = torch.cat([torch.ones(B * Q, n, S, dtype=torch.bool),
                                valid.repeat_interleave(T, 1)[:, None].expand(-1, n, -1), causal.expand(B * Q, -1, -1)], -1)
                mask = torch.zeros(ok.shape, dtype=q.dtype).masked_fill_(~ok, float("-inf"))[:, None]
                sk, sv = (t.expand(B * Q, -1, -1, -1) for t in (sk, sv))
                o, far = self.attend(self.rope(q, own), torch.cat([sk, bk, self.rope(k, own)], 1), torch.cat([sv, bv, v], 1), mask)
                far = far[..., : S + P * T].view(B, Q, *far.shape[1:4], -1)
            x = layer.rest(x, o)
            if taps is not None and i in taps:
                taps[i] = x.view(B, Q, n, -1)
            if looks is not None and i in looks:
                look = far[:, :, 0, 0].float()
                looks[i] = torch.cat([look[..., :S].sum(-1, keepdim=True), look[..., S:]], -1)
            if i >= cite_from:
                cited.append(far[..., S:].unflatten(-1, (-1, T)).float().sum((2, 3, 6)))
        x = x.view(B, Q, n, -1)
        logits = F.linear(self.language_model.model.norm(x if at is None else x[at]), self.embed.weight)
        return logits, scores, cited

    def _attend_whole(self, q, k, v, own_k, own_v, sees, causal):
        """The questions of a clip over one context that they share, each over itself too. q [B * Q, n, heads, d]; k, v
        [B, m, kv, d]; own_k, own_v [B * Q, n, kv, d]; sees [B, Q]: false hides all but the sinks. -> output, weights over the context [B, Q, kv, group, n, m]."""
        B, Q = sees.shape
        n, heads, d = q.shape[1:]
        m, kv = k.shape[1:3]
        q = (q * d ** -0.5).view(B, Q, n, kv, -1, d).permute(0, 3, 1, 4, 2, 5)  # [B, kv, Q, group, n, d]
        k, v = k.transpose(1, 2), v.transpose(1, 2)
        own_k, own_v = (t.view(B, Q, n, kv, d).permute(0, 3, 1, 2, 4) for t in (own_k, own_v))  # [B, kv, Q, n, d]
        far = (q.reshape(B, kv, -1, d) @ k.transpose(-1, -2)).view(B, kv, Q, -1, m)
        if not sees.all():
            hide = torch.zeros(B, 1, Q, 1, m, dtype=q.dtype)
            hide[..., len(self.sink_ids):].masked_fill_(~sees[:, None, :, None, None], float("-inf"))
            far = far + hide
        near = q.flatten(3, 4) @ own_k.transpose(-1, -2)  # [B, kv, Q, group * n, n]
        near = near + torch.zeros(n, n, dtype=q.dtype).masked_fill_(~causal, float("-inf")).repeat(heads // kv, 1)
        far, near = torch.cat([far, near], -1).softmax(-1).split([m, n], -1)
        o = (far.reshape(B, kv, -1, m) @ v).view(B, kv, Q, -1, d) + near @ own_v
        o = o.view(B, kv, Q, -1, n, d).permute(0, 2, 4, 1, 3, 5).reshape(B * Q, n, heads * d)
        return o, far.view(B, kv, Q, -1, n, m).transpose(1, 2)


def even(values, target):
    """The mean of `values` in which every class of `target` weighs alike, however rare (by the square root: no single one
    should shout)."""
    weight = torch.bincount(target)[target].float().rsqrt()
    return (values * weight).sum() / weight.sum().clamp(min=1e-6)


class FrameHeads(nn.Module):
    """What the visual tokens of one frame should tell on their own. Colours and shapes are read with the words' own
    embeddings, so that "red" the word and red the look come to lie in one direction before the decoder ever trains."""

    def __init__(self, c, colour_ids, shape_ids):
        super().__init__()
        tokens = (c.vision.image // c.vision.patch // 2) ** 2
        self.register_buffer("colour_ids", torch.tensor(colour_ids), persistent=False)  # [8, 2]: "red", " red"
        self.register_buffer("shape_ids", torch.tensor(shape_ids), persistent=False)
        self.nothing = nn.Parameter(torch.randn(2, c.text.hidden) * 0.05)
        self.sharpness = nn.Parameter(torch.tensor(1.0))
        self.place = nn.Linear(c.text.hidden, 2)
        self.digits = nn.Linear(tokens * c.text.hidden, 22)  # tens, units; 10: no sign
        self.direction, self.was, self.beside = (nn.Linear(c.text.hidden, n) for n in (4, 8, 16))
        self.arrived, self.once = nn.Linear(c.text.hidden, 2), nn.Linear(c.text.hidden, 2)
        self.named, self.many, self.pair, self.other = (nn.Linear(c.text.hidden, n) for n in (4 + 11 + 11, 6, 4, 4))
        # Ranking scores are means over tokens, hence small; their scales are learned apart (an engine calibrates its own).
        self.rank_scale = nn.Parameter(torch.tensor([8.0] + [2.0] * (c.text.layers - 1)).log()[:, None].repeat(1, c.text.kv_heads) / 5)

    def forward(self, visual, embed, labels):
        """visual [n, tokens, hidden]; labels: see data.py. -> loss, accuracies."""
        x = F.rms_norm(visual.float(), visual.shape[-1:])
        loss, seen = 0, {}
        for i, (name, ids) in enumerate((("colour", self.colour_ids), ("shape", self.shape_ids))):
            words = torch.cat([embed.weight[ids].mean(1), self.nothing[i:i + 1]])
            logits = x @ words.t() * self.sharpness
            target = labels["cell_" + name]
            loss = loss + F.cross_entropy(logits.flatten(0, 1), target.flatten(), label_smoothing=0.02)
            there = target < 8
            seen[name] = (logits[there][:, :8].argmax(-1) == target[there]).float().mean().item()
        there = labels["cell_colour"] < 8
        loss = loss + F.mse_loss(self.place(x[there]), labels["cell_at"][there])
        digits = self.digits(x.flatten(1)).view(-1, 2, 11)
        loss = loss + 0.5 * F.cross_entropy(digits.flatten(0, 1), labels["digits"].flatten())
        sign = labels["digits"][:, 0] < 10
        seen["digits"] = (digits.argmax(-1) == labels["digits"])[sign].float().mean().item()
        return loss, seen

    def history(self, hidden, labels):
        """hidden [n, tokens, hidden] after an early layer: by then a token should know where its object moves, whether
        it has just come, which colour it had at first, and the token of the sign which object it belongs to. -> loss, accuracies."""
        def judge(head, x, target):
            logits = head(F.rms_norm(x.float(), x.shape[-1:]))
            return F.cross_entropy(logits, target), (logits.argmax(-1) == target).float().mean().item()
        direction, was, beside = labels["cell_direction"], labels["cell_was"], labels["beside"]
        known = direction >= 0
        loss, move = judge(self.direction, hidden[known], direction[known])
        there = labels["cell_colour"] < 8
        new, seen_new = judge(self.arrived, hidden[there], known[there].long())  # arrivals are what counting counts,
        # and it must count each once, by one token.
        once, seen_once = judge(self.once, hidden[there], labels["cell_once"][there])
        loss, seen = loss + new + once, {"move": move, "new": seen_new, "once": seen_once}
        turned = known & (was != labels["cell_colour"])  # the others are easy
        if turned.any():
            more, seen["was"] = judge(self.was, hidden[turned], was[turned])
            loss = loss + 0.5 * more + 0.5 * judge(self.was, hidden[known], was[known])[0]
        at = beside[:, 0] >= 0
        if at.any():  # the sign stands in the lower left cell
            sign = F.rms_norm(hidden[at][:, -3].float(), hidden.shape[-1:])
            logits = self.beside(sign).view(-1, 2, 8)
            loss = loss + F.cross_entropy(logits.flatten(0, 1), beside[at].flatten())
            seen["beside"] = (logits.argmax(-1) == beside[at]).float().mean().item()
        return loss, seen

    def names(self, middle, late, at, named, many, pair):
        """middle, late [B, Q, n, hidden] of the questions after two layers: by the first the words that name an object should
        know its direction and number, by the second how many there are, and the second name how the two compare (which
        takes a layer more: what is compared must be there before). at, named, many, pair: see data.named_labels."""
        def words(hidden):
            return F.rms_norm(hidden.gather(2, at.clamp(min=0)[..., None].expand(-1, -1, -1, hidden.shape[-1])).float(), hidden.shape[-1:])
        there, counted = named[..., 0] >= 0, many >= 0
        logits, target = self.named(words(middle)[there]).split([4, 11, 11], -1), named[there].unbind(-1)
        loss = sum(F.cross_entropy(l, t) for l, t in zip(logits, target)) / 3
        seen = {"named": sum((l.argmax(-1) == t).float().mean().item() for l, t in zip(logits, target)) / 3}
        x = words(late)
        logits, target = self.many(x[counted]), many[counted]
        loss = loss + 2 * even(F.cross_entropy(logits, target, reduction="none"), target)
        seen["many"] = (logits.argmax(-1) == target)[target > 1].float().mean().item()
        # To compare two, the second name must first have heard of the first: without this step comparing is never learned.
        both = there.all(-1)
        if both.any():
            logits, target = self.other(x[:, :, 1][both]), named[:, :, 0, 0][both]
            loss = loss + F.cross_entropy(logits, target)
            seen["other"] = (logits.argmax(-1) == target).float().mean().item()
        logits, known = self.pair(x[:, :, 1]).unflatten(-1, (2, 2)), pair >= 0
        for i, name in enumerate(("earlier", "alike")):
            if known[..., i].any():
                l, t = logits[..., i, :][known[..., i]], pair[..., i][known[..., i]]
                loss = loss + 0.5 * even(F.cross_entropy(l, t, reduction="none"), t)
                seen[name] = even((l.argmax(-1) == t).float(), t).item()
        return loss, seen
