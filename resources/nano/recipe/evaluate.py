"""What the model can do on footage it never trained on, as tables.

    python evaluate.py MODEL_DIR [--scenes N] [--checkpoint DIR/checkpoint.pt]

1. Everything in context: 32 frames, up to 6 events.
2. Recall: 600 frames, 40 events, watched under the window; each layer picks at most `budget` blocks by the scores of the layers so
   far, as the engine does. Also how many of the true blocks the scores put among the first `budget`, per layer and KV head.
3. Support: log p(answer | what was picked) - log p(answer | no video), per token.
With --checkpoint, the weights are the checkpoint's (the folder still gives sizes and words), and the ranking scales too.
"""
import argparse

import numpy as np
import torch
import torch.nn.functional as F

from data import HELD_OUT, WHEN_BLIND, blocks_in, spoken
from export import from_folder
from world import TYPES, Scene

WINDOW_OF_MASS = 0.98  # blocks are picked until this share of the softmax mass is covered


def watch_scene(model, scene, n, phase=0.4):
    frames = torch.from_numpy(scene.render(n, phase, 1.0, augment=scene.seed))
    visual = torch.cat([model.project(model.patches(part)) for part in frames.split(128)])
    return model.watch(visual[None])


def ask(words, questions, n, phase):
    items = [(x["text"].decode(), x["answer"].decode()) for x in questions]
    ids, targets, about = spoken(words, items)
    truth = np.stack([blocks_in(x["t0"][:x["ranges"]], x["t1"][:x["ranges"]], n, phase) for x in questions])
    return [torch.from_numpy(a)[None] for a in (ids, targets, about)] + [truth]


def judge(logits, targets):
    """-> right [Q], mean log-probability of the answer's tokens [Q]."""
    at = targets != -100
    logp = F.log_softmax(logits.float(), -1).gather(-1, targets.clamp(min=0)[..., None])[..., 0]
    right = ((logits.argmax(-1) == targets) | ~at).all(-1)
    return right[0].numpy(), ((logp * at).sum(-1) / at.sum(-1))[0].numpy()


def recall_policy(weights, budget, recent, frames, picked):
    """Picks by the weighted scores of the layers so far; `picked` collects the boolean choice of every layer."""
    def picks(layer, scores):
        total = sum((s * w[:, None]).sum(2) for s, w in zip(scores, weights))[0]  # [Q, frames]
        order = total.argsort(-1, descending=True)
        mass = total.softmax(-1).gather(-1, order)
        keep = (mass.cumsum(-1) - mass < WINDOW_OF_MASS) & (torch.arange(frames) < budget)
        chosen = torch.zeros_like(keep).scatter_(-1, order, keep)
        picked.append(chosen.clone())
        chosen[:, frames - recent:] = True
        index = torch.where(chosen, torch.arange(frames), frames).sort(-1).values[:, : int(chosen.sum(-1).max())]
        return torch.where(index < frames, index, -1)[None]
    return picks


def share_found(order, truth, budget):
    """Of the true blocks, the share among the first `budget` (at best all, or as many as fit)."""
    top = np.zeros_like(truth)
    np.put_along_axis(top, order[:, :budget], True, -1)
    return (top & truth).sum(-1) / np.minimum(truth.sum(-1), budget)


class Table:
    def __init__(self):
        self.rows = {}

    def add(self, name, column, value):
        self.rows.setdefault(name, {}).setdefault(column, []).append(float(value))

    def show(self, title, columns):
        print(f"\n{title}\n{'':14}" + "".join(f"{c:>12}" for c in columns) + f"{'questions':>12}")
        every = {c: [v for r in self.rows.values() for v in r.get(c, [])] for c in columns}
        for name, r in [(n, self.rows[n]) for n in TYPES if n in self.rows] + [("all", every)]:
            cells = [f"{np.mean(r[c]):12.3f}" if r.get(c) else f"{'-':>12}" for c in columns]
            print(f"{name:14}" + "".join(cells) + f"{len(r.get(columns[0], [])) + len(r.get(columns[1], [])):12d}")


