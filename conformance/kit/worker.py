"""A worker as a process, as a Pod would run it."""

import os
import shlex
import signal
import subprocess
import time
from pathlib import Path

from . import artifacts, problem


class Worker:
    """Runs stages of one worker in a folder of its own."""

    def __init__(self, command: str, folder: Path, timeout: float):
        self.command = shlex.split(command)
        self.folder = folder
        self.timeout = timeout
        self.termination = folder / "termination-log"
        self.log = folder / "worker.log"

    def run(self, stage: str, spec: dict, store: Path, shard=None, interrupt=None) -> int:
        """
        Exit status of a stage; its progress is judged while it runs.

        interrupt: a signal to send once some of the work is done.
        """
        self.termination.unlink(missing_ok=True)
        path = self.folder / "spec.json"
        path.write_bytes(problem.dump(spec))
        place = store / stage if shard is None else store / stage / f"shard-{shard:05d}"
        (place / "progress.json").unlink(missing_ok=True)
        environment = {
            **os.environ,
            "APQ_INPUT_DIGEST": input_digest(stage),
            "APQ_TERMINATION_LOG": str(self.termination),
            "OMP_NUM_THREADS": "1",
        }
        environment.pop("JOB_COMPLETION_INDEX", None)
        if shard is not None:
            environment["JOB_COMPLETION_INDEX"] = str(shard)
        arguments = [*self.command, stage, f"--spec={path}", f"--store={store.as_uri()}"]
        with self.log.open("ab") as log:
            log.write(f"\n$ {shlex.join(arguments)}\n".encode())
            log.flush()
            with subprocess.Popen(arguments, env=environment, stdout=log, stderr=log) as process:
                try:
                    return self._follow(process, place / "progress.json", stage, interrupt)
                finally:
                    process.kill()

    def _follow(self, process, progress: Path, stage: str, interrupt) -> int:
        deadline = time.monotonic() + self.timeout
        while process.poll() is None:
            artifacts.require(time.monotonic() < deadline, f"{stage} ran longer than {self.timeout} s")
            if progress.is_file():
                fraction = artifacts.progress(progress.read_bytes(), stage)
                if interrupt is not None and fraction > 0:
                    process.send_signal(interrupt)
                    stopped = time.monotonic()
                    process.wait(timeout=self.timeout)
                    late = time.monotonic() - stopped
                    artifacts.require(late < 25, f"{signal.Signals(interrupt).name}: ended after {late:.0f} s")
                    interrupt = None
            time.sleep(0.02)
        return process.returncode


def input_digest(stage: str) -> str:
    """Stands for what the operator computes; a worker echoes it and looks no further."""
    return "sha256:" + stage.encode().hex().ljust(64, "0")[:64]
