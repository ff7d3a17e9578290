"""The shape world through its C API (resources/nano/world/c_api.h). Builds the library by itself with one g++ call."""
import ctypes
import os
import subprocess
from pathlib import Path

import numpy as np

COLOURS = "red green blue yellow purple orange white black".split()
SHAPES = "circle square triangle star cross ring diamond bar".split()
PLURALS = "circles squares triangles stars crosses rings diamonds bars".split()
TYPES = ("colour shape direction number count order_which order_yes_no first_last presence change same_way same_number").split()
SECOND = 1_000_000

EVENT = np.dtype([("t0", "i8"), ("t1", "i8"), ("turn", "i8"), ("colour", "i4"), ("shape", "i4"), ("direction", "i4"),
                  ("number", "i4"), ("turns_into", "i4")], align=True)
FRAME = np.dtype([("cell_colour", "i4", 9), ("cell_shape", "i4", 9), ("cell_x", "f4", 9), ("cell_y", "f4", 9),
                  ("cell_direction", "i4", 9), ("cell_was", "i4", 9), ("tens", "i4"), ("units", "i4"), ("objects", "i4"), ("colour", "i4", 2), ("shape", "i4", 2)], align=True)
QUESTION = np.dtype([("text", "S96"), ("answer", "S24"), ("type", "i4"), ("answerable", "i4"), ("ranges", "i4"), ("names", "i4"),
                     ("t0", "i8", 8), ("t1", "i8", 8), ("colour", "i4", 2), ("shape", "i4", 2)], align=True)


def _load():
    source = Path(__file__).resolve().parent.parent / "world"
    files = [source / f"{name}.cc" for name in ("palette", "scene", "render", "questions", "c_api")]
    newest = max(f.stat().st_mtime for f in source.iterdir())
    library = Path(os.environ.get("LONGTAKE_WORLD_DIR", "/var/tmp/longtake-nano")) / "longtake_world_c.so"
    if not library.exists() or library.stat().st_mtime < newest:
        library.parent.mkdir(parents=True, exist_ok=True)
        fresh = library.with_suffix(f".{os.getpid()}")
        subprocess.run(["g++", "-std=c++20", "-O3", "-ffp-contract=off", "-fPIC", "-shared", "-o", fresh, *files], check=True)
        os.replace(fresh, library)
    lib = ctypes.CDLL(str(library))
    i4, i8, u8, f8, ptr = ctypes.c_int32, ctypes.c_int64, ctypes.c_uint64, ctypes.c_double, ctypes.c_void_p
    lib.lt_scene_new.argtypes, lib.lt_scene_new.restype = [u8, i8, i4, f8, f8, f8], ptr
    lib.lt_scene_free.argtypes, lib.lt_scene_free.restype = [ptr], None
    lib.lt_scene_events.argtypes = [ptr, i4, ptr]
    lib.lt_scene_render.argtypes, lib.lt_scene_render.restype = [ptr, i8, i8, i4, i4, i4, u8, ptr], None
    lib.lt_scene_frames.argtypes, lib.lt_scene_frames.restype = [ptr, i8, i8, i4, ptr], None
    lib.lt_scene_questions.argtypes = [ptr, i8, i8, u8, i4, ptr, f8, ptr]
    return lib


_lib = _load()


class Scene:
    def __init__(self, seed, seconds, events, meeting=0.15, change=0.12, repeat=0.15):
        self._handle = _lib.lt_scene_new(seed, int(seconds * SECOND), events, meeting, change, repeat)
        self.seed, self.seconds = seed, seconds

    def __del__(self):
        _lib.lt_scene_free(self._handle)

    def events(self, capacity=256):
        out = np.zeros(capacity, EVENT)
        return out[: _lib.lt_scene_events(self._handle, capacity, out.ctypes.data)]

    def render(self, n, start=0.0, step=1.0, size=(48, 48), augment=0):
        out = np.empty((n, size[1], size[0], 3), np.uint8)
        _lib.lt_scene_render(self._handle, int(start * SECOND), int(step * SECOND), n, *size, augment, out.ctypes.data)
        return out

    def frames(self, n, start=0.0, step=1.0):
        out = np.empty(n, FRAME)
        _lib.lt_scene_frames(self._handle, int(start * SECOND), int(step * SECOND), n, out.ctypes.data)
        return out

    def questions(self, seed, count, weights=None, unanswerable=0.2, until=None):
        out = np.zeros(count, QUESTION)
        w = None if weights is None else np.ascontiguousarray(weights, np.float32)
        n = _lib.lt_scene_questions(self._handle, 0, int((until or self.seconds) * SECOND), seed, count,
                                    None if w is None else w.ctypes.data, unanswerable, out.ctypes.data)
        return out[:n]
