"""What recording costs: microseconds a step and a draw, and the share of a realistic step.

Usage: ``python overhead.py [--steps N] [--step-ms MS] [--dir FOLDER] [--json]``. The realistic step is forward, backward and update of
a small network, with torch where it is installed, else matrix products of numpy's, repeated until it takes so long; it runs with and
without the recorder in turns, step by step, so that what else the machine does falls on both alike. Processor time, the syncing
thread's included, is told beside: it does not depend on that. The last line is a loader without workers, whose keys are made in the
loop's own process.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Dict, List

import numpy as np

from tranche_recorder import Recorder, recording_loader


def step_of(milliseconds: float) -> Callable[[], None]:
    """A training step of so many milliseconds, in one thread."""
    once = one_step()
    once()
    start = time.perf_counter()
    for _ in range(5):
        once()
    times = max(1, round(milliseconds / 1e3 / ((time.perf_counter() - start) / 5)))

    def train() -> None:
        for _ in range(times):
            once()

    return train


def one_step() -> Callable[[], None]:
    """A training step of some milliseconds, in one thread."""
    try:
        import torch
    except ImportError:
        a = np.random.default_rng(1).random((300, 300))

        def product() -> None:
            (a @ a).sum()

        return product
    torch.set_num_threads(1)
    layers: List[Any] = []
    for _ in range(4):
        layers += [torch.nn.Linear(256, 256), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers)
    optimiser = torch.optim.SGD(model.parameters(), lr=1e-3)
    batch = torch.randn(256, 256)

    def train() -> None:
        optimiser.zero_grad()
        model(batch).square().mean().backward()
        optimiser.step()

    return train


def alone(folder: Path, steps: int, batch: int, mixed: bool, **arguments: Any) -> float:
    """Microseconds of ``record`` a step, in a loop that does nothing else; the median."""
    rng = np.random.default_rng(0)
    records = rng.integers(0, 1 << 30, (steps, batch))
    ids = rng.integers(0, 3, (steps, batch)) if mixed else np.zeros((steps, 1), dtype=np.int64)
    times = []
    with Recorder(folder, tranches={"a": None, "b": None, "c": None}, **arguments) as recorder:
        for step in range(steps):
            start = time.perf_counter()
            recorder.record(step, ids[step] if mixed else 0, records[step])
            times.append(time.perf_counter() - start)
    return 1e6 * statistics.median(times)


class Numbers:
    """A dataset whose samples cost nothing."""

    def __len__(self) -> int:
        return 1 << 20

    def __getitem__(self, index: int) -> int:
        return index


class Batches:
    """What the wrapper uses of a ``DataLoader`` without workers, which asks for a whole batch where a dataset gives one."""

    batch_size = None
    collate_fn = staticmethod(list)

    def __init__(self, batches: List[List[int]]) -> None:
        self.dataset: Any = Numbers()
        self.batch_sampler = batches

    def __len__(self) -> int:
        return len(self.batch_sampler)

    def __iter__(self) -> Any:
        for batch in self.batch_sampler:
            together = getattr(self.dataset, "__getitems__", None)
            yield self.collate_fn(together(batch) if together else [self.dataset[index] for index in batch])


def loading(folder: Path, steps: int, batch: int, train: Callable[[], None]) -> Dict[str, float]:
    """What a recorded batch of a loader without workers costs between training steps, less what the batch itself costs."""
    batches = np.random.default_rng(0).integers(0, 1 << 20, (steps, batch)).tolist()
    with Recorder(folder) as recorder:
        loaders = [iter(Batches(batches)), iter(recording_loader(Batches(batches), recorder, "a"))]
        times: List[List[float]] = [[], []]
        for _ in range(steps):
            for loader, spent in zip(loaders, times):
                train()
                cpu = time.thread_time()
                next(loader)
                spent.append(time.thread_time() - cpu)
    plain, recorded = (1e6 * statistics.median(spent) for spent in times)
    return {"plain_us": plain, "recorded_us": recorded, "difference_us": recorded - plain}


def realistic(folder: Path, steps: int, batch: int, durability: str, train: Callable[[], None]) -> Dict[str, float]:
    """A training step with and without the recorder, in turns."""
    records = np.random.default_rng(0).integers(0, 1 << 30, (steps, batch))
    plain, recorded, calls = [], [], []
    spent = trained = 0.0
    train()
    with Recorder(folder, tranches={"a": None}, durability=durability) as recorder:
        whole, own = time.process_time(), time.thread_time()
        for step in range(steps):
            start, cpu = time.perf_counter(), time.thread_time()
            train()
            middle = time.perf_counter()
            before = time.thread_time()
            plain.append(middle - start)
            trained += before - cpu
            recorder.record(step, "a", records[step])
            spent += time.thread_time() - before
            called = time.perf_counter()
            train()
            recorded.append(time.perf_counter() - middle)
            calls.append(called - middle)
        # What no thread but the one that syncs has spent.
        syncing = max(time.process_time() - whole - (time.thread_time() - own), 0.0)
    base = statistics.median(plain)
    return {
        "step_ms": 1e3 * base,
        "with_recorder_ms": 1e3 * statistics.median(recorded),
        "overhead_of_medians_percent": 100 * (statistics.median(recorded) / base - 1),
        "record_call_median_us": 1e6 * statistics.median(calls),
        "record_call_median_percent": 100 * statistics.median(calls) / base,
        "record_call_mean_us": 1e6 * statistics.mean(calls),
        "cpu_us_a_step": 1e6 * spent / steps,
        "cpu_us_a_step_syncing": 1e6 * syncing / steps,
        "cpu_percent": 100 * (spent + syncing) / trained,
    }


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--step-ms", type=float, default=60.0, help="length of the realistic step")
    parser.add_argument("--dir", type=Path, help="where recordings are written: the disk that is measured")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    result: Dict[str, Any] = {
        "command": " ".join(["python", *sys.argv]),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, numpy {np.__version__}",
        "load": os.getloadavg()[0],
        "alone": [],
        "realistic": {},
    }
    with tempfile.TemporaryDirectory(dir=options.dir) as name:
        number = 0
        for durability in ("group", "step"):
            for batch in (1, 32, 512, 4096, 65536):
                for mixed in (False, True):
                    number += 1
                    steps = options.steps if batch > 4096 or durability == "step" else 5 * options.steps
                    took = alone(Path(name) / str(number), steps, batch, mixed, durability=durability)
                    row = {"durability": durability, "batch": batch, "mixed": mixed, "us_a_step": took, "us_a_draw": took / batch}
                    result["alone"].append(row)
        train = step_of(options.step_ms)
        for durability in ("group", "step"):
            result["realistic"][durability] = realistic(Path(name) / durability, options.steps, 256, durability, train)
        result["loading"] = loading(Path(name) / "loading", options.steps, 256, train)
    if options.json:
        print(json.dumps(result, indent=2))
        return 0
    print(result["machine"])
    print("durability  draws a step  sources   us a step   us a draw")
    for row in result["alone"]:
        sources = "mixed" if row["mixed"] else "one"
        print(f"{row['durability']:10}  {row['batch']:12}  {sources:7}  {row['us_a_step']:10.1f}  {row['us_a_draw']:10.4f}")
    for durability, row in result["realistic"].items():
        print(f"a training step, durability {durability}: " + ", ".join(f"{key} {value:.3f}" for key, value in row.items()))
    print("a batch of 256 from a loader without workers: " + ", ".join(f"{key} {value:.0f}" for key, value in result["loading"].items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
