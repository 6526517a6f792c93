"""The accuracy predictor: encoding, fit and transfer (docs/worker-contract.md, "Predictor weights")."""

import torch
import torch.nn.functional as F

BIT_FIELDS = (
    "pointwiseWeightBits",
    "pointwiseActivationBits",
    "depthwiseWeightBits",
    "depthwiseActivationBits",
)


def encode(space, every, policy):
    """One-hot features; inactive blocks are zero, and so are all bits of a full-precision policy."""
    architecture, quantization = policy["architecture"], policy.get("quantization")
    active = [i for i, block in enumerate(every) if block["position"] < architecture["depths"][block["stage"]]]

    def one_hot(options_of, values):
        chosen = dict(zip(active, values))
        return [float(chosen.get(i) == option) for i, block in enumerate(every) for option in options_of(block)]

    features = one_hot(lambda block: block["kernels"], architecture["kernelSizes"])
    features += one_hot(lambda block: block["widths"], architecture["channels"])
    for field in BIT_FIELDS:
        features += one_hot(lambda block: space["bitWidths"], quantization[field] if quantization else [])
    return features


def predict(weights, features, architecture):
    def layer(name, inputs):
        return F.linear(inputs, weights[f"{name}.weight"], weights[f"{name}.bias"])

    hidden = layer("hidden.0", features[:, :architecture]).relu()
    if "bits.weight" in weights:
        hidden = hidden + layer("bits", features[:, architecture:])
    for name in ("hidden.1", "hidden.2"):
        hidden = layer(name, hidden).relu()
    return layer("output", hidden)[:, 0]


def kendall_tau(predicted, measured):
    concordance = torch.sign(predicted[:, None] - predicted) * torch.sign(measured[:, None] - measured)
    pairs = len(measured) * (len(measured) - 1)
    return float(concordance.sum() / pairs)


class Training:
    """Fits predictors; the last fifth of the samples judges them before all of them are used."""

    def __init__(self, settings, architecture, random, report):
        self.hidden, self.epochs = settings["hiddenSize"], settings["epochs"]
        self.rate, self.architecture = float(settings["learningRate"]), architecture
        self.random, self.report = random, report

    def fit(self, features, targets, start):
        """Weights fitted on all samples, and the quality on samples not seen; `start` holds transferred weights."""
        known = max(1, len(targets) * 4 // 5)
        bits = features.shape[1] - self.architecture if start is not None else 0
        variants = {"": start}
        if start is not None:
            variants["fromScratch"] = None
        summary = {"heldOutSamples": str(len(targets) - known)}
        for i, (prefix, weights) in enumerate(variants.items()):
            fitted = self._train(features[:known], targets[:known], weights, bits)
            summary.update(self._quality(prefix, fitted, features[known:], targets[known:]))
            self.report((i + 1) / (len(variants) + 1), f"judged {prefix or 'the predictor'}")
        if start is not None:
            summary.update(self._quality("untouched", start, features[known:], targets[known:]))
        return self._train(features, targets, start, bits), summary

    def _quality(self, prefix, weights, features, targets):
        predicted = predict(weights, features, self.architecture)
        figures = {
            "kendallTau": kendall_tau(predicted, targets),
            "pairwiseAccuracy": (kendall_tau(predicted, targets) + 1) / 2,
            "rmse": float((predicted - targets).square().mean().sqrt()),
        }
        return {prefix + name[0].upper() + name[1:] if prefix else name: f"{value:.4f}" for name, value in figures.items()}

    def _initial(self, bits, mean):
        sizes = {
            "hidden.0": (self.hidden, self.architecture),
            "hidden.1": (self.hidden, self.hidden),
            "hidden.2": (self.hidden, self.hidden),
            "output": (1, self.hidden),
        }
        if bits:
            sizes["bits"] = (self.hidden, bits)
        weights = {}
        for name, (out, into) in sizes.items():
            weights[f"{name}.weight"] = torch.randn(out, into, generator=self.random(name)) * (1 / into) ** 0.5
            weights[f"{name}.bias"] = torch.zeros(out)
        weights["output.bias"] += mean
        return weights

    def _train(self, features, targets, start, bits):
        weights = self._initial(bits, float(targets.mean()))
        if start is not None:
            weights.update(start)
            weights["bits.weight"] = torch.zeros_like(weights["bits.weight"])
        weights = {name: weight.clone().requires_grad_() for name, weight in weights.items()}
        optimizer = torch.optim.Adam(weights.values(), self.rate, weight_decay=1e-4)
        for _ in range(self.epochs):
            optimizer.zero_grad()
            F.mse_loss(predict(weights, features, self.architecture), targets).backward()
            optimizer.step()
        return {name: weight.detach() for name, weight in weights.items()}
