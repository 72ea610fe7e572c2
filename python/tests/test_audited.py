"""The audited example with the program ``tranche``: an honest builder passes, another is caught as often as chance says."""

import json
import sys
import unittest
from pathlib import Path

from support import Folder, program

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examples" / "audited"))

import train  # noqa: E402
from model import Model  # noqa: E402
from walk import Walk  # noqa: E402

STRETCHES = train.STEPS // train.EVERY
DRAWS = train.EVERY * train.BATCH
"""Draws of a stretch."""


class Audited(Folder):
    def setUp(self) -> None:
        super().setUp()
        self.walk = Walk(self.folder, program())

    def test_an_honest_run_passes_and_gets_level_3(self) -> None:
        model = self.walk.build("honest", train.honest)
        everything = [record for name in ("library", "tests", "notes") for record in self.walk.records[name]]
        self.assertGreater(model.accuracy(everything), Model().accuracy(everything) + 0.05, "it learns")
        picks = self.walk.challenge("honest", 1, 12)
        self.assertEqual(len(picks), 12)
        said = self.walk.audit("honest", 1)
        self.assertEqual((said.code, said.answer["outcome"]), (0, "passed"), said.answer)
        folder = self.folder / "honest" / "audit-1"
        evidence = json.loads((folder / "evidence.json").read_text())
        self.assertEqual((evidence["level"], evidence["order"]), ("sampled_replay", "consumed"))
        self.assertEqual(self.walk.tranche("audit report honest/audit-1/report.json").answer["outcome"], "passed")
        self.assertEqual((folder / "opening.json").stat().st_mode & 0o777, 0o600)
        self.assertEqual((folder / "work.json").stat().st_mode & 0o777, 0o600)

    def test_a_builder_who_altered_the_log_is_caught_as_often_as_chance_says(self) -> None:
        altered = {3, 11, 17, 18, 26, 39}

        def cheaper(batch: train.Batch, step: int) -> train.Batch:
            """What was drawn from the notes, in the altered stretches, is said to be of the cheap tranche."""
            if step // train.EVERY not in altered:
                return batch
            count = len(self.walk.records["tests"])
            return [("tests", index % count) if name == "notes" else (name, index) for name, index in batch]

        self.walk.build("cheat", cheaper)
        picks, rounds = 5, 60
        caught = []
        for number in range(rounds):
            picked = self.walk.challenge("cheat", number, picks)
            caught.append(any(pick // DRAWS in altered for pick in picked))
        missed = (1 - len(altered) / STRETCHES) ** picks
        deviation = (rounds * missed * (1 - missed)) ** 0.5
        self.assertLess(abs(sum(caught) - rounds * (1 - missed)), 4 * deviation)
        # Where a pick falls into an altered stretch the audit fails, and nowhere else.
        for number in (caught.index(True), caught.index(False), rounds - 1 - caught[::-1].index(True)):
            said = self.walk.audit("cheat", number)
            folder = self.folder / "cheat" / f"audit-{number}"
            expected = ("failed", 1, False) if caught[number] else ("passed", 0, True)
            self.assertEqual((said.answer["outcome"], said.code, (folder / "evidence.json").exists()), expected)
            report = self.walk.tranche(f"audit report cheat/audit-{number}/report.json", said.code).answer
            self.assertEqual((report["outcome"], report["signer"]), (expected[0], self.walk.auditor))


if __name__ == "__main__":
    unittest.main()
