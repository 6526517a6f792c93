"""The search problem as the Java side exports it: space, additive latency table and accuracy predictor.

A genome is a row of option indices: one depth per stage (0 = fewest blocks), then for each block
kernel, width, pointwise weight bits, pointwise activation bits, depthwise weight bits and depthwise
activation bits.
"""

import json
import pathlib
import struct

import numpy as np

GENES_PER_BLOCK = 6


def read_safetensors(path):
    """Float32 tensors of a safetensors file, by name."""
    data = pathlib.Path(path).read_bytes()
    (header_size,) = struct.unpack("<Q", data[:8])
    body = 8 + header_size
    tensors = {}
    for name, entry in json.loads(data[8:body]).items():
        if name == "__metadata__":
            continue
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: tensor {name} is {entry['dtype']}, expected F32")
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[body + begin : body + end], "<f4").reshape(entry["shape"])
    return tensors


class Predictor:
    """The quantization-aware accuracy predictor, one batch at a time, float32."""

    def __init__(self, weights, architecture_features):
        w = {name: np.ascontiguousarray(value) for name, value in weights.items()}
        self.split = architecture_features
        self.w = w

    def __call__(self, features):
        w = self.w
        x = features[:, : self.split] @ w["hidden.0.weight"].T + w["hidden.0.bias"]
        x = np.maximum(x, 0) + features[:, self.split :] @ w["bits.weight"].T + w["bits.bias"]
        for layer in ("hidden.1", "hidden.2"):
            x = np.maximum(x @ w[f"{layer}.weight"].T + w[f"{layer}.bias"], 0)
        return (x @ w["output.weight"].T + w["output.bias"])[:, 0]


class Problem:
    """Space, costs and predictor of one exported folder (problem.json and predictor.safetensors)."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        spec = json.loads((folder / "problem.json").read_text())
        self.min_depths = spec["minDepths"]
        self.max_depths = spec["maxDepths"]
        self.blocks = spec["blocks"]
        self.bits = spec["bits"]
        self.fixed_latency = spec["fixedLatency"]
        self.stages = len(self.min_depths)
        self.checks = spec["checks"]

        self.block_stage = [b["stage"] for b in self.blocks]
        self.block_position = [b["position"] for b in self.blocks]
        per_block = lambda b: [b["kernels"], b["widths"]] + [len(self.bits)] * 4
        self.options = np.array(
            [high - low + 1 for low, high in zip(self.min_depths, self.max_depths)]
            + [n for b in self.blocks for n in per_block(b)]
        )
        # latency in ms: [width][weight bits][activation bits] and [width][kernel][weight bits][activation bits]
        self.pointwise = [np.array(b["pointwise"]) for b in self.blocks]
        self.depthwise = [np.array(b["depthwise"]) for b in self.blocks]

        kernels = [b["kernels"] for b in self.blocks]
        widths = [b["widths"] for b in self.blocks]
        self.kernel_offset = np.concatenate([[0], np.cumsum(kernels)[:-1]])
        self.width_offset = sum(kernels) + np.concatenate([[0], np.cumsum(widths)[:-1]])
        self.architecture_features = sum(kernels) + sum(widths)
        nb, choices = len(self.blocks), len(self.bits)
        self.bit_offset = [
            self.architecture_features + kind * nb * choices + np.arange(nb) * choices for kind in range(4)
        ]
        self.features_count = self.architecture_features + 4 * nb * choices
        self.predictor = Predictor(read_safetensors(folder / "predictor.safetensors"), self.architecture_features)
        self._check()

    def _check(self):
        """Fails unless both sides price and score the same policies alike."""
        genomes = np.array([c["genome"] for c in self.checks])
        latency = self.latency(genomes)
        accuracy = self.predictor(self.features(genomes))
        np.testing.assert_allclose(latency, [c["latency"] for c in self.checks], rtol=1e-9)
        np.testing.assert_allclose(accuracy, [c["accuracy"] for c in self.checks], atol=1e-6)

    def active(self, genomes):
        """Which blocks run, [n, blocks]."""
        depth = genomes[:, : self.stages] + np.array(self.min_depths)
        return depth[:, self.block_stage] > np.array(self.block_position)

    def features(self, genomes):
        """One-hot features, [n, features]; an inactive block is all zero."""
        n, nb = len(genomes), len(self.blocks)
        gene = genomes[:, self.stages :].reshape(n, nb, GENES_PER_BLOCK)
        active = self.active(genomes)
        hot = np.zeros((n, self.features_count), np.float32)
        row = np.arange(n)[:, None]
        for kind, offset in enumerate([self.kernel_offset, self.width_offset, *self.bit_offset]):
            hot[row, gene[:, :, kind] + offset] = active
        return hot

    def latency(self, genomes):
        """Latency in ms, [n]."""
        n, nb = len(genomes), len(self.blocks)
        gene = genomes[:, self.stages :].reshape(n, nb, GENES_PER_BLOCK)
        active = self.active(genomes)
        total = np.full(n, self.fixed_latency)
        for b in range(nb):
            k, w, pw, pa, dw, da = gene[:, b].T
            total += active[:, b] * (self.pointwise[b][w, pw, pa] + self.depthwise[b][w, k, dw, da])
        return total


def hypervolume(latency, accuracy, reference=20.0):
    """Area between the front and the reference point (accuracy 0, `reference` ms)."""
    order = np.argsort(latency, kind="stable")
    area, best, left = 0.0, 0.0, None
    for i in order:
        if latency[i] >= reference:
            break
        if accuracy[i] > best:
            area += best * (latency[i] - left) if left is not None else 0.0
            best, left = float(accuracy[i]), float(latency[i])
    return area + (best * (reference - left) if left is not None else 0.0)
