"""Batches for the trainer, made by one worker process; numpy only, so that it starts fast and needs one core at most.

A batch is a dict of arrays. frames: uint8 [B, F, 48, 48, 3] and labels of every frame; for clips also per question
ids [B, Q, L] (prompt after the newline, then the answer), targets [B, Q, L + 1] (-100: no loss), about [B, Q, L] (the tokens
that rank blocks: "\\n{question}"), truth [B, Q, F] (the blocks that the answer rests on), type [B, Q], and
picks: for clips of kind "memory" [layers, B, Q, P] (the blocks that it may attend to at each layer; -1 behind the last), for
kind "clips" [B, Q] of bool (whether it sees the clip at all). For kind "long" the model picks by its own scores; then
handed [layers, B, Q, F] marks true blocks that it gets in any case, hidden [B, Q] questions that get none of them,
size [B, Q] is the budget and trust [layers, kv heads] how the layers' scores are weighed.
"""
import multiprocessing as mp
import os

import numpy as np
from tokenizers import Tokenizer

from tokenizer import PROMPT_END
from world import COLOURS, PLURALS, SHAPES, TYPES, Scene

HELD_OUT = 10 ** 9  # seeds from here on are never trained on
MOST = 5  # no question asks for more of a kind
WHEN_BLIND = {"presence": "no", "count": "0"}  # the answer where nothing was seen; else "not seen"
WEIGHTS = dict(colour=1, shape=1, direction=1.2, number=1.8, count=1.8, order_which=1.3, order_yes_no=0.8, first_last=1.2,
               presence=1.2, change=0.7, same_way=0.6, same_number=0.4)


class Words:
    """Text to ids, each text once."""

    def __init__(self, folder):
        self.tokenizer = Tokenizer.from_file(str(folder) + "/tokenizer.json")
        self.cache = {}
        self.end = self.tokenizer.token_to_id("<|im_end|>")
        self.suffix = self(PROMPT_END)

    def __call__(self, text):
        ids = self.cache.get(text)
        if ids is None:
            ids = self.cache[text] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def frame_labels(f):
    """f: array of world.FRAME, any shape."""
    sign = f["tens"] >= 0
    shown = sign[..., None] & (f["objects"] == 1)[..., None]  # what stands beside a sign: colour, shape
    return {"cell_colour": f["cell_colour"].astype(np.int64), "cell_shape": f["cell_shape"].astype(np.int64),
            "cell_direction": f["cell_direction"].astype(np.int64),
            "cell_was": f["cell_was"].astype(np.int64),
            "beside": np.where(shown, np.stack([f["colour"][..., 0], f["shape"][..., 0]], -1), -1).astype(np.int64),
            "cell_at": np.stack([f["cell_x"], f["cell_y"]], -1),
            "digits": np.where(sign[..., None], np.stack([f["tens"], f["units"]], -1), 10).astype(np.int64)}


def countable(f):
    """f [B, F] of world.FRAME -> [B, F, 9]: 1 at the one token that says "here comes another": where the middle of an object is
    that has just entered, or has just taken its second colour."""
    there = f["cell_colour"] < 8
    turned = f["cell_was"] != f["cell_colour"]
    before = np.zeros(there.shape[:2] + (9, 9), bool)  # the same object already had that colour a frame earlier
    same = (f["cell_colour"][:, 1:, :, None] == f["cell_colour"][:, :-1, None]) & (f["cell_was"][:, 1:, :, None] == f["cell_was"][:, :-1, None])
    before[:, 1:] = same & there[:, :-1, None]
    comes = (f["cell_direction"] < 0) | (turned & ~before.any(-1))
    middle = (np.abs(f["cell_x"]) < 0.5) & (np.abs(f["cell_y"]) < 0.5)
    return (there & comes & middle).astype(np.int64)


