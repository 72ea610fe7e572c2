"""What recording costs: microseconds a step and a draw, and the share of a realistic step.

Usage: ``python overhead.py [--steps N] [--dir FOLDER] [--json]``. The realistic step is forward, backward and update of a small
network, with torch where it is installed, else matrix products of numpy's; it runs with and without the recorder in turns, step
by step, so that what else the machine does falls on both alike. Processor time, the syncing thread's included, is told beside: it
does not depend on that.
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

from tranche_recorder import Recorder


def step_of() -> Callable[[], None]:
    """A training step of some tens of milliseconds, in one thread."""
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


def realistic(folder: Path, steps: int, batch: int, durability: str) -> Dict[str, float]:
    """A training step with and without the recorder, in turns."""
    train = step_of()
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
        for durability in ("group", "step"):
            result["realistic"][durability] = realistic(Path(name) / durability, options.steps, 256, durability)
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
    return 0


if __name__ == "__main__":
    sys.exit(main())
