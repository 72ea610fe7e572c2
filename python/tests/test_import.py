"""Recordings through the program ``tranche``; ``TRANCHE_BIN`` names it."""

import csv
import json
import random
import subprocess
import unittest
from typing import Any, Dict

from support import Folder, program

from tranche_recorder import Recorder, Recording, SealError, seal
from tranche_recorder.export import export

class Imported(Folder):
    def tranche(self, line: str, code: int = 0) -> Dict[str, Any]:
        done = subprocess.run([program(), "--json", *line.split()], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, code, f"{line}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout if code == 0 else done.stderr)

    def test_the_program_counts_what_was_recorded(self) -> None:
        ids = {}
        for name in ("a", "b"):
            (self.folder / f"{name}.txt").write_text("\n\n".join(f"{name} {i}" for i in range(50)))
            self.tranche(f"commit {name}.txt --out {name} --owner-key {name}.key --new-key --rate 1 --terms x")
            ids[name] = json.loads((self.folder / name / "manifest.json").read_text())
        rng = random.Random(4)
        model = self.folder / "model.bin"
        for world_size, start, end in ((3, 0, 12), (2, 8, 20)):
            for rank in range(world_size):
                tranches = {name: manifest["id"] for name, manifest in ids.items()}
                with Recorder(self.path, tranches=tranches, rank=rank, world_size=world_size, segment_bytes=1500) as recorder:
                    recorder.resume(start)
                    for step in range(start, end):
                        count = rng.randrange(12)
                        recorder.record(step, [rng.choice("ab") for _ in range(count)], [rng.randrange(50) for _ in range(count)])
                    if rank == 0:
                        model.write_bytes(b"%d" % end)
                        recorder.checkpoint(end, model)
        line = "log import recording --format recorder --map a=a --map b=b --trace-out trace.json --out run.tlog"
        with self.assertRaises(SealError):
            seal(self.path, self.folder / "absent.key", program())
        sealed = seal(self.path, self.folder / "a.key", program())
        chains = {segment["file"]: segment["chain"] for segment in sealed["segments"]}
        for history in Recording(self.path).ranks.values():
            for path, chain in zip(history.segments, history.chains):
                self.assertEqual(chains[path.name], "0x" + chain.hex())
        report = self.tranche(f"{line} --evidence-key {ids['a']['owner']}")
        self.assertTrue(all(s["sealed_frames"] == s["frames"] for s in report["recording"]["segments"]))

        # Rank 2 was left out of the second attempt.
        expected = {"a": 0, "b": 0}
        total = 0
        for draws in Recording(self.path).draws():
            if draws.rank < (3 if draws.step < 8 else 2):
                total += len(draws.ids)
                for place in draws.ids:
                    expected[draws.sources[place]] += 1
        self.assertEqual(report["draws"], total)
        self.assertEqual({s["name"]: s["draws"] for s in report["sources"]}, expected)
        self.assertEqual(json.loads((self.folder / "trace.json").read_text())[-1]["log_position"], total)
        swapped = line.replace("a=a", "a=b").replace("b=b", "b=a")
        self.assertIn("was recorded as", self.tranche(swapped, 2)["error"]["message"])

    def test_the_exported_table_is_the_same_log(self) -> None:
        (self.folder / "a.txt").write_text("\n\n".join(map(str, range(50))))
        self.tranche("commit a.txt --out a --owner-key a.key --new-key --rate 1 --terms x")
        with Recorder(self.path, order="planned") as recorder:
            for step in range(300):
                recorder.record(step, "a", [(step * i) % 50 for i in range(7)])
        export(Recording(self.path), self.folder / "log.csv")
        with open(self.folder / "log.csv", newline="") as file:
            self.assertEqual(sum(1 for _ in csv.reader(file)), 2101)
        self.tranche("log import recording --format recorder --map a=a --out one.tlog")
        self.tranche("log import log.csv --planned --map a=a --out two.tlog")
        self.assertEqual((self.folder / "one.tlog").read_bytes(), (self.folder / "two.tlog").read_bytes())


if __name__ == "__main__":
    unittest.main()
