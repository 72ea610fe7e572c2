"""Runs that are killed at random points and resumed: no draw is lost or doubled, by the loop's own account."""

import json
import os
import random
import signal
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Dict, List, Tuple

from support import Folder, log

from tranche_recorder import Recording

KILLS = int(os.environ.get("TRANCHE_KILLS", "50"))
RUNS = 5
STEPS = 150
SIZES = {"long": 130, "short": 70}


def account(folder: Path) -> Dict[int, List[int]]:
    """What stands of the loop's own account: each start takes back what came at its step or later."""
    stands: Dict[int, List[int]] = {}
    for line in (folder / "oracle.txt").read_text().splitlines():
        told = json.loads(line)
        if "start" in told:
            stands = {step: batch for step, batch in stands.items() if step < told["start"]}
        else:
            assert told["step"] not in stands
            stands[told["step"]] = told["batch"]
    return stands


def recorded(folder: Path) -> Dict[int, List[int]]:
    """The recording in the loop's terms: the sample of a record is its square."""
    stands: Dict[int, List[int]] = {}
    for step, _, record in log(folder / "recording"):
        stands.setdefault(step, []).append(record * record)
    return stands


@unittest.skipUnless(hasattr(signal, "SIGKILL"), "needs SIGKILL")
class Killed(Folder):
    def loop(self, folder: Path, after: int, torn: int) -> Tuple[int, str]:
        here = Path(__file__).parent
        arguments = [str(folder), str(STEPS), "7", str(after), str(torn)]
        process = subprocess.Popen([sys.executable, str(here / "loop.py"), *arguments], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said = line.strip()
            if said == "waiting to be killed":
                process.kill()
        process.stdout.close()
        return process.wait(), said

    def test_a_killed_run_loses_and_doubles_nothing(self) -> None:
        rng = random.Random(int(os.environ.get("TRANCHE_SEED", "1")))
        kills = attempts = cut = 0
        for number in range(RUNS):
            folder = self.folder / str(number)
            folder.mkdir()
            for _ in range(KILLS // RUNS):
                torn = rng.choice([-1, rng.randrange(1 << 16)])
                code, _ = self.loop(folder, rng.randrange(1, 30), torn)
                if code == 0:
                    break
                self.assertEqual(code, -signal.SIGKILL)
                kills += 1
                told, stands = account(folder), recorded(folder)
                # A step may be recorded whose batch the loop was killed before it could note.
                for step, batch in told.items():
                    self.assertEqual(stands.pop(step), batch, f"step {step}")
                self.assertLessEqual(set(stands), {max(told, default=-1) + 1, min(stands, default=0)})
                self.assertLessEqual(len(stands), 1)
            # To the end, without a kill.
            self.assertEqual(self.loop(folder, STEPS + 1, -1), (0, "finished"))
            self.assertEqual(recorded(folder), account(folder))
            self.assertEqual(sorted(recorded(folder)), list(range(STEPS)))
            history = Recording(folder / "recording").ranks[0]
            attempts += len(history.attempts)
            cut += sum(head["cut"] > 0 for head in history.heads)
        print(f"\n{kills} kills, {attempts} attempts, {cut} torn ends cut")
        self.assertGreaterEqual(kills, KILLS * 9 // 10)


if __name__ == "__main__":
    unittest.main()
