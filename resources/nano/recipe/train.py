"""Trains nano. The curriculum moves on by accuracy; the memory-like stage gets its share of the time in any case.

    python train.py --config configs/nano.json --out DIR --minutes M [--resume]

DIR gets log.txt, checkpoint.pt (model, optimisers, stage, random state; every few minutes) and the tokenizer.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

if __name__ == "__main__" and "GLIBC_TUNABLES" not in os.environ:
    # Large tensors come and go at every step: keep their memory, instead of asking the kernel for fresh pages each time.
    # On a virtual machine this alone made training several times faster.
    os.environ["GLIBC_TUNABLES"] = ":".join(f"glibc.malloc.{k}" for k in (
        "mmap_max=0", "trim_threshold=17179869184", "top_pad=268435456"))
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.execv(sys.executable, [sys.executable, *sys.argv])

import torch
import torch.distributed as dist
import torch.nn.functional as F

import tokenizer as tok
from data import Feed, Words
from model import FrameHeads, Nano, even, load_config
from world import COLOURS, SHAPES, TYPES

ARRIVAL = 3  # how much more than the blocks after it an event's first one should be sought


def build(config_path, folder):
    """-> config, words, model, frame heads."""
    c = load_config(config_path)
    words = Words(folder)
    model = Nano(c, words.tokenizer.get_vocab_size(), words(tok.SINKS))
    pair = lambda w: [words(w)[0], words(" " + w)[0]]
    heads = FrameHeads(c, [pair(w) for w in COLOURS], [pair(w) for w in SHAPES])
    with torch.no_grad():  # "red" and " red" begin as one word
        for w in COLOURS + SHAPES + ["left", "right", "up", "down"]:
            model.embed.weight[pair(w)[0]] = model.embed.weight[pair(w)[1]] + 0.01 * torch.randn(c.text.hidden)
    return c, words, model, heads


def optimisers(model, heads, t):
    """Muon for the matrices inside the layers, AdamW for the rest."""
    inner, rest = [], []
    for name, p in list(model.named_parameters()) + list(heads.named_parameters()):
        (inner if p.ndim == 2 and ".layers." in name else rest).append(p)
    return [torch.optim.Muon(inner, lr=t.muon_lr, weight_decay=t.weight_decay, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(rest, lr=t.adam_lr, betas=(0.9, 0.98), weight_decay=0.0)]


def ranking_loss(scores, rank, scale):
    """scores: per layer [B, Q, kv, N]; rank [B, Q, N]: 2 true and an arrival, 1 true, 0 not, -1 leave out; scale [layers, kv].
    -> loss, share of the mass on true blocks."""
    asks = (rank > 0).any(-1)
    rank = rank[asks]
    true = (rank > 0) + ARRIVAL * (rank == 2)
    true = true / true.sum(-1, keepdim=True)
    loss, hit = 0, []
    for s, a in zip(scores, scale):
        logp = (s * a[:, None]).sum(2)[asks].masked_fill(rank < 0, -1e4).log_softmax(-1)
        loss = loss - (true * logp).sum(-1).mean() / len(scores)
        hit.append((logp.exp() * (rank > 0)).sum(-1).mean().item())
    return loss, hit


def citation_loss(cited, truth, at):
    """Of the attention that the answer's tokens pay to blocks at all, the share on the blocks that it rests on.
    cited: per layer [B, Q, n, P]; truth, per layer, [B, Q, P]; at [B, Q, n]."""
    loss, share = 0, 0
    for c, t in zip(cited, truth):
        rows = at & t.any(-1, keepdim=True)
        s = (c * t[:, :, None]).sum(-1)[rows] / (c.sum(-1)[rows] + 1e-6)
        loss, share = loss - (s + 1e-3).log().mean() / len(cited), share + s.mean().item() / len(cited)
    return loss, share


def counting_loss(looks, counts, at, picks):
    """One head should look from the words that name an object at each of the n tokens that count and at the sinks, at all of
    them alike: what is left for the sinks, 1 / (n + 1), then tells how many there are. looks: per layer [B, Q, words, 1 + tokens];
    counts [B, Q, 2, F, 9]; at [B, Q, 2]: where the names stand; picks: None where the whole clip is seen, else per layer
    [B, Q, P]. -> loss, share of the mass that is where it should be, error of the logarithm of the number."""
    loss, share, error = 0, 0, 0
    for i, look in looks.items():
        seen = counts
        if picks is not None:
            p = picks[i][:, :, None, :, None].expand(-1, -1, 2, -1, counts.shape[-1])
            seen = counts.gather(3, p.clamp(min=0)) & (p >= 0)
        seen = F.pad(seen.flatten(-2), (1, 0), value=True)[at >= 0].float()
        look = look.gather(2, at.clamp(min=0)[..., None].expand(-1, -1, -1, look.shape[-1]))[at >= 0]
        n = seen.sum(-1)
        # What the count is read from: the odds of those tokens against the sinks. Cross-entropy alone hardly minds a factor of two.
        odds = ((seen[:, 1:] * look[:, 1:]).sum(-1) + 1e-2).log() - (look[:, 0] + 1e-2).log()
        off = F.smooth_l1_loss(odds, (n - 1).clamp(min=0.02).log(), reduction="none", beta=0.3)
        loss = loss + even(off - (seen * (look + 1e-4).log()).sum(-1) / n, n.long()) / len(looks)
        error = error + (odds - (n - 1).clamp(min=0.02).log())[n > 2].abs().mean().item() / len(looks)
        share = share + (seen * look).sum(-1).mean().item() / len(looks)
    return loss, share, error


class OwnPicks:
    """Picks as the engine does, by the standardised scores of the layers so far; see data.py for what the batch says."""

    def __init__(self, t, recent):
        self.t, self.recent, self.total, self.chosen = t, recent, 0, []

    @torch.no_grad()
    def __call__(self, layer, scores):
        handed, truth, size = self.t["handed"][layer], self.t["truth"], self.t["size"]
        B, Q, frames = truth.shape
        clips = torch.arange(B)
        s = scores[layer].unflatten(-1, (B, frames))[clips, :, :, clips].float()  # its own clip: [B, Q, kv, frames]
        s = (s - s.mean(-1, keepdim=True)) / s.std(-1, keepdim=True).clamp(min=1e-6)
        self.total = self.total + (s * self.t["trust"][layer][:, None]).sum(2)
        total = self.total + 1e3 * handed
        total = total.masked_fill(truth & self.t["hidden"][..., None], float("-inf"))
        rank = total.argsort(-1, descending=True).argsort(-1)
        keep = (rank < size[..., None]) & total.isfinite()
        keep[..., frames - self.recent:] |= size[..., None] > 0
        order = torch.where(keep, torch.arange(frames), frames).sort(-1).values[..., : max(1, int(keep.sum(-1).max()))]
        self.chosen.append(torch.where(order < frames, order, -1))
        return self.chosen[-1]


class Team:
    """Processes that train one model: each its share of every batch, gradients averaged. On a busy machine several processes of one
    thread each waste less than one with several threads, which waits in every product for the thread that was held up."""

    def __init__(self, rank, size, out):
        self.rank, self.size, self.others = rank, size, []
        if size == 1:
            return
        meeting = Path(out) / "team"
        if rank == 0:
            meeting.unlink(missing_ok=True)
            self.others = [subprocess.Popen([sys.executable, *sys.argv, "--rank", str(r)]) for r in range(1, size)]
        dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=size)

    def follow(self, *values):
        """The first process's values, in all."""
        if self.size == 1:
            return values
        t = torch.tensor(values, dtype=torch.float64)
        dist.broadcast(t, 0)
        return t.tolist()

    def average(self, parameters):
        if self.size == 1:
            return
        grads = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([g.flatten() for g in grads])
        dist.all_reduce(flat)
        for g, mean in zip(grads, (flat / self.size).split([g.numel() for g in grads])):
            g.copy_(mean.view_as(g))


