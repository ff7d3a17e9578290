#!/usr/bin/env python3
"""Writes the fixtures of the parity tests: small random LLaVA-OneVision checkpoints and what the
reference implementation (transformers) computes with them.

    make_fixtures.py [OUT]                 OUT defaults to the folder fixtures/ beside this file
    make_fixtures.py --model FOLDER OUT    only the reference, of a checkpoint that exists

Each folder under OUT is an ordinary checkpoint plus reference.safetensors, whose tensors are

    frames              u8  [F, H, W, 3]     what a video decoder would give
    resized             u8  [F, S, S, 3]     Pillow's bicubic
    processor_resized   u8  [F, S, S, 3]     what the reference's own video processor makes of `frames`
                                             (it resizes through torchvision), as levels of 255
    vision_hidden       f32 [F, P, C]        last encoder state of `resized`, before post_layernorm
    features            f32 [F * t, W]       projected and pooled, without the newline
    input_ids           i32 [T]              with the video placeholders (negative: -2 frame token,
                                             -1 newline)
    hidden_L            f32 [T, W]           residual stream after L layers, L = 0 .. layers
    logits              f32 [T, V]
    greedy_frames       i32 [N]              how many of the frames prompt i is given (0 = text only)
    greedy_ids          i32 [N, steps]       continuation, -1 after its end
and prompts.json, the questions of the N prompts. The weights are scaled so that attention is peaked
and greedy choices are clear: with the usual initialisation every attention is nearly uniform, and a
wrong one would hardly show.

Needs torch, torchvision, transformers, tokenizers, safetensors, Pillow and NumPy.
"""

import json
import pathlib
import random
import sys

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import LlavaOnevisionConfig, LlavaOnevisionForConditionalGeneration
from transformers.models.llava_onevision.video_processing_llava_onevision import (
    LlavaOnevisionVideoProcessor,
)

BEFORE = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n"
AFTER = "\n{}<|im_end|>\n<|im_start|>assistant\n"
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>", "<video>"]
# Qwen2's pre-tokeniser.
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
WORDS = """what which where when how many does the a is are of in on it red green blue yellow circle
square triangle star person car left right before after then moves stops appears disappears first last
colour shape sign door says picture video second time grows größer café 日本 did you see and or not"""
PROMPTS = 100
STEPS = 12

VARIANTS = {
    # An odd side (5 -> 3 when pooled), names as newer versions save them.
    "resaved_f32": dict(
        resaved=True, dtype=torch.float32, tied=False, shards=1, image=70, kv_heads=2, seed=1),
    # Names, type and sharding of the published checkpoints; the small one of them is tied.
    "published_f16_tied": dict(
        resaved=False, dtype=torch.float16, tied=True, shards=3, image=56, kv_heads=2, seed=2),
    "published_bf16": dict(
        resaved=False, dtype=torch.bfloat16, tied=False, shards=1, image=98, kv_heads=1, seed=3),
}


def make_tokenizer(folder, vocabulary):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(SPECIALS), show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    text = " ".join(WORDS.split())
    tokenizer.train_from_iterator(
        [text, text.title(), BEFORE, AFTER.format(text)] * 3, trainer)
    tokenizer.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in SPECIALS])
    tokenizer.save(str(folder / "tokenizer.json"))
    return tokenizer


def make_config(variant, tokenizer):
    return LlavaOnevisionConfig(
        vision_config=dict(
            model_type="siglip_vision_model", hidden_size=48, intermediate_size=80,
            num_hidden_layers=3, num_attention_heads=3, image_size=variant["image"], patch_size=14,
            vision_use_head=False),
        text_config=dict(
            model_type="qwen2", hidden_size=64, intermediate_size=96, num_hidden_layers=3,
            num_attention_heads=4, num_key_value_heads=variant["kv_heads"],
            vocab_size=(tokenizer.get_vocab_size() + 63) // 64 * 64, max_position_embeddings=4096,
            rope_parameters=dict(rope_type="default", rope_theta=1e6), rms_norm_eps=1e-6,
            tie_word_embeddings=variant["tied"],
            eos_token_id=tokenizer.token_to_id("<|im_end|>"),
            bos_token_id=tokenizer.token_to_id("<|endoftext|>")),
        image_token_index=tokenizer.token_to_id("<image>"),
        video_token_index=tokenizer.token_to_id("<video>"),
        tie_word_embeddings=variant["tied"],
        vision_feature_layer=-1, vision_feature_select_strategy="full")


def scale_weights(model, generator):
    for name, p in model.named_parameters():
        noise = torch.randn(p.shape, generator=generator)
        if p.dim() == 1:
            is_norm = "norm" in name and name.endswith("weight")
            value = 1 + 0.2 * noise if is_norm else 0.2 * noise
        elif "embed_tokens" in name or "position_embedding" in name:
            value = 0.5 * noise
        else:
            gain = 1.7 if "q_proj" in name or "k_proj" in name else 3.0 if "lm_head" in name else 1.0
            value = gain * noise / p[0].numel() ** 0.5
        p.data.copy_(value)
    model.model.image_newline.data.copy_(0.5 * torch.randn(model.model.image_newline.shape, generator=generator))
    model.tie_weights()


