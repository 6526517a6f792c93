"""A small elastic supernet in PyTorch: inverted residual blocks whose depth, kernel and width vary."""

import torch
import torch.nn.functional as F


def blocks(space):
    """Shape and options of every block, in network order."""
    found, channels = [], space["stem"]["channels"]
    for index, stage in enumerate(space["stages"]):
        for position in range(stage["maxDepth"]):
            step = stage["widthStep"]
            first = -int(-float(stage["minExpandRatio"]) * channels // step)
            last = int(float(stage["maxExpandRatio"]) * channels // step)
            stride = stage["stride"] if position == 0 else 1
            found.append(
                {
                    "name": f"blocks.{len(found)}",
                    "stage": index,
                    "position": position,
                    "input": channels,
                    "output": stage["channels"],
                    "stride": stride,
                    "residual": stride == 1 and channels == stage["channels"],
                    "kernels": stage["kernelSizes"],
                    "widths": [i * step for i in range(first, last + 1)],
                }
            )
            channels = stage["channels"]
    return found


def initial_weights(space, generator):
    """Weights of the largest subnet by name."""
    weights = {}

    def convolution(name, out, into, kernel):
        deviation = (2 / (into * kernel * kernel)) ** 0.5
        weights[f"{name}.weight"] = torch.randn(out, into, kernel, kernel, generator=generator) * deviation
        weights[f"{name}.gamma"] = torch.ones(out)
        weights[f"{name}.beta"] = torch.zeros(out)

    stem, every = space["stem"], blocks(space)
    convolution("stem", stem["channels"], space["inputChannels"], stem["kernelSize"])
    for block in every:
        width = max(block["widths"])
        convolution(block["name"] + ".expand", width, block["input"], 1)
        convolution(block["name"] + ".depthwise", width, 1, max(block["kernels"]))
        convolution(block["name"] + ".project", block["output"], width, 1)
    convolution("head", space["headChannels"], every[-1]["output"], 1)
    weights["classifier.weight"] = torch.zeros(space["classes"], space["headChannels"])
    weights["classifier.bias"] = torch.zeros(space["classes"])
    return weights


class Forward:
    """
    One pass of a subnet over shared weights.

    statistics: None normalizes by the batch; an empty map records its mean and variance by layer, a filled one
    normalizes by what it holds.
    """

    def __init__(self, space, weights, statistics=None, quantization=None):
        self.space, self.weights = space, weights
        self.statistics, self.recorded = statistics, bool(statistics)
        self.quantization = quantization

    def __call__(self, architecture, images):
        stem = self.space["stem"]
        x = F.relu6(self._convolve("stem", images, self.weights["stem.weight"], stem["stride"], bits=(8, None)))
        active = [b for b in blocks(self.space) if b["position"] < architecture["depths"][b["stage"]]]
        for i, block in enumerate(active):
            y = self._block(i, block, x, architecture["kernelSizes"][i], architecture["channels"][i])
            x = x + y if block["residual"] else y
        x = F.relu6(self._convolve("head", x, self.weights["head.weight"], bits=(8, 8)))
        return F.linear(x.mean((2, 3)), self.weights["classifier.weight"], self.weights["classifier.bias"])

    def _block(self, i, block, x, kernel, width):
        name, weights = block["name"], self.weights
        pointwise = depthwise = (None, None)
        if self.quantization:
            bits = self.quantization
            pointwise = bits["pointwiseWeightBits"][i], bits["pointwiseActivationBits"][i]
            depthwise = bits["depthwiseWeightBits"][i], bits["depthwiseActivationBits"][i]
        x = F.relu6(self._convolve(f"{name}.expand", x, weights[f"{name}.expand.weight"][:width], bits=pointwise))
        whole = weights[f"{name}.depthwise.weight"][:width]
        margin = (whole.shape[2] - kernel) // 2
        centre = whole[:, :, margin : margin + kernel, margin : margin + kernel]
        x = F.relu6(self._convolve(f"{name}.depthwise", x, centre, block["stride"], width, depthwise))
        return self._convolve(f"{name}.project", x, weights[f"{name}.project.weight"][:, :width], bits=pointwise)

    def _convolve(self, name, x, weight, stride=1, groups=1, bits=(None, None)):
        if self.quantization:
            weight = round_to(weight, bits[0], signed=True)
            x = round_to(x, bits[1], signed=bool((x < 0).any())) if bits[1] else x
        y = F.conv2d(x, weight, stride=stride, padding=weight.shape[2] // 2, groups=groups)
        channels = y.shape[1]
        gamma, beta = self.weights[f"{name}.gamma"][:channels], self.weights[f"{name}.beta"][:channels]
        if self.statistics is None:
            return F.batch_norm(y, None, None, gamma, beta, training=True, eps=1e-3)
        if not self.recorded:
            self.statistics[name] = y.mean((0, 2, 3)), y.var((0, 2, 3), unbiased=False)
        mean, variance = self.statistics[name]
        return F.batch_norm(y, mean, variance, gamma, beta, eps=1e-3)


def round_to(values, bits, signed):
    """Values on a uniform grid up to their greatest magnitude; gradients pass straight through."""
    levels = 2 ** (bits - 1 if signed else bits) - 1
    scale = values.detach().abs().max().clamp(min=1e-8) / levels
    rounded = (values / scale).round().clamp(-levels if signed else 0, levels) * scale
    return values + (rounded - values).detach()
