"""Trains the byte-level BPE tokenizer (Qwen2's rules) on what the shape world can ask and answer.

    python tokenizer.py OUT_DIR        writes tokenizer.json and tokenizer_config.json
"""
import json
import sys
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from world import COLOURS, SHAPES, Scene

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>", "<video>"]
SINKS = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n"
PROMPT_END = "<|im_end|>\n<|im_start|>assistant\n"
QWEN2_SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|"
               r"\s+(?!\S)|\s+")
CHAT_TEMPLATE = (
    "{% if messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}{% endif %}"
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' }}"
    "{% if m['content'] is string %}{{ m['content'] }}{% else %}"
    "{% for c in m['content'] if c['type'] == 'video' %}{{ '<video>\n' }}{% endfor %}"
    "{% for c in m['content'] if c['type'] == 'text' %}{{ c['text'] }}{% endfor %}{% endif %}"
    "{{ '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")


def corpus(scenes=3000):
    for seed in range(scenes):
        for q in Scene(seed, 40, 6).questions(seed, 24):
            yield "\n" + q["text"].decode()
            yield q["answer"].decode()
    # Each word often, at the start of a text and inside one, so that each becomes one token.
    words = COLOURS + SHAPES + "left right up down yes no not seen number user assistant system none".split()
    for _ in range(50):
        yield "You are a helpful assistant.\n"
        for w in words:
            yield w + " " + w


def train():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2_SPLIT), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(vocab_size=900, initial_alphabet=alphabet, show_progress=False))
    tokenizer.add_special_tokens(SPECIAL)
    for word in COLOURS + SHAPES:
        for text in (word, " " + word):
            assert len(tokenizer.encode(text).ids) == 1, text
    return tokenizer


def save(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = train()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"tokenizer_class": "Qwen2Tokenizer", "bos_token": None, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>",
              "unk_token": None, "add_prefix_space": False, "clean_up_tokenization_spaces": False, "model_max_length": 32768,
              "errors": "replace", "split_special_tokens": False, "chat_template": CHAT_TEMPLATE,
              "added_tokens_decoder": {str(tokenizer.token_to_id(t)): {"content": t, "lstrip": False, "normalized": False,
                                       "rstrip": False, "single_word": False, "special": True} for t in SPECIAL}}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    return tokenizer


if __name__ == "__main__":
    t = save(sys.argv[1])
    print("vocabulary", t.get_vocab_size())
    for text in (SINKS, "\nWhat color is the red circle?" + PROMPT_END, "47", "not seen"):
        print(t.encode(text).tokens)
