"""The small task that the checks run: a space, images of bars in three directions, a specification."""

import copy
import json
import random
import struct
from pathlib import Path

SIZE, CLASSES = 8, 3
TRAIN_IMAGES, TEST_IMAGES = 300, 60

SPECIFICATION = {
    "contractVersion": 1,
    "seed": 7,
    "space": {
        "name": "conformance",
        "resolution": SIZE,
        "inputChannels": 1,
        "classes": CLASSES,
        "stem": {"channels": 4, "kernelSize": 3, "stride": 1},
        "firstBlock": None,
        "stages": [
            {
                "channels": 8,
                "stride": 2,
                "minDepth": 1,
                "maxDepth": 2,
                "kernelSizes": [3, 5],
                "minExpandRatio": "1",
                "maxExpandRatio": "2",
                "widthStep": 4,
            }
        ],
        "headChannels": 16,
        "bitWidths": [4, 8],
    },
    "dataset": {"directory": {"path": "", "format": "idx"}},
    "recipe": {
        "epochs": 2,
        "batchSize": 16,
        "learningRate": "0.01",
        "weightDecay": "0.01",
        "warmupFraction": "0.1",
        "labelSmoothing": "0",
        "randomSubnets": 1,
        "distillation": True,
        "gradientClipNorm": "0",
        "emaDecay": "0",
        "augmentation": {"cropPadding": 0, "horizontalFlip": False, "colorJitter": "0"},
    },
    "collection": {
        "fullPrecisionSamples": 15,
        "quantizedSamples": 13,
        "quantizedFinetuneSteps": 1,
        "shards": 2,
        "evaluationImages": 60,
        "calibrationImages": 32,
    },
    "quantization": {"quantizer": "per-channel", "learningRate": "0.001"},
    "predictor": {"hiddenSize": 16, "epochs": 30, "learningRate": "0.01", "patience": 30, "ensemble": 1},
}


def specification(data: Path, **changes) -> dict:
    """The specification, with `section__field=value` changed."""
    spec = copy.deepcopy(SPECIFICATION)
    spec["dataset"]["directory"]["path"] = str(data)
    for name, value in changes.items():
        section, field = name.split("__")
        spec[section][field] = value
    return spec


def write_images(folder: Path) -> None:
    """The four files of the `idx` format."""
    folder.mkdir(parents=True)
    draw = random.Random(1)
    for part, count in (("train", TRAIN_IMAGES), ("t10k", TEST_IMAGES)):
        labels = bytes(i % CLASSES for i in range(count))
        pixels = b"".join(_image(label, draw) for label in labels)
        (folder / f"{part}-images-idx3-ubyte").write_bytes(
            struct.pack(">IIII", 0x803, count, SIZE, SIZE) + pixels
        )
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, count) + labels)


def _image(label: int, draw: random.Random) -> bytes:
    place = draw.randrange(SIZE)
    pixels = []
    for y in range(SIZE):
        for x in range(SIZE):
            along = (y, x, (x + y) % SIZE)[label]
            pixels.append(min(255, draw.randrange(90) + (160 if along == place else 0)))
    return bytes(pixels)


def blocks(space: dict) -> list:
    """Options of every block: `stage`, `position`, `kernels`, `widths`."""
    found, channels = [], (space["firstBlock"] or space["stem"])["channels"]
    for index, stage in enumerate(space["stages"]):
        for position in range(stage["maxDepth"]):
            step = stage["widthStep"]
            first = -(-int(stage["minExpandRatio"]) * channels // step)
            last = int(stage["maxExpandRatio"]) * channels // step
            found.append(
                {
                    "stage": index,
                    "position": position,
                    "kernels": stage["kernelSizes"],
                    "widths": [i * step for i in range(first, last + 1)],
                }
            )
            channels = stage["channels"]
    return found


BIT_FIELDS = (
    "pointwiseWeightBits",
    "pointwiseActivationBits",
    "depthwiseWeightBits",
    "depthwiseActivationBits",
)


def encode(space: dict, policy: dict) -> tuple:
    """One-hot features of a policy, `(architecture, bits)`; ValueError if it is no member of the space."""
    every = blocks(space)
    architecture, quantization = policy["architecture"], policy.get("quantization")
    depths = architecture["depths"]
    for stage, depth in zip(space["stages"], depths, strict=True):
        if not stage["minDepth"] <= depth <= stage["maxDepth"]:
            raise ValueError(f"depth {depth}")
    active = [i for i, block in enumerate(every) if block["position"] < depths[block["stage"]]]

    def one_hot(options_of, values) -> list:
        if len(values) != len(active):
            raise ValueError(f"{len(values)} values for {len(active)} active blocks")
        chosen = dict(zip(active, values))
        features = []
        for i, block in enumerate(every):
            options = options_of(block)
            if i in chosen and chosen[i] not in options:
                raise ValueError(f"{chosen[i]} is not one of {options}")
            features += [float(i in chosen and chosen[i] == option) for option in options]
        return features

    features = one_hot(lambda b: b["kernels"], architecture["kernelSizes"])
    features += one_hot(lambda b: b["widths"], architecture["channels"])
    bits = []
    for field in BIT_FIELDS if quantization else ():
        bits += one_hot(lambda b: space["bitWidths"], quantization[field])
    return features, bits


def dump(value) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
