"""The Python side of the worker's benchmark: the same network in PyTorch eager.

Answers every line with a line of JSON: `logits largest` with logits, `run <work> <times>` with how
long the work took, `profile <work> <times>` with the engine's calls.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

EPSILON = 1e-3
EVALUATION_BATCH = 250


class Supernet:
    def __init__(self, problem, weights):
        self.space = problem["space"]
        self.weights = {name: torch.nn.Parameter(w) for name, w in weights.items()}
        self.blocks = []
        channels = (self.space.get("firstBlock") or self.space["stem"])["channels"]
        for stage, s in enumerate(self.space["stages"]):
            for position in range(s["maxDepth"]):
                self.blocks.append(
                    {
                        "name": f"blocks.{len(self.blocks)}",
                        "stage": stage,
                        "position": position,
                        "stride": s["stride"] if position == 0 else 1,
                        "kernels": sorted(s["kernelSizes"], reverse=True),
                        "residual": position > 0 or (s["stride"] == 1 and channels == s["channels"]),
                    }
                )
            channels = s["channels"]

    def logits(self, architecture, images, statistics):
        """Class scores; `statistics` maps layers to running mean and variance, or is None in training."""
        w = self.weights
        stem = self.space["stem"]
        x = F.relu6(self.conv("stem", images, w["stem.weight"], statistics, stem["stride"]))
        first = self.space.get("firstBlock")
        if first:
            y = w["first.depthwise.weight"]
            y = F.relu6(self.conv("first.depthwise", x, y, statistics, first["stride"], x.shape[1]))
            y = self.conv("first.project", y, w["first.project.weight"], statistics)
            x = x + y if first["stride"] == 1 and first["channels"] == stem["channels"] else y
        active = [b for b in self.blocks if b["position"] < architecture["depths"][b["stage"]]]
        for block, kernel, width in zip(active, architecture["kernelSizes"], architecture["channels"]):
            name = block["name"]
            y = self.conv(name + ".expand", x, w[name + ".expand.weight"][:width], statistics)
            y = F.relu6(y)
            filters = self.kernel(block, kernel, width)
            y = self.conv(name + ".depthwise", y, filters, statistics, block["stride"], width)
            y = F.relu6(y)
            y = self.conv(name + ".project", y, w[name + ".project.weight"][:, :width], statistics)
            x = x + y if block["residual"] else y
        x = F.relu6(self.conv("head", x, w["head.weight"], statistics))
        return F.linear(x.mean((2, 3)), w["classifier.weight"], w["classifier.bias"])

    def conv(self, name, x, weight, statistics, stride=1, groups=1):
        y = F.conv2d(x, weight, None, stride, weight.shape[2] // 2, 1, groups)
        channels = weight.shape[0]
        gamma = self.weights[name + ".bn.gamma"][:channels]
        beta = self.weights[name + ".bn.beta"][:channels]
        if statistics is None:
            return F.batch_norm(y, None, None, gamma, beta, True, 0.1, EPSILON)
        if statistics.recording:
            statistics.of[name] = torch.zeros(channels), torch.ones(channels)
        mean, variance = statistics.of[name]
        return F.batch_norm(y, mean, variance, gamma, beta, statistics.recording, 1.0, EPSILON)

    def kernel(self, block, size, width):
        name = block["name"] + ".depthwise"
        filters = self.weights[name + ".weight"][:width]
        for after in block["kernels"]:
            before = filters.shape[2]
            if size <= after < before:
                margin = (before - after) // 2
                centre = filters[:, :, margin : margin + after, margin : margin + after]
                transform = self.weights[f"{name}.kernel{before}to{after}"]
                filters = (centre.reshape(width, -1) @ transform).reshape(width, 1, after, after)
        return filters


class Statistics:
    def __init__(self):
        self.recording = True
        self.of = {}


class Session:
    def __init__(self, folder, training):
        folder = Path(folder)
        self.problem = json.loads((folder / "problem.json").read_text())
        self.net = Supernet(self.problem, load_file(folder / "weights.safetensors"))
        self.data = load_file(folder / "images.safetensors")
        self.sandwiches = json.loads((folder / "sandwich.json").read_text())
        self.steps = 0
        if not training:
            for w in self.net.weights.values():
                w.requires_grad_(False)
            return
        decayed = [w for name, w in self.net.weights.items() if name.endswith(".weight")]
        others = [w for name, w in self.net.weights.items() if not name.endswith(".weight")]
        groups = [
            {"params": decayed, "weight_decay": self.problem["weightDecay"]},
            {"params": others, "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=self.problem["learningRate"])

    def once(self, work):
        kind, subnet = work.split("-")
        if subnet == "sandwich":
            return self.sandwich()
        return (self.train if kind == "train" else self.evaluate)(self.problem[subnet])

    def batch(self, part):
        return self.data[part + ".images"], self.data[part + ".labels"].long()

    def train(self, architecture):
        images, labels = self.batch("train")
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.net.logits(architecture, images, None), labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def sandwich(self):
        images, labels = self.batch("train")
        self.optimizer.zero_grad()
        logits = self.net.logits(self.problem["largest"], images, None)
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        teacher = logits.detach().softmax(1)
        for student in self.sandwiches[self.steps % len(self.sandwiches)]:
            F.cross_entropy(self.net.logits(student, images, None), teacher).backward()
        self.optimizer.step()
        self.steps += 1
        return loss.item()

    @torch.no_grad()
    def evaluate(self, architecture):
        statistics = Statistics()
        self.net.logits(architecture, self.batch("calibration")[0], statistics)
        statistics.recording = False
        images, labels = self.batch("evaluation")
        correct = 0
        for start in range(0, len(labels), EVALUATION_BATCH):
            logits = self.net.logits(architecture, images[start : start + EVALUATION_BATCH], statistics)
            correct += (logits.argmax(1) == labels[start : start + EVALUATION_BATCH]).sum().item()
        return correct / len(labels)


def run(session, work, times):
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        result = session.once(work)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wallSeconds": wall, "cpuSeconds": cpu, "result": result}


def profile(session, work, times):
    run(session, work, times)
    with torch.autograd.profiler.profile() as profiled:
        run(session, work, times)
    return {
        call.key: {"selfMicros": call.self_cpu_time_total, "calls": call.count}
        for call in profiled.key_averages()
    }


def logits(folder, subnet):
    session = Session(folder, training=False)
    return session.net.logits(session.problem[subnet], session.batch("train")[0], None)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problem", required=True, help="folder that the Java side wrote")
    folder = parser.parse_args().problem
    torch.set_num_interop_threads(1)
    session, current = None, None
    for line in sys.stdin:
        command, work, *times = line.split()
        if command == "logits":
            answer = logits(folder, work).flatten().tolist()
        else:
            if work != current:
                session, current = Session(folder, work.startswith("train")), work
            answer = (run if command == "run" else profile)(session, work, int(times[0]))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