@torch.no_grad()
def main():
    a = argparse.ArgumentParser()
    a.add_argument("model_dir")
    a.add_argument("--scenes", type=int, default=60)
    a.add_argument("--long-scenes", type=int, default=6)
    a.add_argument("--frames", type=int, default=600)
    a.add_argument("--events", type=int, default=40)
    a.add_argument("--checkpoint")
    a.add_argument("--weights", help="per layer, for both KV heads: 1,1,...")
    a = a.parse_args()
    torch.set_num_threads(1)
    c, words, model = from_folder(a.model_dir)
    layers, budget, recent = c.text.layers, c.memory.budget, c.memory.recent
    weights = torch.ones(layers, c.text.kv_heads)
    if a.checkpoint:
        state = torch.load(a.checkpoint, weights_only=False, map_location="cpu")
        model.load_state_dict(state["model"])
        weights = (5 * state["heads"]["rank_scale"]).exp()
    if a.weights:
        weights = torch.tensor([float(w) for w in a.weights.split(",")])[:, None].repeat(1, c.text.kv_heads)
    model.eval()

    table = Table()
    for i in range(a.scenes):
        scene = Scene(HELD_OUT + i, 32, 3 + i % 4, change=0.15)
        questions = scene.questions(i, 16)
        ids, targets, about, truth = ask(words, questions, 32, 0.4)
        memory = watch_scene(model, scene, 32)
        right, _ = judge(model.answer(memory, ids, torch.ones(ids.shape[:2], dtype=torch.bool))[0], targets)
        for x, ok in zip(questions, right):
            table.add(TYPES[x["type"]], "answerable" if x["answerable"] else "not there", ok)
    table.show("Everything in context (32 frames, 3-6 events)", ["answerable", "not there"])

    n = -(-a.frames // c.memory.window_frames) * c.memory.window_frames  # training's windows are whole
    table, found, support = Table(), {}, {True: [], False: []}
    for i in range(a.long_scenes):
        scene = Scene(HELD_OUT + 10 ** 6 + i, n, a.events, repeat=0.05)
        questions = scene.questions(i, 60)
        ids, targets, about, truth = ask(words, questions, n, 0.4)
        memory, picked = watch_scene(model, scene, n), []
        policy = recall_policy(weights, budget, recent, n, picked)
        logits, scores, _ = model.answer(memory, ids, policy, about)
        right, logp = judge(logits, targets)
        # The oracle: the true blocks, filled up with the blocks around them.
        near = np.argsort([-np.convolve(t, np.ones(9), "same") - 100 * t for t in truth.astype(float)], -1)[:, :budget]
        oracle = torch.from_numpy(np.sort(near, -1))[None]
        oracle_right, _ = judge(model.answer(memory, ids, [oracle] * layers)[0], targets)
        said = [words.tokenizer.decode(logits[0, q].argmax(-1)[targets[0, q] != -100].tolist()) for q in range(len(questions))]
        _, blind = judge(model.answer(memory, ids, [torch.full((1, len(questions), 1), -1)] * layers)[0], targets)
        asks = truth.any(-1)
        for l in range(layers):
            for h in range(c.text.kv_heads):
                found.setdefault((l, h), []).extend(share_found((-scores[l][0, :, h]).argsort(-1).numpy()[asks], truth[asks], budget))
            total = sum((s * w[:, None]).sum(2) for s, w in zip(scores[: l + 1], weights))[0]
            found.setdefault((l, "so far"), []).extend(share_found((-total).argsort(-1).numpy()[asks], truth[asks], budget))
        for q, x in enumerate(questions):
            kind = TYPES[x["type"]]
            table.add(kind, "answerable" if x["answerable"] else "not there", right[q])
            table.add(kind, "oracle", oracle_right[q])
            if asks[q]:
                hit = torch.stack(picked)[:, q].any(0).numpy() & truth[q]
                table.add(kind, "recall", hit.sum() / truth[q].sum())
                table.add(kind, "blocks", torch.stack(picked)[:, q].float().sum(-1).mean())
                support[bool(right[q])].append(logp[q] - blind[q])
            if x["answerable"] and said[q].startswith(WHEN_BLIND.get(kind, "not seen")) and not right[q]:
                table.add(kind, "gave up", 1)
            elif x["answerable"]:
                table.add(kind, "gave up", 0)
    table.show(f"Recall ({n} frames, {a.events} events, {budget} blocks a layer, {recent} recent)",
               ["answerable", "not there", "oracle", "recall", "blocks", "gave up"])
    print(f"\nTrue blocks among the first {budget} of {n}, by score\nlayer" + "".join(f"{f'head {h}':>10}" for h in range(c.text.kv_heads)) + f"{'so far':>10}   weights")
    for l in range(layers):
        print(f"{l:5}" + "".join(f"{np.mean(found[l, h]):10.3f}" for h in [*range(c.text.kv_heads), "so far"]) + "   " +
              " ".join(f"{w:.2f}" for w in weights[l].tolist()))
    for ok, values in support.items():
        if values:
            print(f"support of the true answer where the model was {'right' if ok else 'wrong'}: "
                  f"median {np.median(values):.2f}, lower tenth {np.quantile(values, 0.1):.2f} ({len(values)})")


if __name__ == "__main__":
    main()
