#!/usr/bin/env python3
"""Makes the tokenizer fixtures, and compares Longtake's tokenizer with the reference on random text.

    make_tokenizer_fixtures.py write DIR                 train and write DIR/<name>/{tokenizer,cases}.json
    make_tokenizer_fixtures.py compare DIR DUMP [N] [SEED]   N random strings per fixture and mode

The reference is the `tokenizers` library (0.23.3 when the committed fixtures were made). DUMP is the
built tokenizer_dump program. Training is seeded, so that `write` gives the same files again.
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, trainers

QWEN2_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)

SENTENCES = """
The red ball rolls from the left side of the frame to the right, and then it stops behind the box.
What happens after the small blue square leaves the picture? It doesn't come back until 12:45.
They're watching a video of a kitchen; she'll pour 250 ml of milk, and he's cutting two onions.
When did the person in the green jacket open the door? I've seen it twice, at 0:07 and at 3:59.
def recall(blocks, query):\n    scores = [dot(b.key, query) for b in blocks]\n    return sorted(scores)
Der Zug fährt über die Brücke, während zwei Kinder am Fluss spielen. Größe: 1920 x 1080.
L'été dernier, l'équipe a filmé la forêt près de la rivière; où est passé le chien ?
El niño corre detrás de la pelota. ¿Cuántas personas aparecen en la última escena? ¡Mañana!
Кошка сидит на окне и смотрит на улицу. Сколько машин проехало мимо дома?
猫が窓のそばに座っています。赤いボールは左から右へ動きます。
视频里有几个人？他们在厨房里做饭，然后离开了房间。
고양이가 창문 옆에 앉아 있습니다. 빨간 공이 굴러갑니다.
القطة تجلس بجانب النافذة وتنظر إلى الشارع. بچه‌ها بازی می‌کنند.
बिल्ली खिड़की के पास बैठी है। वीडियो में कितने लोग हैं?
Φ is a letter, ½ is a number, → is a symbol, and 👩‍🚀🎬🇫🇮 are pictures.
""".strip().split("\n")


def corpus():
    rng = random.Random(7)
    words = " ".join(SENTENCES).split()
    for sentence in SENTENCES:
        for _ in range(4):
            yield sentence.replace("\\n", "\n")
    for _ in range(300):
        yield " ".join(rng.choice(words) for _ in range(rng.randint(3, 14)))


def byte_level_tokenizer(vocabulary, normalizer, pre_tokenizer):
    tokenizer = Tokenizer(models.BPE())
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
    )
    tokenizer.train_from_iterator(corpus(), trainer)
    return tokenizer


def gpt2():
    tokenizer = byte_level_tokenizer(
        1100, None, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    )
    tokenizer.add_special_tokens(["<|endoftext|>"])
    return tokenizer


def qwen2():
    split = pre_tokenizers.Split(Regex(QWEN2_PATTERN), "isolated", invert=False)
    tokenizer = byte_level_tokenizer(
        1300,
        normalizers.NFC(),
        pre_tokenizers.Sequence(
            [split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
        ),
    )
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>", "<video>"]
    tokenizer.add_special_tokens(special)
    return tokenizer


def flags():
    """Every flag of added tokens, a prefix space, and whole words that skip the merges."""
    tokenizer = byte_level_tokenizer(
        700,
        normalizers.Sequence([normalizers.NFC()]),
        pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=True),
    )
    tokenizer.add_tokens(
        [
            AddedToken("word", single_word=True),
            AddedToken("<left>", lstrip=True, normalized=False),
            AddedToken("<right>", rstrip=True, normalized=False),
            AddedToken("<both>", lstrip=True, rstrip=True, special=True, normalized=False),
            AddedToken("<bo", special=True, normalized=False),
            AddedToken("<b", normalized=False),
            AddedToken("café", normalized=True),
            AddedToken("étage", normalized=False, single_word=True),
            AddedToken("  ", normalized=False),
            AddedToken("ab", normalized=False),
            AddedToken("abc", normalized=True),
        ]
    )
    return tokenizer


FIXTURES = {"gpt2": gpt2, "qwen2": qwen2, "flags": flags}


def as_json(name, tokenizer):
    document = json.loads(tokenizer.to_str())
    if name == "gpt2":  # the older way to write merges
        document["model"]["merges"] = [" ".join(pair) for pair in document["model"]["merges"]]
    if name == "flags":
        document["model"]["ignore_merges"] = True
    return document


# --- Text ------------------------------------------------------------------------------------------
SPACES = [" ", "  ", "   ", "\t", "\n", "\r", "\r\n", "\n\n", "\v", "\f", "\x1c", "\x1f", "\x85", "\xa0"]
SPACES += ["\u1680", "\u180e", "\u2000", "\u2009", "\u200a", "\u200b", "\u2028", "\u2029", "\u202f"]
SPACES += ["\u205f", "\u3000", "\ufeff", " \n", "\n ", " \r\n ", "\t\n\t"]
CONTRACTIONS = [a + b for a in ("'", "’", " '", "''") for b in
                ("s", "S", "t", "T", "re", "RE", "Re", "rE", "ve", "VE", "m", "M", "ll", "LL", "lL", "d", "D",
                 "ſ", "ſe", "l", "r", "v", "e", "x", "K", "1", "s1", "st", "resting", "ſt")]
DIGITS = "0123456789٠١٢٣۴۵৬৭༣๗²³¹½¾Ⅳⅷ①⑳㊿𝟘𝟙𝟵၃᠕零〇〡"
MARKS = "\u0300\u0301\u0308\u030a\u0316\u0323\u0327\u0334\u0338\u0345\u0483\u05b0\u05bc\u064b\u0651\u093c\u094d"
MARKS += "\u0e38\u0f71\u0f72\u1ab0\u1dc0\u20d0\u302a\u3099\u309a\ufe20\U0001d165\U0001d16e\u1dfa\u08d3"
EMOJI = ["😀", "👩‍🚀", "👨‍👩‍👧‍👦", "🇫🇮", "🏳️‍🌈", "👍🏽", "✊🏿", "☺️", "1️⃣", "🫠", "🪩"]
HANGUL = [chr(c) for c in (0x1100, 0x1112, 0x1161, 0x1175, 0x11A7, 0x11A8, 0x11C2, 0xAC00, 0xAC01, 0xD7A3)]
NFC_TEXT = ["é", "e\u0301", "Å", "Å", "A\u030a", "ﬁ", "ü\u0301", "u\u0308\u0301", "q\u0307\u0323", "ΐ", "が",
            "か\u3099", "क\u093c", "क़", "שּׁ", "\u0344", "\u2126", "\uf900", "\U0002f800", "\U0001d15e"]
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>", "<video>", "<|im_", "<left>", "<right>",
            "<both>", "<bo", "<b", "word", "words", "café", "cafe\u0301", "étage", "e\u0301tage", "ab", "abc",
            "abcd", "_word", "word\u200d", "wordⓐ", "\u0301word"]
PIECES = ["user\n", "assistant\n", "Hello", "world", "don't", "I'LL", "a", "b", "x=1;", "...", "!?", "->", "_", "--",
          "http://a.b/c?d=e", "\x00", "\x7f", "\xad", "\ufffd", "\ufffe", "日本語", "คน", "नमस्ते", "Ωmega"]


def random_character(rng):
    kind = rng.random()
    if kind < 0.3:
        return chr(rng.randint(0x20, 0x7E))
    limit = 0x500 if kind < 0.5 else 0x10000 if kind < 0.8 else 0x20000 if kind < 0.95 else 0x110000
    while True:
        c = rng.randrange(limit)
        if not 0xD800 <= c < 0xE000:
            return chr(c)


def random_text(rng):
    lists = [SPACES, CONTRACTIONS, DIGITS, MARKS, EMOJI, HANGUL, NFC_TEXT, SPECIALS, PIECES]
    parts = []
    for _ in range(rng.choice([1, 2, 3, 5, 8, 13, 30])):
        kind = rng.random()
        if kind < 0.25:
            parts.append("".join(random_character(rng) for _ in range(rng.randint(1, 6))))
        elif kind < 0.4:
            words = rng.choice(SENTENCES).split(" ")
            at = rng.randrange(len(words))
            parts.append(" ".join(words[at:at + rng.randint(1, 4)]))
        elif kind < 0.45:
            parts.append(rng.choice(MARKS) * 1 + "".join(rng.choice(MARKS) for _ in range(rng.randint(0, 6))))
        elif kind < 0.5:
            parts.append("".join(rng.choice(SPACES) for _ in range(rng.randint(1, 5))))
        else:
            parts.append(rng.choice(rng.choice(lists)))
        if rng.random() < 0.3:
            parts.append(" ")
    return "".join(parts)


def hand_written():
    cases = ["", " ", "  ", "\n", " \n", "\n ", "a", " a", "  a", "a ", "a  ", "\ta", "a\n\nb", "a \r\n b", "\r\n\r\n"]
    cases += CONTRACTIONS + NFC_TEXT + EMOJI + SPECIALS + ["it" + c + "x" for c in CONTRACTIONS[:12]]
    cases += ["12345 678", "١٢٣", "x²y³", " ½", "가ᆧ", "<|im_start|>user\nWhat is it?<|im_end|>\n<|im_start|>assistant\n"]
    cases += ["  word  word, words  ", "a <left> b <right> c <both> d", "<both><both> <both>", "<boat><bother>"]
    cases += [s.replace("\\n", "\n") for s in SENTENCES]
    return cases


# --- The two commands --------------------------------------------------------------------------------
def plain(document):
    """The same tokenizer without added tokens: what a user typed is only text."""
    return Tokenizer.from_str(json.dumps({**document, "added_tokens": []}))


def write(folder):
    for name, make in FIXTURES.items():
        document = as_json(name, make())
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        compact = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        (target / "tokenizer.json").write_text(compact + "\n", encoding="utf-8")
        tokenizer, only_text = Tokenizer.from_str(compact), plain(document)
        rng = random.Random(11)
        texts = hand_written()
        while len(texts) < 300:
            text = random_text(rng)
            if len(text) <= 60:
                texts.append(text)
        cases = [
            {
                "text": text,
                "ids": tokenizer.encode(text, add_special_tokens=False).ids,
                "plain": only_text.encode(text, add_special_tokens=False).ids,
            }
            for text in texts
        ]
        lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
        (target / "cases.json").write_text("[\n" + lines + "\n]\n", encoding="utf-8")


def compare(folder, dump, count, seed):
    bad = 0
    for name in FIXTURES:
        path = folder / name / "tokenizer.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        rng = random.Random(seed)
        texts = [random_text(rng) for _ in range(count)]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(texts, file)
            file.flush()
            for mode, tokenizer in (("special", Tokenizer.from_file(str(path))), ("plain", plain(document))):
                output = subprocess.run([dump, path, file.name, mode], check=True, capture_output=True).stdout
                wrong = 0
                for text, ids in zip(texts, json.loads(output), strict=True):
                    expected = tokenizer.encode(text, add_special_tokens=False).ids
                    if ids != expected:
                        wrong += 1
                        if wrong <= 5:
                            print(f"{name} {mode}: {ascii(text)}\n  want {expected}\n  got  {ids}")
                print(f"{name} {mode}: {count} texts, {wrong} differ")
                bad += wrong
    return bad


if __name__ == "__main__":
    if len(sys.argv) >= 3 and sys.argv[1] == "write":
        write(pathlib.Path(sys.argv[2]))
    elif len(sys.argv) >= 4 and sys.argv[1] == "compare":
        count = int(sys.argv[4]) if len(sys.argv) > 4 else 10000
        seed = int(sys.argv[5]) if len(sys.argv) > 5 else 1
        sys.exit(1 if compare(pathlib.Path(sys.argv[2]), sys.argv[3], count, seed) else 0)
    else:
        sys.exit(__doc__)
