"""The auditor's side: trains the stretches of a work list over again and says where the weights are.

    python replay.py WORK WEIGHTS DATA OUT

WORK is what ``tranche audit check --work`` wrote, WEIGHTS the builder's checkpoints, of which only those at the beginning of a stretch are
read, DATA the folder of the records, OUT a new folder. ``OUT/replayed.json`` is for ``tranche audit check --replayed``, which hashes all weights itself.
"""

import json
import sys
from pathlib import Path
from typing import Any, Dict

import data
from model import Model


def replay(work_path: Path, weights: Path, records_folder: Path, out: Path) -> Path:
    """Executes a work list."""
    work = json.loads(work_path.read_text())
    names = [tranche["name"] for tranche in work["tranches"]]
    records = data.read(records_folder, names)
    out.mkdir(parents=True)
    Model().save(out / "initial.bin")
    done: Dict[str, Any] = {"version": 1, "initial": {"file": "initial.bin"}, "stretches": []}
    for stretch in work["stretches"]:
        start = (weights / f"{stretch['from_step']}.bin").resolve()
        model = Model.load(start)
        for step in stretch["steps"]:
            model.train([records[names[tranche]][record] for tranche, record in step["draws"]])
        end = f"stretch-{stretch['stretch']}.bin"
        model.save(out / end)
        done["stretches"].append({"stretch": stretch["stretch"], "start": str(start), "end": {"file": end}})
    path = out / "replayed.json"
    path.write_text(json.dumps(done, indent=2))
    return path


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    print(replay(*map(Path, sys.argv[1:])))