def frames_batch(rng, stage):
    frames, labels = [], []
    for _ in range(stage["batch"] // 4):
        seed = int(rng.integers(1, HELD_OUT))
        scene = Scene(seed, 9, 2, meeting=0.35)
        at = dict(n=4, start=float(rng.random()) * 2, step=2.0)
        frames.append(scene.render(**at, augment=seed))
        labels.append(scene.frames(**at))
    return {"frames": np.concatenate(frames), **frame_labels(np.concatenate(labels))}


def spoken(words, items):
    """[(question, answer)] -> ids, targets, about, each [len(items), longest (+ 1)]."""
    rows = []
    for text, answer in items:
        q, a = words("\n" + text), words(answer)
        rows.append((q, q + words.suffix, a))
    L = max(len(p) + len(a) for _, p, a in rows)
    ids, about = np.zeros((len(rows), L), np.int64), np.zeros((len(rows), L), np.float32)
    targets = np.full((len(rows), L + 1), -100, np.int64)
    for i, (q, p, a) in enumerate(rows):
        ids[i, : len(p) + len(a)] = p + a
        about[i, : len(q)] = 1
        targets[i, len(p): len(p) + len(a) + 1] = a + [words.end]  # index 0 is the newline's
    return ids, targets, about


def blocks_in(ranges, starts, n_frames, phase):
    t = ((np.arange(n_frames) + phase) * 1e6).astype(np.int64)
    return ((t[None] >= ranges[:, None]) & (t[None] < starts[:, None])).any(0) if len(ranges) else np.zeros(n_frames, bool)


def arrivals_in(question, events, n_frames, phase):
    """The first block of each event that shows what the question names: what counting and ordering need most where not
    every block fits."""
    n, starts = question["ranges"], []
    for e in events[np.isin(events["t0"], question["t0"][:n])]:
        named = question["colour"][: question["names"]]
        starts.append(e["turn"] if e["turns_into"] in named and e["colour"] not in named and e["turns_into"] >= 0 else e["t0"])
    first = np.ceil(np.array(starts) / 1e6 - phase).astype(np.int64)
    return (np.arange(n_frames)[None] == first[:, None]).any(0) if len(starts) else np.zeros(n_frames, bool)


def named_labels(words, question, events):
    """What the words that name an object should come to know of it: for each of at most two names the index of its last token
    (counted with the newline in front; -1: none), [direction, tens, units] if it means one event, how many events it means, and
    for the pair [first is earlier, same direction]."""
    at, what, many, pair, found = np.full(2, -1), np.full((2, 3), -1), np.full(2, -1), np.full(2, -1), []
    ids = words("\n" + question["text"].decode())
    for k in range(question["names"]):
        c, s = question["colour"][k], question["shape"][k]
        match = events[((c < 0) | (events["colour"] == c) | (events["turns_into"] == c)) & ((s < 0) | (events["shape"] == s))]
        for things in (" " + SHAPES[s], " " + PLURALS[s]) if s >= 0 else (" object", " objects"):
            name = words((" " + COLOURS[c] if c >= 0 else "") + things)
            start = next((i for i in range(len(ids)) if ids[i:i + len(name)] == name), None)
            if start is not None:
                at[k], many[k] = start + len(name), min(len(match), MOST)
        if len(match) != 1 or at[k] < 0:
            continue
        e = match[0]
        what[k] = e["direction"], e["number"] // 10 if e["number"] >= 0 else 10, e["number"] % 10 if e["number"] >= 0 else 10
        found.append(e)
    if len(found) == 2:
        pair[0] = found[0]["t0"] < found[1]["t0"] if found[0]["t0"] != found[1]["t0"] else -1
        pair[1] = found[0]["direction"] == found[1]["direction"]
    return at, what, many, pair


def choose_picks(rng, truth, alike, layers, budget, recent, blind, missing):
    """Which blocks each layer keeps: the true ones among random others, at every layer others. alike [B, Q, F]: how much a
    block looks like one that might be asked for; such distractors come more often, as they will at run time."""
    B, Q, F = truth.shape
    score = rng.random((layers, B, Q, F)) + 0.3 * alike[None]
    truth_kept = truth[None] & (rng.random((layers, B, Q, F)) > 0.08)
    # A layer may pick badly, the first one most of all: it has only the bare words to go by.
    truth_kept &= rng.random((layers, B, Q, 1)) > np.array([0.5] + [0.1] * (layers - 1))[:, None, None, None]
    score += 10 * truth_kept
    score[:, missing] = np.where(truth[missing][None], -1, score[:, missing])
    size = np.maximum(rng.integers(4, budget + 1, (1, B, Q, 1)), np.minimum(truth.sum(-1), budget)[None, ..., None])
    order = np.argsort(-score, -1)
    keep = np.zeros((layers, B, Q, F), bool)
    np.put_along_axis(keep, order, np.arange(F) < size, -1)
    keep &= score >= 0
    keep[..., F - recent:] = True
    keep &= ~blind[None, ..., None]
    return packed(keep)


def own_picks(rng, truth, config, blind, missing):
    """What the model needs to pick by its own scores; see the top of this file."""
    B, Q, F = truth.shape
    layers, heads, budget = config["text"]["layers"], config["text"]["kv_heads"], config["memory"]["budget"]
    handed = truth[None] & (rng.random((layers, B, Q, F)) > 0.08) & (rng.random((1, B, Q, 1)) < 0.4)
    handed[0] &= rng.random((B, Q, 1)) < 0.5
    size = np.where(rng.random((B, Q)) < 0.7, budget, rng.integers(4, budget + 1, (B, Q)))
    return {"handed": handed, "hidden": missing, "size": np.where(blind, 0, size),
            "trust": rng.uniform(0.2, 1.5, (layers, heads)).astype(np.float32)}


def packed(keep):
    """[..., F] of bool -> indices [..., P], ascending, -1 behind the last."""
    F = keep.shape[-1]
    P = max(1, int(keep.sum(-1).max()))
    idx = np.sort(np.where(keep, np.arange(F), F), -1)[..., :P]
    return np.where(idx < F, idx, -1)


def clips_batch(rng, stage, words, config, seeds=None):
    B, F, Q = stage["batch"], stage["frames"], stage["questions"]
    layers, recent = config["text"]["layers"], config["memory"]["recent"]
    frames, labels = np.empty((B, F, 48, 48, 3), np.uint8), None
    items, types, truth, arrival = [], np.zeros((B, Q), np.int64), np.zeros((B, Q, F), bool), np.zeros((B, Q, F), bool)
    names_c, names_s = np.full((B, Q, 2), -2), np.full((B, Q, 2), -2)
    blind, missing = rng.random((B, Q)) < stage.get("blind", 0.04), np.zeros((B, Q), bool)
    weights = np.array([stage.get("weights", {}).get(t, WEIGHTS[t]) for t in TYPES], np.float32)
    rows = []
    named_at, named, many, pair = (np.full((B, Q, *of), -1) for of in ((2,), (2, 3), (2,), (2,)))
    for b in range(B):
        while True:
            seed = int(rng.integers(1, HELD_OUT)) if seeds is None else int(seeds[b])
            events = int(rng.integers(max(1, stage["events"] // 2), stage["events"] + 1)) if seeds is None else stage["events"]
            scene = Scene(seed, F, events, change=0.15)
            questions = scene.questions(seed, Q, weights)
            if len(questions) == Q:
                break
        events = scene.events()
        phase = float(rng.random()) * 0.9
        frames[b] = scene.render(F, phase, 1.0, augment=seed)
        rows.append(scene.frames(F, phase, 1.0))
        for q, x in enumerate(questions):
            n = x["ranges"]
            truth[b, q] = blocks_in(x["t0"][:n], x["t1"][:n], F, phase)
            arrival[b, q] = arrivals_in(x, events, F, phase)
            types[b, q] = x["type"]
            names_c[b, q, : x["names"]], names_s[b, q, : x["names"]] = x["colour"][: x["names"]], x["shape"][: x["names"]]
            kind, answer = TYPES[x["type"]], x["answer"].decode()
            if stage["kind"] != "clips":
                missing[b, q] = truth[b, q].any() and not truth[b, q, F - recent:].any() and rng.random() < 0.08
            if blind[b, q] or missing[b, q]:
                answer = WHEN_BLIND.get(kind, "not seen")
            else:
                named_at[b, q], named[b, q], many[b, q], pair[b, q] = named_labels(words, x, events)
            items.append((x["text"].decode(), answer))
    rows = np.stack(rows)
    ids, targets, about = spoken(words, items)
    # 1: something is there; 2: something of a colour or shape that the question names.
    part = (rows["colour"][:, None, :, :, None] == names_c[:, :, None, None]) | (rows["shape"][:, None, :, :, None] == names_s[:, :, None, None])
    part &= (rows["colour"] >= 0)[:, None, :, :, None]
    alike = (rows["objects"] > 0)[:, None] + part.any((-1, -2))
    if stage["kind"] == "memory":
        picks = {"picks": np.ascontiguousarray(choose_picks(rng, truth, alike, layers, config["memory"]["budget"], recent, blind, missing))}
    elif stage["kind"] == "long":
        picks = own_picks(rng, truth, config, blind, missing)
    else:
        picks = {"picks": ~blind}
    # Blocks of any clip that show a thing the question names are no negatives for it, even where they are not evidence.
    fc, fs = rows["colour"].reshape(B * F, 2), rows["shape"].reshape(B * F, 2)
    shows = np.zeros((B, Q, B * F), bool)
    for k in range(2):
        for o in range(2):
            c, s = names_c[..., k, None], names_s[..., k, None]
            shows |= (fc[:, o] >= 0) & (c > -2) & ((c == -1) | (c == fc[:, o])) & ((s == -1) | (s == fs[:, o]))
    rank = np.zeros((B, Q, B * F), np.int8)  # 2: true and an arrival, 1: true, 0: negative, -1: neither
    rank[shows] = -1
    for b in range(B):
        own = rank[b, :, b * F:(b + 1) * F]
        own[truth[b]] = 1
        own[truth[b] & arrival[b]] = 2
    # Per name the tokens that count: [B, Q, 2, F, 9].
    once, cc, cs = countable(rows), rows["cell_colour"], rows["cell_shape"]
    c, s = names_c[..., None, None], names_s[..., None, None]
    counts = (once[:, None, None] > 0) & (c > -2) & ((c == -1) | (c == cc[:, None, None])) & ((s == -1) | (s == cs[:, None, None]))
    counts &= (c >= 0) | (rows["cell_direction"] < 0)[:, None, None]  # where no colour is named, a new one is not another object
    counts &= truth[:, :, None, :, None] & ~(blind | missing)[:, :, None, None, None]
    shape = lambda a: a.reshape(B, Q, -1)
    return {"frames": frames, **frame_labels(rows), "cell_once": once, "counts": counts, "ids": shape(ids), "targets": shape(targets), "about": shape(about), "type": types,
            "truth": truth, "rank": rank, **picks, "blind": blind | missing,
            "named_at": named_at, "named": named, "many": many, "pair": pair}


def make(rng, stage, words, config):
    if "mix" in stage:
        stage = stage["mix"][rng.integers(len(stage["mix"]))]
    return frames_batch(rng, stage) if stage["kind"] == "frames" else clips_batch(rng, stage, words, config)


def _work(config, folder, seed, stage_index, queue):
    os.nice(1)
    rng = np.random.default_rng(seed)
    words = Words(folder)
    while True:
        i = stage_index.value
        queue.put((i, make(rng, config["stages"][i], words, config)))


class Feed:
    """A worker process that always has the next batches ready; set_stage() changes what it makes."""

    def __init__(self, config, folder, seed, stage):
        context = mp.get_context("spawn")
        self.stage, self.queue = context.Value("i", stage), context.Queue(3)
        self.worker = context.Process(target=_work, args=(config, folder, seed, self.stage, self.queue), daemon=True)
        self.worker.start()

    def set_stage(self, stage):
        self.stage.value = stage

    def __next__(self):
        while True:  # batches of a stage that is over are dropped
            stage, batch = self.queue.get()
            if stage == self.stage.value:
                return batch