class Meter:
    """Running means by name."""

    def __init__(self):
        self.sum, self.n = {}, {}

    def add(self, name, value, n=1):
        if n and value == value:
            self.sum[name] = self.sum.get(name, 0) + value * n
            self.n[name] = self.n.get(name, 0) + n

    def mean(self, name):
        return self.sum[name] / self.n[name] if name in self.n else float("nan")


def step_loss(model, heads, c, batch, meter, train_vision):
    t = {k: torch.from_numpy(v).to(model.image_newline.device) for k, v in batch.items()}
    frames = t["frames"].flatten(0, -4)
    with torch.set_grad_enabled(train_vision):
        patches = model.patches(frames)
    visual = model.project(patches)
    single = {"cell_colour": 1, "cell_shape": 1, "cell_direction": 1, "cell_was": 1, "cell_once": 1, "cell_at": 2, "digits": 1, "beside": 1}
    labels = {k: t[k].flatten(0, t[k].ndim - 1 - own) for k, own in single.items() if k in t}  # one row per frame
    loss, seen = heads(visual, model.embed, labels)
    for k, v in seen.items():
        meter.add(k, v)
    meter.add("frame", loss.item())
    if "ids" not in t:
        return loss
    B, Fr = batch["frames"].shape[:2]
    memory = model.watch(visual.view(B, Fr, *visual.shape[1:]))
    history, seen = heads.history(memory.hidden[c.train.history_layer], labels)
    for k, v in seen.items():
        meter.add(k, v)
    targets, at = t["targets"], t["targets"] != -100
    taps = {c.train.named_layer: None, c.train.pair_layer: None}
    looks = dict.fromkeys(c.train.counting_layers)
    own, first = "picks" not in t, c.train.cite_from
    whole = not own and t["picks"].ndim == 2
    picks = OwnPicks(t, c.memory.recent) if own else t["picks"] if whole else list(t["picks"])
    logits, scores, cited = model.answer(memory, t["ids"], picks, t["about"], at, first, taps, looks)
    truth = t["truth"]
    if whole:
        there = [truth & t["picks"][..., None]] * len(cited)
    else:
        there = [truth.gather(-1, p.clamp(min=0)) & (p >= 0) for p in (picks.chosen if own else picks)[first:]]
    names, seen = heads.names(taps[c.train.named_layer], taps[c.train.pair_layer], t["named_at"], t["named"], t["many"], t["pair"])
    for k, v in seen.items():
        meter.add(k, v)
    cite, share = citation_loss(cited, there, at)
    meter.add("cite", share)
    counting, share, error = counting_loss(looks, t["counts"], t["named_at"], picks.chosen if own else None if whole else picks)
    meter.add("look", share)
    meter.add("odds", error)
    lm = F.cross_entropy(logits.float(), targets[at])
    rank, hit = ranking_loss(scores, t["rank"], (5 * heads.rank_scale).exp())
    meter.add("lm", lm.item())
    meter.add("rank", rank.item())
    for i, h in enumerate(hit):
        meter.add(f"hit{i}", h)
    with torch.no_grad():
        right = ~at
        right[at] = logits.argmax(-1) == targets[at]
        right = right.all(-1).cpu().numpy()
    blind = batch["blind"]
    unseen = ~batch["truth"].any(-1) & ~blind
    meter.add("answers", right.mean(), right.size)
    meter.add("answers_" + ("long" if own else "whole" if whole else "memory"), right.mean(), right.size)
    meter.add("blind", right[blind].mean() if blind.any() else 0, int(blind.sum()))
    meter.add("refuse", right[unseen].mean() if unseen.any() else 0, int(unseen.sum()))
    for i, name in enumerate(TYPES):
        m = (batch["type"] == i) & ~blind & ~unseen
        meter.add(("l_" if own else "a_") + name, right[m].mean() if m.any() else 0, int(m.sum()))
    return lm + c.train.frame_loss * loss + c.train.history_loss * history + c.train.named_loss * names + c.train.counting_loss * counting + c.train.citation_loss * cite + c.train.ranking_loss * rank


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--config", required=True)
    a.add_argument("--out", required=True)
    a.add_argument("--minutes", type=float, required=True)
    a.add_argument("--resume", action="store_true")
    a.add_argument("--peak", type=float, default=1, help="learning rates as a share of the config's")
    a.add_argument("--threads", type=int, default=1)
    a.add_argument("--processes", type=int, default=1, help="train one model with that many")
    a.add_argument("--rank", type=int, default=0, help=argparse.SUPPRESS)
    a.add_argument("--stage", type=int, help="begin here, whatever the checkpoint says")
    a.add_argument("--device", default="cpu")
    a.add_argument("--no-bf16", action="store_true")
    a = a.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(0)
    torch.set_default_device(a.device)
    out = Path(a.out)
    if not (out / "tokenizer.json").exists():
        tok.save(out)
    raw = json.loads(Path(a.config).read_text())
    log = open(out / "log.txt", "a", buffering=1)

    def say(text):
        if a.rank:
            return
        print(text, flush=True)
        log.write(text + "\n")

    c, words, model, heads = build(a.config, out)
    opts = optimisers(model, heads, c.train)
    stage, step, seconds = 0, 0, 0.0
    if a.resume and (out / "checkpoint.pt").exists():
        state = torch.load(out / "checkpoint.pt", weights_only=False, map_location=a.device)
        model.load_state_dict(state["model"])
        heads.load_state_dict(state["heads"], strict=False)
        for o, s in zip(opts, state["optimisers"]):
            try:
                o.load_state_dict(s)
            except ValueError:  # the model has gained or lost a part since
                say("# an optimiser begins anew")
        stage, step, seconds = int(state["stage"]), state["step"], state["seconds"]
        torch.set_rng_state(state["rng"].cpu())
    if a.stage is not None:
        stage = a.stage
    team = Team(a.rank, a.processes, out)
    for spec in [part for s in raw["stages"] for part in s.get("mix", [s])]:
        spec["batch"] = max(1, spec["batch"] // team.size)
    feed = Feed(raw, str(out), 1000 * (1 + a.rank) + step, stage)
    def save():
        if team.rank:
            return
        torch.save({"model": model.state_dict(), "heads": heads.state_dict(), "optimisers": [o.state_dict() for o in opts],
                    "stage": stage, "step": step, "seconds": seconds, "rng": torch.get_rng_state()}, out / "checkpoint.tmp")
        os.replace(out / "checkpoint.tmp", out / "checkpoint.pt")

    say(f"# {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, stage {raw['stages'][stage]['name']}, step {step}")
    began, total = time.time(), a.minutes * 60
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))  # save, then end
    meter, reported, saved, clips, in_stage = Meter(), time.time(), time.time(), 0, 0
    last = len(raw["stages"]) - 1
    while True:
        now = time.time() - began
        if stage < last and now > total * (1 - c.train.memory_share):
            say("# time for the memory stage")
            stage, in_stage, meter = last, 0, Meter()
        rate = min(1, (step + 1) / 100, 0.1 + 0.9 * (in_stage + 1) / 15) * min(1, max(0.02, (1 - now / total) / c.train.decay_share)) * a.peak
        stage, rate, over = team.follow(stage, rate, now > total or bool(stop))
        stage = int(stage)
        if over:
            break
        feed.set_stage(stage)
        spec = raw["stages"][stage]
        for o, lr in zip(opts, (c.train.muon_lr, c.train.adam_lr)):
            for g in o.param_groups:
                g["lr"] = lr * rate
        batch = next(feed)
        with torch.autocast(a.device, dtype=torch.bfloat16, enabled=not a.no_bf16):
            loss = step_loss(model, heads, c, batch, meter, spec.get("kind") == "frames")
        for o in opts:
            o.zero_grad(set_to_none=True)
        loss.backward()
        team.average([*model.parameters(), *heads.parameters()])
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for o in opts:
            o.step()
        step, in_stage, clips = step + 1, in_stage + 1, clips + len(batch["frames"]) * team.size
        if time.time() - reported > 30:
            took, reported = time.time() - reported, time.time()
            seconds += took
            types = " | ".join(" ".join(f"{n}:{meter.mean(of + n):.2f}" for n in TYPES if of + n in meter.n) for of in ("a_", "l_"))
            line = " ".join(f"{k}:{meter.mean(k):.3f}" for k in ("frame", "colour", "shape", "digits", "move", "new", "once", "was", "beside", "named", "many", "earlier", "other", "alike", "look", "odds", "cite", "lm", "rank",
                                                                   "answers", "answers_whole", "answers_memory", "answers_long", "refuse", "blind")
                            if k in meter.n)
            hits = "/".join(f"{meter.mean(f'hit{i}'):.2f}" for i in range(c.text.layers)) if "hit0" in meter.n else ""
            say(f"{seconds:.0f}s {spec['name']} step {step} {clips / took:.1f}/s rate {rate:.2f} {line} | hit {hits} | {types}")
            done = all(meter.mean(k) >= v for k, v in spec.get("goal", {"": 1}).items())
            meter, clips = Meter(), 0
            if done and stage < last and not team.rank:
                save()
                stage, in_stage = stage + 1, 0
                say(f"# on to {raw['stages'][stage]['name']}")
        if time.time() - saved > 180:
            save()
            saved = time.time()
    save()
    say("# done")
    feed.worker.terminate()
    for other in team.others:
        other.wait()


if __name__ == "__main__":
    main()
