"""Reads a finished artifact folder with the safetensors package and says, as JSON, what is in it.

    read_artifacts.py <spec.json> <artifact folder>

Every tensor with its shape, its sum and a digest of its values; every quantized sample with the
prediction of the transferred predictor and the spread of its networks, computed in numpy from what
docs/worker-contract.md says and nothing else.
"""

import hashlib
import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

BITS = ("pointwiseWeightBits", "pointwiseActivationBits", "depthwiseWeightBits", "depthwiseActivationBits")


def blocks(space):
    """Stage, position and options of every block, in network order."""
    inputs = (space["firstBlock"] or space["stem"])["channels"]
    for number, stage in enumerate(space["stages"]):
        for position in range(stage["maxDepth"]):
            step, least, most = stage["widthStep"], float(stage["minExpandRatio"]), float(stage["maxExpandRatio"])
            widths = [w for w in range(step, int(most * inputs) + 1, step) if w >= least * inputs]
            yield number, position, stage["kernelSizes"], widths
            inputs = stage["channels"]


def encode(space, policy):
    """Features of the architecture and of the bits; inactive blocks are zero."""
    every = list(blocks(space))
    depths = policy["architecture"]["depths"]
    active = [i for i, (stage, position, _, _) in enumerate(every) if position < depths[stage]]

    def one_hot(options, values):
        chosen = dict(zip(active, values, strict=True))
        return [float(chosen.get(i) == option) for i in range(len(every)) for option in options(i)]

    architecture = one_hot(lambda i: every[i][2], policy["architecture"]["kernelSizes"])
    architecture += one_hot(lambda i: every[i][3], policy["architecture"]["channels"])
    bits = []
    for field in BITS:
        bits += one_hot(lambda i: space["bitWidths"], policy["quantization"][field])
    return np.array(architecture), np.array(bits)


def members(tensors):
    """The networks of a predictor: prefixed ones of an ensemble, or a single one."""
    networks = defaultdict(dict)
    for name, tensor in tensors.items():
        ensemble = name.startswith("members.")
        number, name = name.split(".", 2)[1:] if ensemble else ("0", name)
        networks[int(number)][name] = tensor.astype(np.float64)
    return [networks[i] for i in range(len(networks))]


def predict(network, architecture, bits):
    def layer(name, x):
        return network[f"{name}.weight"] @ x + network[f"{name}.bias"]

    hidden = np.maximum(layer("hidden.0", architecture), 0) + layer("bits", bits)
    for name in ("hidden.1", "hidden.2"):
        hidden = np.maximum(layer(name, hidden), 0)
    return layer("output", hidden)[0]


def describe(tensors):
    return {
        name: {
            "shape": list(tensor.shape),
            "dtype": str(tensor.dtype),
            "sum": float(tensor.sum(dtype=np.float64)),
            "sha256": hashlib.sha256(tensor.astype("<f4").tobytes()).hexdigest(),
        }
        for name, tensor in tensors.items()
    }


def main():
    space = json.loads(Path(sys.argv[1]).read_text())["space"]
    store = Path(sys.argv[2])
    files = ("train/supernet", "train-predictor/predictor", "transfer/predictor")
    tensors = {name: load_file(store / f"{name}.safetensors") for name in files}
    networks = members(tensors["transfer/predictor"])
    predictions = []
    for line in (store / "collect-quantized/shard-00000/samples.jsonl").read_text().splitlines():
        features = encode(space, json.loads(line)["policy"])
        each = [predict(network, *features) for network in networks]
        predictions.append({"accuracy": np.mean(each), "spread": np.std(each, ddof=1)})
    json.dump({"files": {name: describe(t) for name, t in tensors.items()}, "predictions": predictions}, sys.stdout)


if __name__ == "__main__":
    main()
