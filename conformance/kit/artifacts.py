"""Reading and judging what a worker leaves behind."""

import hashlib
import json
import math
import re
import struct
from pathlib import Path

from . import problem

PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,4}")


class Violation(Exception):
    """Something is not as the contract says."""


def require(condition, message: str) -> None:
    if not condition:
        raise Violation(message)


def read_json(path: Path) -> dict:
    require(path.is_file(), f"there is no {path.name} in {path.parent.name}/")
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise Violation(f"{path.name}: {error}") from error


def digest(path: Path) -> str:
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def manifest(folder: Path, stage: str, input_digest: str, shard=None) -> dict:
    """The manifest of a finished stage or shard, judged whole."""
    found = read_json(folder / "manifest.json")
    allowed = {"contractVersion", "stage", "shard", "inputDigest", "files", "counts", "summary"}
    require(set(found) <= allowed, f"manifest.json: unknown fields {sorted(set(found) - allowed)}")
    require(found.get("contractVersion") == 1, "manifest.json: contractVersion must be 1")
    require(found.get("stage") == stage, f"manifest.json: stage must be {stage}")
    require(found.get("shard") == shard, f"manifest.json: shard must be {shard}")
    require(found.get("inputDigest") == input_digest, "manifest.json: inputDigest must be APQ_INPUT_DIGEST")
    for name, value in {**found["counts"]}.items():
        require(isinstance(value, int), f"manifest.json: counts.{name} must be a whole number")
    for name, value in found["summary"].items():
        require(isinstance(value, str), f"manifest.json: summary.{name} must be a string")
    for name, entry in found["files"].items():
        require(PATH.fullmatch(name), f"manifest.json: '{name}' could lead out of the folder")
        file = folder / name
        require(file.is_file(), f"manifest.json names {name}, which is not there")
        require(file.stat().st_size == entry["size"], f"{name}: size differs from the manifest's")
        require(digest(file) == entry["sha256"], f"{name}: digest differs from the manifest's")
    return found


def timing(folder: Path) -> None:
    """How long a finished stage or shard took, in seconds."""
    seconds = read_json(folder / "timing.json").get("wallSeconds")
    sound = isinstance(seconds, (int, float)) and 0 <= seconds < math.inf
    require(sound, f"timing.json in {folder.name}/: wallSeconds must be a number of seconds")


def progress(content: bytes, stage: str) -> float:
    """The fraction that a progress file names, judged whole."""
    try:
        found = json.loads(content)
    except ValueError as error:
        raise Violation(f"progress.json was read half-written: {error}") from error
    require(found.get("stage") == stage, f"progress.json: stage must be {stage}")
    require(0 <= found.get("fraction", -1) <= 1, "progress.json: fraction must be within 0..1")
    require(isinstance(found.get("message"), str), "progress.json: message is missing")
    return found["fraction"]


def failure(path: Path) -> None:
    require(path.is_file(), "the termination log is empty")
    content = path.read_bytes()
    require(len(content) <= 4096, f"the termination log has {len(content)} bytes, at most 4096 are kept")
    found = json.loads(content)
    require(found.get("error") and found.get("remedy"), "the termination log needs error and remedy")


def samples(path: Path, space: dict, first: int, end: int, quantized: bool) -> list:
    require(path.is_file(), f"there is no {path.name}")
    found = [json.loads(line) for line in path.read_text().splitlines()]
    require(
        [sample["index"] for sample in found] == list(range(first, end)),
        f"{path.parent.name}/{path.name}: indices must be {first}..{end - 1} in order",
    )
    for sample in found:
        require(bool(sample["policy"].get("quantization")) == quantized, f"sample {sample['index']}: bit widths")
        require(0 <= sample["accuracy"] <= 1, f"sample {sample['index']}: accuracy must be within 0..1")
        require(sample["images"] > 0, f"sample {sample['index']}: measured on no image")
        try:
            problem.encode(space, sample["policy"])
        except (ValueError, KeyError) as error:
            raise Violation(f"sample {sample['index']}: no member of the space: {error}") from error
    return found


def tensors(path: Path) -> dict:
    """Shape and values of every tensor of a safetensors file."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    found = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        require(entry["dtype"] == "F32", f"{path.name}: {name} must be F32")
        start, end = entry["data_offsets"]
        data = content[8 + length + start : 8 + length + end]
        values = struct.unpack(f"<{len(data) // 4}f", data)
        require(math.prod(entry["shape"]) == len(values), f"{path.name}: {name}: size and shape differ")
        require(all(map(math.isfinite, values)), f"{path.name}: {name} holds NaN or infinity")
        found[name] = (entry["shape"], values)
    return found


class Predictor:
    """The accuracy predictor as the contract defines it."""

    def __init__(self, weights: dict, hidden: int, architecture: int, bits: int):
        expected = {
            "hidden.0": (hidden, architecture),
            "hidden.1": (hidden, hidden),
            "hidden.2": (hidden, hidden),
            "output": (1, hidden),
        }
        if bits:
            expected["bits"] = (hidden, bits)
        names = {f"{layer}.{part}" for layer in expected for part in ("weight", "bias")}
        require(set(weights) == names, f"predictor.safetensors must hold {sorted(names)}, holds {sorted(weights)}")
        for layer, (out, into) in expected.items():
            require(weights[f"{layer}.weight"][0] == [out, into], f"{layer}.weight must be [{out}, {into}]")
            require(weights[f"{layer}.bias"][0] == [out], f"{layer}.bias must be [{out}]")
        self.weights = weights

    def __call__(self, features: tuple) -> float:
        architecture, bits = features
        hidden = [max(0.0, value) for value in self._affine("hidden.0", architecture)]
        if "bits.weight" in self.weights:
            hidden = [a + b for a, b in zip(hidden, self._affine("bits", bits), strict=True)]
        for layer in ("hidden.1", "hidden.2"):
            hidden = [max(0.0, value) for value in self._affine(layer, hidden)]
        return self._affine("output", hidden)[0]

    def _affine(self, layer: str, inputs: list) -> list:
        (out, into), weight = self.weights[f"{layer}.weight"]
        bias = self.weights[f"{layer}.bias"][1]
        return [
            bias[o] + sum(weight[o * into + i] * value for i, value in enumerate(inputs)) for o in range(out)
        ]
