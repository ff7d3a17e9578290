"""Writes a checkpoint as an ordinary Hugging Face folder (llava_onevision), and checks such a folder against transformers.

    python export.py --config configs/nano.json --out DIR MODEL_DIR     DIR: what train.py wrote
    python export.py --verify MODEL_DIR                                 needs transformers
"""
import argparse
import json
import os
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from data import HELD_OUT, Words
from model import Nano, parse_config
from tokenizer import PROMPT_END, SINKS
from train import build
from world import Scene


def configs(c, words):
    v, t = c.vision, c.text
    size = {"height": v.image, "width": v.image}
    token = words.tokenizer.token_to_id
    config = {
        "architectures": ["LlavaOnevisionForConditionalGeneration"], "model_type": "llava_onevision", "torch_dtype": "float32",
        "image_token_index": token("<image>"), "video_token_index": token("<video>"), "projector_hidden_act": "gelu",
        "multimodal_projector_bias": True, "vision_feature_layer": -1, "vision_feature_select_strategy": "full",
        "vision_aspect_ratio": "anyres_max_9", "image_grid_pinpoints": [[v.image, v.image]], "tie_word_embeddings": True,
        "vision_config": {
            "model_type": "siglip_vision_model", "hidden_size": v.hidden, "image_size": v.image, "patch_size": v.patch, "num_channels": 3,
            "intermediate_size": v.ffn, "num_attention_heads": v.heads, "num_hidden_layers": v.layers, "hidden_act": "gelu_pytorch_tanh",
            "layer_norm_eps": 1e-6, "attention_dropout": 0.0, "vision_use_head": False},
        "text_config": {
            "model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"], "vocab_size": words.tokenizer.get_vocab_size(),
            "hidden_size": t.hidden, "intermediate_size": t.ffn, "num_hidden_layers": t.layers, "num_attention_heads": t.heads,
            "num_key_value_heads": t.kv_heads, "head_dim": t.head_dim, "hidden_act": "silu", "rms_norm_eps": 1e-6,
            "rope_theta": t.rope_theta, "max_position_embeddings": 32768, "use_sliding_window": False, "tie_word_embeddings": True,
            "bos_token_id": None, "eos_token_id": words.end, "attention_dropout": 0.0},
        # How the memory was laid out in training; readers of plain checkpoints pass over it.
        "longtake": {"window_frames": c.memory.window_frames, "budget_blocks": c.memory.budget, "recent_frames": c.memory.recent,
                     "fps": c.memory.fps}}
    picture = {"do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": [0.5] * 3,
               "image_std": [0.5] * 3, "resample": 3, "rescale_factor": 1 / 255, "size": size, "processor_class": "LlavaOnevisionProcessor"}
    generation = {"eos_token_id": words.end, "pad_token_id": token("<|endoftext|>"), "do_sample": False, "max_new_tokens": 16}
    return {"config.json": config, "generation_config.json": generation,
            "preprocessor_config.json": {"image_processor_type": "LlavaOnevisionImageProcessor", "do_pad": True,
                                         "image_grid_pinpoints": [[v.image, v.image]], **picture},
            "video_preprocessor_config.json": {"video_processor_type": "LlavaOnevisionVideoProcessor", **picture}}


def export(config_path, run, target):
    c, words, model, _ = build(config_path, run)
    model.load_state_dict(torch.load(Path(run) / "checkpoint.pt", weights_only=False, map_location="cpu")["model"])
    target = Path(target)
    target.mkdir(parents=True, exist_ok=True)

    def put(name, write):  # readers never see half a file
        write(target / f".{name}.new")
        os.replace(target / f".{name}.new", target / name)

    put("model.safetensors", lambda p: save_file({k: v.contiguous() for k, v in model.state_dict().items()}, str(p), metadata={"format": "pt"}))
    for name, content in configs(c, words).items():
        put(name, lambda p: p.write_text(json.dumps(content, indent=2) + "\n"))
    for name in ("tokenizer.json", "tokenizer_config.json"):
        put(name, lambda p: shutil.copyfile(Path(run) / name, p))
    print(f"{target}: {(target / 'model.safetensors').stat().st_size / 1e6:.1f} MB")


def from_folder(folder):
    """The training model out of an exported folder, and its words."""
    folder = Path(folder)
    raw = json.loads((folder / "config.json").read_text())
    v, t, m = raw["vision_config"], raw["text_config"], raw["longtake"]
    c = parse_config(json.dumps({
        "vision": {"image": v["image_size"], "patch": v["patch_size"], "layers": v["num_hidden_layers"], "hidden": v["hidden_size"],
                   "heads": v["num_attention_heads"], "ffn": v["intermediate_size"]},
        "text": {"layers": t["num_hidden_layers"], "hidden": t["hidden_size"], "heads": t["num_attention_heads"],
                 "kv_heads": t["num_key_value_heads"], "head_dim": t["head_dim"], "ffn": t["intermediate_size"], "rope_theta": t["rope_theta"]},
        "memory": {"window_frames": m["window_frames"], "budget": m["budget_blocks"], "recent": m["recent_frames"], "fps": m["fps"]}}))
    words = Words(folder)
    model = Nano(c, words.tokenizer.get_vocab_size(), words(SINKS))
    model.load_state_dict(load_file(folder / "model.safetensors"))
    return c, words, model.eval()


@torch.no_grad()
def verify(folder):
    """transformers loads the folder and agrees with the training model on logits, ids and pictures."""
    from transformers import AutoTokenizer, LlavaOnevisionForConditionalGeneration
    c, words, model = from_folder(folder)
    reference = LlavaOnevisionForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    scene = Scene(HELD_OUT + 7, 16, 3)
    frames, question = torch.from_numpy(scene.render(16)), scene.questions(1, 1)[0]["text"].decode()
    memory = model.watch(model.project(model.patches(frames))[None])
    ids = torch.tensor(words("\n" + question + PROMPT_END))[None, None]
    mine = model.answer(memory, ids, torch.ones(1, 1, dtype=torch.bool))[0][0, 0]

    video = words.tokenizer.token_to_id("<video>")
    grid = -(-(c.vision.image // c.vision.patch) // 2)
    prompt = SINKS + "<video>" + "\n" + question + PROMPT_END
    assert AutoTokenizer.from_pretrained(folder)(prompt)["input_ids"] == words(prompt), "tokenizers differ"
    full = torch.tensor(words(SINKS) + [video] * (16 * grid * grid + 1) + ids[0, 0].tolist())[None]
    pixels = frames.permute(0, 3, 1, 2).float().div(127.5).sub(1)[None]
    theirs = reference(input_ids=full, pixel_values_videos=pixels, attention_mask=torch.ones_like(full)).logits[0, -mine.shape[0]:]
    off = ((mine - theirs).abs().max() / theirs.abs().max()).item()
    print(f"largest relative difference of logits: {off:.2e}")
    assert off < 1e-4
    print(question, "->", words.tokenizer.decode([theirs[-1].argmax().item()]))


if __name__ == "__main__":
    a = argparse.ArgumentParser()
    a.add_argument("--config")
    a.add_argument("--out", help="what train.py wrote")
    a.add_argument("--verify", action="store_true")
    a.add_argument("model_dir")
    a = a.parse_args()
    torch.set_num_threads(1)
    if not a.verify:
        export(a.config, a.out, a.model_dir)
    else:
        verify(a.model_dir)
