#!/usr/bin/env python3
"""Writes a LLaVA-OneVision checkpoint of a real size with random weights, to measure speed and memory
where no real one is at hand.

    make_random_checkpoint.py OUT [--layers 24] [--vision-layers 26] [--dtype bfloat16]

The defaults are the shapes of the 0.5B model: Qwen2 with 24 layers of 896 (14 heads, 2 for keys and
values) and SigLIP so400m with 26 layers of 1152. The tokenizer is that of the parity fixtures.
"""

import argparse
import json
import pathlib
import shutil

import torch
from safetensors.torch import save_file

FIXTURE = pathlib.Path(__file__).parent / "fixtures" / "published_bf16"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--layers", type=int, default=24)
    parser.add_argument("--vision-layers", type=int, default=26)
    parser.add_argument("--dtype", default="bfloat16")
    args = parser.parse_args()
    dtype = getattr(torch, args.dtype)
    width, ffn, heads, kv_heads, vocabulary = 896, 4864, 14, 2, 152000
    vision, vision_ffn, vision_heads, image, patch = 1152, 4304, 16, 384, 14

    tensors = {}

    def matrix(name, rows, columns, bias=False):
        tensors[name + ".weight"] = torch.randn(rows, columns, dtype=dtype) * columns**-0.5
        if bias:
            tensors[name + ".bias"] = torch.randn(rows, dtype=dtype) * 0.1

    def norm(name, size, bias=False):
        tensors[name + ".weight"] = torch.ones(size, dtype=dtype)
        if bias:
            tensors[name + ".bias"] = torch.zeros(size, dtype=dtype)

    text = "language_model.model."
    for i in range(args.layers):
        at = f"{text}layers.{i}."
        norm(at + "input_layernorm", width)
        norm(at + "post_attention_layernorm", width)
        matrix(at + "self_attn.q_proj", width, width, True)
        matrix(at + "self_attn.k_proj", width // heads * kv_heads, width, True)
        matrix(at + "self_attn.v_proj", width // heads * kv_heads, width, True)
        matrix(at + "self_attn.o_proj", width, width)
        matrix(at + "mlp.gate_proj", ffn, width)
        matrix(at + "mlp.up_proj", ffn, width)
        matrix(at + "mlp.down_proj", width, ffn)
    norm(text + "norm", width)
    matrix(text + "embed_tokens", vocabulary, width)

    tower = "vision_tower.vision_model."
    for i in range(args.vision_layers):
        at = f"{tower}encoder.layers.{i}."
        norm(at + "layer_norm1", vision, True)
        norm(at + "layer_norm2", vision, True)
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            matrix(at + "self_attn." + name, vision, vision, True)
        matrix(at + "mlp.fc1", vision_ffn, vision, True)
        matrix(at + "mlp.fc2", vision, vision_ffn, True)
    matrix(tower + "embeddings.patch_embedding", vision, 3 * patch * patch, True)
    kernel = tower + "embeddings.patch_embedding.weight"
    tensors[kernel] = tensors[kernel].reshape(vision, 3, patch, patch)
    matrix(tower + "embeddings.position_embedding", (image // patch) ** 2, vision)
    norm(tower + "post_layernorm", vision, True)
    matrix("multi_modal_projector.linear_1", width, vision, True)
    matrix("multi_modal_projector.linear_2", width, width, True)
    tensors["image_newline"] = torch.randn(width, dtype=dtype) * 0.1

    args.out.mkdir(parents=True, exist_ok=True)
    save_file(tensors, args.out / "model.safetensors", metadata={"format": "pt"})
    (args.out / "model.safetensors").chmod(0o644)
    config = json.loads((FIXTURE / "config.json").read_text())
    config["tie_word_embeddings"] = True
    config["text_config"].update(
        hidden_size=width, intermediate_size=ffn, num_hidden_layers=args.layers,
        num_attention_heads=heads, num_key_value_heads=kv_heads, vocab_size=vocabulary,
        tie_word_embeddings=True, max_position_embeddings=32768,
        layer_types=["full_attention"] * args.layers)
    config["vision_config"].update(
        hidden_size=vision, intermediate_size=vision_ffn, num_hidden_layers=args.vision_layers,
        num_attention_heads=vision_heads, image_size=image, patch_size=patch)
    (args.out / "config.json").write_text(json.dumps(config, indent=1))
    preprocessing = json.loads((FIXTURE / "preprocessor_config.json").read_text())
    preprocessing["size"] = {"height": image, "width": image}
    (args.out / "preprocessor_config.json").write_text(json.dumps(preprocessing, indent=1))
    for name in ("tokenizer.json", "generation_config.json"):
        shutil.copy(FIXTURE / name, args.out / name)


if __name__ == "__main__":
    main()