def published_name(name):
    if name.startswith("model.vision_tower."):
        name = "vision_tower.vision_model." + name.removeprefix("model.vision_tower.").removeprefix("vision_model.")
    elif name.startswith("model.language_model."):
        name = "language_model.model." + name.removeprefix("model.language_model.")
    elif name.startswith("lm_head."):
        name = "language_model." + name
    return name.removeprefix("model.") if not name.startswith("language_model") else name


def save_checkpoint(model, folder, variant):
    tensors = {}
    for name, t in model.state_dict().items():
        if variant["tied"] and name == "lm_head.weight":
            continue
        tensors[name if variant["resaved"] else published_name(name)] = t.to(variant["dtype"]).contiguous()
    shards = variant["shards"]
    if shards == 1:
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return
    names = sorted(tensors)
    weight_map = {}
    for i in range(shards):
        file = f"model-{i + 1:05}-of-{shards:05}.safetensors"
        part = {n: tensors[n] for n in names[i::shards]}
        save_file(part, folder / file, metadata={"format": "pt"})
        weight_map |= {n: file for n in part}
    total = sum(t.numel() * t.element_size() for t in tensors.values())
    (folder / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": total}, "weight_map": weight_map}, indent=1))


def save_configs(config, folder, variant, tokenizer):
    data = config.to_dict()
    data["architectures"] = ["LlavaOnevisionForConditionalGeneration"]
    if not variant["resaved"]:
        # As the published files have it: rope_theta in its old place.
        rope = data["text_config"].pop("rope_parameters")
        data["text_config"]["rope_theta"] = rope["rope_theta"]
    (folder / "config.json").write_text(json.dumps(data, indent=1, sort_keys=True))
    eos = tokenizer.token_to_id("<|im_end|>")
    (folder / "generation_config.json").write_text(
        json.dumps({"eos_token_id": [eos, tokenizer.token_to_id("<|endoftext|>")], "pad_token_id": eos}))
    side = variant["image"]
    (folder / "preprocessor_config.json").write_text(json.dumps({
        "do_convert_rgb": True, "do_normalize": True, "do_pad": True, "do_rescale": True,
        "do_resize": True, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
        "image_processor_type": "LlavaOnevisionImageProcessor",
        "processor_class": "LlavaOnevisionProcessor", "resample": 3, "rescale_factor": 1 / 255,
        "size": {"height": side, "width": side}}, indent=1))


def make_frames(rng):
    """Two frames larger than the model's picture in one way and smaller in the other, with edges."""
    height, width = 60, 128
    y, x = np.mgrid[0:height, 0:width]
    frames = []
    for i in range(2):
        frame = np.stack([
            127 + 120 * np.sin(x / (7 + i) + c) * np.cos(y / (5 + c)) for c in range(3)], -1)
        frame[10:30, 20 + 30 * i : 60 + 30 * i] = rng.integers(0, 256, 3)
        frame += rng.normal(0, 12, frame.shape)
        frames.append(frame.clip(0, 255).astype(np.uint8))
    return np.stack(frames)


def questions(rng, count):
    words = WORDS.split()
    return [" ".join(rng.choice(words) for _ in range(rng.randint(1, 8))).capitalize() + rng.choice(["?", "", "!"])
            for _ in range(count)]


@torch.no_grad()
def reference(folder, out_folder, seed, check=True):
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    # Eager attention, f32, and from the files: what is compared includes reading them.
    model, info = LlavaOnevisionForConditionalGeneration.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"], info
    model.eval()
    side = model.config.vision_config.image_size
    rng = np.random.default_rng(seed)
    frames = make_frames(rng)
    resized = np.stack([
        np.asarray(Image.fromarray(f).resize((side, side), Image.Resampling.BICUBIC)) for f in frames])
    pixels = ((torch.from_numpy(resized).double() / 255 - 0.5) / 0.5).float().permute(0, 3, 1, 2).contiguous()
    processor = LlavaOnevisionVideoProcessor(
        size={"height": side, "width": side}, image_mean=[0.5] * 3, image_std=[0.5] * 3)
    processed = processor(list(frames), return_tensors="pt")["pixel_values_videos"][0].float()
    levels = (processed.double() * 0.5 + 0.5) * 255
    assert (levels - levels.round()).abs().max() < 1e-3
    processor_resized = levels.round().permute(0, 2, 3, 1).to(torch.uint8)
    difference = (processor_resized.int() - torch.from_numpy(resized).int()).abs()
    print(f"  resize: torchvision differs from Pillow in {(difference > 0).float().mean():.2%} of the values,"
          f" at most by {difference.max()} of 255, on average by {difference.float().mean():.4f}")

    out = {
        "frames": torch.from_numpy(frames), "resized": torch.from_numpy(resized),
        "processor_resized": processor_resized,
    }
    seen = {}
    for i, layer in enumerate(model.model.language_model.layers):
        layer.register_forward_hook(
            lambda m, a, o, i=i: seen.__setitem__(f"hidden_{i + 1}", o[0] if isinstance(o, tuple) else o))
        if i == 0:
            layer.register_forward_pre_hook(lambda m, a: seen.__setitem__("hidden_0", a[0]))
    encoder_layers = model.model.vision_tower.encoder.layers
    encoder_layers[-1].register_forward_hook(
        lambda m, a, o: seen.__setitem__("vision", o[0] if isinstance(o, tuple) else o))

    video = model.config.video_token_index
    pooled = (side // model.config.vision_config.patch_size + 1) // 2
    per_frame = pooled * pooled

    def ids_of(question, count):
        before = tokenizer.encode(BEFORE, add_special_tokens=False).ids
        after = tokenizer.encode(AFTER.format(question), add_special_tokens=False).ids
        visual = [video] * (per_frame * count + 1) if count else []
        return torch.tensor([before + visual + after])

    ids = ids_of("What is the red star before it moves?", len(frames))
    result = model(input_ids=ids, pixel_values_videos=pixels[None], output_attentions=True)
    features = model.get_video_features(pixels[None], vision_feature_layer=-1, vision_feature_select_strategy="full")
    features = getattr(features, "pooler_output", features)[0]
    marked = ids[0].clone()
    visual = (marked == video).nonzero()[:, 0]
    marked[visual] = -2
    marked[visual[-1]] = -1
    out |= {"input_ids": marked.int(), "logits": result.logits[0], "features": features[:-1],
            "vision_hidden": seen["vision"]}
    out |= {k: v[0] for k, v in seen.items() if k.startswith("hidden_")}
    for i, weights in enumerate(result.attentions):
        tail = weights[0, :, -32:]
        entropy = -(tail * tail.clamp_min(1e-12).log()).sum(-1).mean() / np.log(tail.shape[-1])
        print(f"  layer {i}: attention entropy {entropy:.2f} of uniform, largest weight {tail.amax(-1).mean():.2f}")
        assert entropy < 0.8 or not check

    # Prompts whose every choice is clear: rounding alone must not be able to turn one.
    chosen, texts, counts, smallest = [], [], [], []
    eos = {tokenizer.token_to_id("<|im_end|>"), tokenizer.token_to_id("<|endoftext|>")}
    tried = 0
    for question in questions(random.Random(seed), 10 * PROMPTS):
        if len(chosen) == PROMPTS:
            break
        tried += 1
        count = tried % 3
        inputs = {"input_ids": ids_of(question, count)}
        if count:
            inputs["pixel_values_videos"] = pixels[None, :count]
        g = model.generate(
            **inputs, attention_mask=torch.ones_like(inputs["input_ids"]), max_new_tokens=STEPS, do_sample=False,
            output_logits=True, return_dict_in_generate=True)
        tokens = g.sequences[0, inputs["input_ids"].shape[1]:].tolist()
        top = torch.stack([step[0] for step in g.logits]).topk(2).values
        margin = ((top[:, 0] - top[:, 1]) / torch.stack([step[0] for step in g.logits]).std()).min().item()
        if margin < 5e-3:
            continue
        tokens = tokens[: next((i for i, t in enumerate(tokens) if t in eos), len(tokens))]
        chosen.append(tokens + [-1] * (STEPS - len(tokens)))
        texts.append(question)
        counts.append(count)
        smallest.append(margin)
    assert len(chosen) == PROMPTS
    distinct = len({tuple(c) for c in chosen})
    print(f"  greedy: {PROMPTS} of {tried} prompts kept, {distinct} distinct continuations,"
          f" {len({t for c in chosen for t in c})} distinct tokens; smallest margin {min(smallest):.4f},"
          f" median {np.median(smallest):.3f} of the logits' deviation")
    out |= {"greedy_ids": torch.tensor(chosen).int(), "greedy_frames": torch.tensor(counts).int()}
    (out_folder / "prompts.json").write_text(json.dumps(texts, ensure_ascii=False, indent=0))
    save_file({k: v.contiguous() for k, v in out.items()}, out_folder / "reference.safetensors")
    for file in out_folder.iterdir():
        file.chmod(0o644)


def main():
    torch.set_num_threads(1)
    if sys.argv[1:2] == ["--model"]:
        folder, out = map(pathlib.Path, sys.argv[2:4])
        out.mkdir(parents=True, exist_ok=True)
        reference(folder, out, 1, check=False)
        return
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "fixtures")
    for name, variant in VARIANTS.items():
        print(name)
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(variant["seed"])
        tokenizer = make_tokenizer(folder, 520)
        config = make_config(variant, tokenizer)
        model = LlavaOnevisionForConditionalGeneration(config)
        scale_weights(model, torch.Generator().manual_seed(variant["seed"]))
        save_checkpoint(model, folder, variant)
        save_configs(config, folder, variant, tokenizer)
        reference(folder, folder, variant["seed"])


if __name__ == "__main__":
    main()
