"""Runs an exported network twice and says, as JSON, how far the two agree.

    run_model.py <folder with model.onnx, model.safetensors and policy.json>

Once with onnxruntime, after onnx.checker has passed the file; and once in numpy, from the tensors of
model.safetensors, the bit widths of policy.json and what docs/export.md says. Only strides, and
which outputs are added, are read off the graph.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file

IMAGES = 64
FIXED_BITS = 8


def convolve(x, weight, stride, groups):
    """Padded by half of the kernel; [N, C, H, W] in double precision."""
    out, _, kernel, _ = weight.shape
    padded = np.pad(x, ((0, 0), (0, 0), (kernel // 2,) * 2, (kernel // 2,) * 2))
    size = -(-x.shape[2] // stride)
    result = np.zeros((len(x), out, size, size))
    for row in range(kernel):
        for column in range(kernel):
            taps = padded[:, :, row:row + stride * (size - 1) + 1:stride, column:column + stride * (size - 1) + 1:stride]
            if groups == 1:
                result += np.einsum("nchw,oc->nohw", taps, weight[:, :, row, column])
            else:
                result += taps * weight[:, 0, row, column][:, None, None]
    return result


def bit_widths(policy, name, block):
    """Bits of weights and input of a layer."""
    if block is None:
        return FIXED_BITS, FIXED_BITS
    kind = "depthwise" if name.endswith("depthwise") else "pointwise"
    bits = policy["quantization"]
    return bits[kind + "WeightBits"][block], bits[kind + "ActivationBits"][block]


def plain(model, tensors, policy, images):
    """Logits by the text of docs/export.md."""
    adds = {node.input[0]: node.input[1] for node in model.graph.node if node.op_type == "Add"}
    nodes = [node for node in model.graph.node if node.op_type in ("Conv", "MatMul")]
    blocks = list(dict.fromkeys(n.name.split(".")[1] for n in nodes if n.name.startswith("blocks.")))
    outputs, x = {}, images.astype(np.float64)
    for node in nodes:
        name = node.name
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        block = blocks.index(name.split(".")[1]) if name.startswith("blocks.") else None
        weight_bits, input_bits = bit_widths(policy, name, block)
        levels = tensors[name + ".weight.levels"].astype(np.float64)
        scale = tensors[name + ".weight.scale"].astype(np.float64).reshape(-1, 1, 1, 1)
        assert np.abs(levels).max() <= 2 ** (weight_bits - 1) - 1, name
        assert np.abs(tensors[name + ".weight"] - levels * scale).max() <= 0.51 * scale.max(), name
        if name == "classifier":
            x = x.mean((2, 3), keepdims=True)
        if name != "stem":
            signed = x.min() < 0
            most = 2 ** (input_bits - signed) - 1
            step = np.float64(tensors[name + ".input.scale"][0])
            x = np.clip(np.rint(x / step), -most if signed else 0, most) * step
        y = convolve(x, levels * scale, attributes.get("strides", [1])[0], attributes.get("group", 1))
        if name == "classifier":
            return y[:, :, 0, 0] + tensors["classifier.bias"]
        mean, variance, gamma, beta = (
            tensors[f"{name}.bn.{part}"].astype(np.float64)[:, None, None]
            for part in ("mean", "variance", "gamma", "beta"))
        y = (y - mean) / np.sqrt(variance + 1e-3) * gamma + beta
        if name in adds:
            y = y + outputs[adds[name].removesuffix("/relu6").removesuffix("/add")]
        x = y if name.endswith("project") else np.clip(y, 0, 6)
        outputs[name] = x
    raise AssertionError("there is no classifier")


def main(folder):
    model = onnx.load(folder / "model.onnx")
    onnx.checker.check_model(model, full_check=True)
    policy_bytes = (folder / "policy.json").read_bytes()
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    shape = session.get_inputs()[0].shape[1:]
    images = np.random.default_rng(1).normal(size=(IMAGES, *shape)).astype(np.float32)
    logits = session.run(None, {"images": images})[0]
    expected = plain(model, load_file(folder / "model.safetensors"), json.loads(policy_bytes), images)
    difference = np.abs(logits - expected)
    print(json.dumps({
        "opset": model.opset_import[0].version,
        "runtime": onnxruntime.__version__,
        "policyDigest": "sha256:" + hashlib.sha256(policy_bytes).hexdigest(),
        "statedDigest": session.get_modelmeta().custom_metadata_map["apq.policy.digest"],
        "images": IMAGES,
        "sameTop": int((logits.argmax(1) == expected.argmax(1)).sum()),
        "medianDifference": float(np.median(difference)),
        "meanDifference": float(difference.mean()),
        "greatestLogit": float(np.abs(expected).max()),
    }))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
