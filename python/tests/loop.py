"""A training loop that is killed: run as a process by test_kill.

``loop.py FOLDER STEPS CHECKPOINT_EVERY KILL_AT TORN`` trains from the last checkpoint on. After ``KILL_AT`` more steps it kills itself
with SIGKILL: in the middle of writing a frame, ``TORN`` bytes into it, or, when that is -1, only once killed from outside.
What the loop consumed goes to ``oracle.txt``, synced line by line, before the step is trained.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from support import Concat, Loader, Squares

from tranche_recorder import Recorder, recording_loader

BATCH = 5
SIZES = (130, 70)


def batches(epoch: int) -> list:
    order = list(range(sum(SIZES)))
    random.Random(epoch).shuffle(order)
    return [order[at : at + BATCH] for at in range(0, len(order), BATCH)]


def tear(after: int, length: int) -> None:
    write = os.write
    left = [after]

    def torn(fd: int, data: bytes) -> int:
        left[0] -= 1
        if left[0] < 0:
            write(fd, data[: length % len(data)])
            os.kill(os.getpid(), signal.SIGKILL)
        return write(fd, data)

    os.write = torn


def main() -> None:
    folder = Path(sys.argv[1])
    steps, every, after, torn = map(int, sys.argv[2:])
    state_file = folder / "state.json"
    dataset = Concat([Squares(size) for size in SIZES])
    recorder = Recorder(folder / "recording", tranches={"long": None, "short": "unregistered"}, segment_bytes=3_000)
    state = json.loads(state_file.read_text()) if state_file.exists() else None
    epoch = state["epoch"] if state else 0
    oracle = os.open(folder / "oracle.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(line: dict) -> None:
        text = json.dumps(line).encode() + b"\n"
        if os.writev(oracle, [text]) != len(text):
            raise OSError("short write")
        os.fsync(oracle)

    if state is None and recorder.drawn:
        recorder.resume(0)
    done = state["recorder"]["next_step"] if state else 0
    tell({"start": done})
    first = done
    if torn >= 0:
        tear(after, torn)
    print("running", flush=True)
    while done < steps:
        loader = recording_loader(Loader(dataset, batches(epoch)), recorder, ["long", "short"])
        if state is not None:
            loader.load_state_dict(state)
            state = None
        loader.epoch = epoch
        for batch in loader:
            tell({"step": done, "batch": [sample["square"] for sample in batch]})
            done += 1
            time.sleep(0.0005)
            if done % every == 0 or done == steps:
                text = json.dumps(loader.state_dict())
                (folder / "state.tmp").write_text(text)
                os.replace(folder / "state.tmp", state_file)
            if torn < 0 and done - first >= after:
                print("waiting to be killed", flush=True)
                time.sleep(600 if after < steps else 0)
            if done == steps:
                break
        else:
            epoch += 1
    recorder.close()
    print("finished", flush=True)


if __name__ == "__main__":
    main()
