"""The checks, in the order of the contract. Each returns what it found worth saying."""

import shutil
import signal
import statistics
from pathlib import Path

from . import artifacts, problem
from .artifacts import Predictor, require
from .worker import Worker, input_digest

DONE, USAGE, BAD_SPEC, INPUT, STOPPED = 0, 64, 78, 66, 75
LONG_EPOCHS = 30


class Conformance:
    """One run of all checks; later ones use what earlier ones made."""

    def __init__(self, command: str, folder: Path, timeout: float):
        self.worker = Worker(command, folder, timeout)
        self.data = folder / "images"
        self.store = folder / "store"
        self.folder = folder
        problem.write_images(self.data)
        self.spec = problem.specification(self.data)
        self.space = self.spec["space"]
        self.samples = {}

    def checks(self) -> list:
        """(title, check) in order."""
        return [
            ("train leaves a supernet, its health and a manifest", self.train),
            ("a finished stage is left alone", self.left_alone),
            ("collect measures members of the space, shard by shard", self.collect),
            ("a shard measured again gives the same bytes", self.same_bytes),
            ("the number of shards changes no sample", self.sharding),
            ("train-predictor writes the predictor of the contract", self.train_predictor),
            ("collect-quantized measures policies with bit widths", self.collect_quantized),
            ("transfer writes the quantization-aware predictor", self.transfer),
            ("an unknown field is an invalid specification, with a remedy", self.unknown_field),
            ("an unknown stage is a wrong command line", self.unknown_stage),
            ("a missing input is named", self.missing_input),
            ("a corrupt input is refused", self.corrupt_input),
            ("missing images are named", self.missing_images),
            ("terminated and killed, a training ends with the same bytes", self.interrupted),
        ]

    def train(self) -> str:
        self._run("train")
        found = self._manifest("train")
        for name in ("supernet.safetensors", "health.json"):
            require(name in found["files"], f"manifest.json does not name {name}")
        summary = found["summary"]
        for name in ("largestAccuracy", "smallestAccuracy", "randomMin", "randomMax", "randomSpread"):
            require(0 <= float(summary.get(name, "nan")) <= 1, f"summary.{name} must be within 0..1")
        require(summary.get("healthy") in ("true", "false"), "summary.healthy must be true or false")
        return f"largest {summary['largestAccuracy']}, smallest {summary['smallestAccuracy']}"

    def left_alone(self) -> str:
        before = {path: path.stat().st_mtime_ns for path in self.store.glob("train/*") if path.is_file()}
        before = {path: time for path, time in before.items() if path.name != "progress.json"}
        self._run("train")
        for path, time in before.items():
            require(path.is_file() and path.stat().st_mtime_ns == time, f"{path.name} was written again")
        return ""

    def collect(self) -> str:
        return self._collect("collect", "fullPrecisionSamples", quantized=False)

    def collect_quantized(self) -> str:
        return self._collect("collect-quantized", "quantizedSamples", quantized=True)

    def same_bytes(self) -> str:
        again = self._copy("again", "train")
        self._run("collect", store=again, shard=1)
        for name in ("samples.jsonl", "manifest.json"):
            here, there = (store / "collect/shard-00001" / name for store in (self.store, again))
            require(here.read_bytes() == there.read_bytes(), f"{name} differs")
        return ""

    def sharding(self) -> str:
        whole = self._copy("whole", "train")
        spec = problem.specification(self.data, collection__shards=1)
        self._run("collect", spec=spec, store=whole, shard=0)
        count = spec["collection"]["fullPrecisionSamples"]
        found = artifacts.samples(whole / "collect/shard-00000/samples.jsonl", self.space, 0, count, False)
        require(found == self.samples["collect"], "samples of one shard differ from those of two")
        return ""

    def train_predictor(self) -> str:
        return self._predictor("train-predictor", "collect", ())

    def transfer(self) -> str:
        return self._predictor("transfer", "collect-quantized", ("fromScratch", "untouched"))

    def unknown_field(self) -> str:
        status = self.worker.run("train", {**self.spec, "colour": "blue"}, self.folder / "unknown")
        require(status in (USAGE, BAD_SPEC), f"exit status {status} instead of {BAD_SPEC}")
        artifacts.failure(self.worker.termination)
        return ""

    def unknown_stage(self) -> str:
        status = self.worker.run("no-such-stage", self.spec, self.folder / "unknown")
        require(status == USAGE, f"exit status {status} instead of {USAGE}")
        return ""

    def missing_input(self) -> str:
        return self._refused("collect", self.spec, self.folder / "missing", shard=0)

    def corrupt_input(self) -> str:
        corrupt = self._copy("corrupt", "train")
        weights = corrupt / "train/supernet.safetensors"
        content = bytearray(weights.read_bytes())
        content[-1] ^= 0x40
        weights.write_bytes(content)
        return self._refused("collect", self.spec, corrupt, shard=0)

    def missing_images(self) -> str:
        spec = problem.specification(self.folder / "no-images")
        return self._refused("train", spec, self.folder / "imageless")

    def interrupted(self) -> str:
        spec = problem.specification(self.data, recipe__epochs=LONG_EPOCHS)
        calm, disturbed = self.folder / "calm", self.folder / "disturbed"
        self._run("train", spec=spec, store=calm)
        status = self.worker.run("train", spec, disturbed, interrupt=signal.SIGTERM)
        require(status == STOPPED, f"SIGTERM: exit status {status} instead of {STOPPED}")
        require(not (disturbed / "train/manifest.json").exists(), "a stopped training left a manifest")
        status = self.worker.run("train", spec, disturbed, interrupt=signal.SIGKILL)
        require(status == -signal.SIGKILL, f"SIGKILL: exit status {status}")
        self._run("train", spec=spec, store=disturbed)
        here, there = (store / "train/manifest.json" for store in (calm, disturbed))
        require(here.read_bytes() == there.read_bytes(), "manifest.json differs from the undisturbed run's")
        return ""

    def _run(self, stage: str, spec=None, store=None, shard=None) -> None:
        store = store or self.store
        store.mkdir(exist_ok=True)
        status = self.worker.run(stage, spec or self.spec, store, shard)
        said = self.worker.termination.read_text() if self.worker.termination.is_file() else "nothing"
        require(status == DONE, f"{stage}: exit status {status}; the termination log says {said}")

    def _manifest(self, stage: str) -> dict:
        artifacts.timing(self.store / stage)
        return artifacts.manifest(self.store / stage, stage, input_digest(stage))

    def _copy(self, name: str, *stages: str) -> Path:
        target = self.folder / name
        for stage in stages:
            shutil.copytree(self.store / stage, target / stage)
        return target

    def _collect(self, stage: str, field: str, quantized: bool) -> str:
        count, shards = self.spec["collection"][field], self.spec["collection"]["shards"]
        found, files = [], {}
        for shard in range(shards):
            self._run(stage, shard=shard)
            folder = self.store / stage / f"shard-{shard:05d}"
            artifacts.manifest(folder, stage, input_digest(stage), shard)
            artifacts.timing(folder)
            first, end = count * shard // shards, count * (shard + 1) // shards
            found += artifacts.samples(folder / "samples.jsonl", self.space, first, end, quantized)
            seal = folder / "manifest.json"
            files[f"{folder.name}/manifest.json"] = {
                "sha256": artifacts.digest(seal),
                "size": seal.stat().st_size,
            }
        # In a cluster the operator seals the stage.
        seal = {
            "contractVersion": 1,
            "stage": stage,
            "inputDigest": input_digest(stage),
            "files": files,
            "counts": {"samples": count, "shards": shards},
            "summary": {},
        }
        (self.store / stage / "manifest.json").write_bytes(problem.dump(seal))
        self.samples[stage] = found
        return f"{count} subnets, mean accuracy {statistics.mean(s['accuracy'] for s in found):.3f}"

    def _predictor(self, stage: str, samples: str, baselines: tuple) -> str:
        self._run(stage)
        found = self._manifest(stage)
        for prefix in ("", *baselines):
            for name in ("kendallTau", "rmse"):
                key = prefix + name[0].upper() + name[1:] if prefix else name
                float(found["summary"].get(key, "nan"))
                require(key in found["summary"], f"summary.{key} is missing")
        require("quality.json" in found["files"], "manifest.json does not name quality.json")
        features = [problem.encode(self.space, sample["policy"]) for sample in self.samples[samples]]
        weights = artifacts.tensors(self.store / stage / "predictor.safetensors")
        hidden = self.spec["predictor"]["hiddenSize"]
        predictor = Predictor(weights, hidden, len(features[0][0]), len(features[0][1]))
        measured = statistics.mean(sample["accuracy"] for sample in self.samples[samples])
        predicted = statistics.mean(map(predictor, features))
        require(
            abs(predicted - measured) < 0.15,
            f"its mean prediction is {predicted:.3f}, the samples' mean accuracy {measured:.3f}",
        )
        return f"mean prediction {predicted:.3f} for {measured:.3f}"

    def _refused(self, stage: str, spec: dict, store: Path, shard=None) -> str:
        status = self.worker.run(stage, spec, store, shard)
        require(status == INPUT, f"exit status {status} instead of {INPUT}")
        artifacts.failure(self.worker.termination)
        return ""
