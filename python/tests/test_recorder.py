"""The recorder: what it writes, what it refuses, and how it resumes."""

import json
import os
import subprocess
import sys
import unittest

import numpy as np
from support import Folder, log

from tranche_recorder import (
    LockedError,
    Recorder,
    RecorderError,
    Recording,
    Source,
    SourceError,
    StepError,
)

ID = "0x" + "ab" * 32


class Draws(Folder):
    def test_draws_read_back_in_order(self) -> None:
        with Recorder(self.path, tranches={"a": ID, "b": None}) as recorder:
            with recorder.step(0):
                recorder.draws("b", [5, 2])
                recorder.draws("a", 7)
                recorder.observe([("a", 1), ("b", 0)])
            recorder.record(1, "a", np.array([3, 3], dtype=np.uint8))
            recorder.record(1, ["b", "a"], [1, 4])
            recorder.record(2, [], [])
            recorder.record(3, np.array([1, 0]), np.array([1 << 33, 0]))
            with recorder.step(4):
                recorder.observe_columns({"i": [9, 8], "s": ["a", "a"]}, index="i", source="s")
                recorder.observe_columns({"i": [6]}, index="i", tranche="b")
            self.assertEqual(recorder.drawn, 14)
        expected = [(0, "b", 5), (0, "b", 2), (0, "a", 7), (0, "a", 1), (0, "b", 0)]
        expected += [(1, "a", 3), (1, "a", 3), (1, "b", 1), (1, "a", 4), (3, "b", 1 << 33), (3, "a", 0)]
        self.assertEqual(log(self.path), expected + [(4, "a", 9), (4, "a", 8), (4, "b", 6)])

    def test_what_was_handed_out_counts_though_the_step_failed(self) -> None:
        with Recorder(self.path) as recorder, self.assertRaises(KeyError), recorder.step(0):
            recorder.draws("a", [1])
            raise KeyError
        self.assertEqual(log(self.path), [(0, "a", 1)])

    def test_a_source_may_be_a_part_of_its_tranche(self) -> None:
        sources = [Source("one", ID, records=10), Source("two", ID, records=5, first=10)]
        with Recorder(self.path, tranches=sources) as recorder:
            recorder.record(0, ["one", "two"], [9, 4])
            recorder.record(1, "two", [0])
            with self.assertRaisesRegex(SourceError, '5 of "two", which has 5 records'):
                recorder.record(2, ["one", "two"], [9, 5])
        self.assertEqual([record for _, _, record in log(self.path)], [9, 14, 10])

    def test_misuse_is_refused_and_nothing_is_written(self) -> None:
        with Recorder(self.path, tranches={"a": None}) as recorder:
            recorder.record(4, "a", [1])
            for wrong in (("b", [1]), (3, [1]), ("a", [-1]), ("a", [0.5]), (["a"], [1, 2]), ("a", [[1]])):
                with self.assertRaises(SourceError, msg=str(wrong)):
                    recorder.record(5, *wrong)
            for step in (3, 6):
                with self.assertRaisesRegex(StepError, f"step {step}, expected 5"):
                    recorder.record(step, "a", [1])
            with self.assertRaisesRegex(StepError, "no step is open"):
                recorder.draws("a", [1])
        with self.assertRaisesRegex(RecorderError, "closed"):
            recorder.record(5, "a", [1])
        self.assertEqual(log(self.path), [(4, "a", 1)])
        for arguments in ({"rank": 1}, {"order": "drawn"}, {"flush_every": 0}):
            with self.assertRaises(RecorderError):
                Recorder(self.folder / "other", **arguments)

    def test_run_files(self) -> None:
        of_import = {"folder": "a", "paths": ["/data/a*"], "dataset": 7, "ranges": [[0, 3]]}
        sources = [{"name": "a", "tranche": ID, "records": 3, **of_import}, {"name": "b", "tranche": "unregistered"}]
        (self.folder / "run.json").write_text(json.dumps({"version": 1, "sources": sources}))
        with Recorder(self.path, tranches=self.folder / "run.json") as recorder:
            self.assertEqual(recorder.sources, (Source("a", ID, 3), Source("b", "unregistered")))
        if sys.version_info >= (3, 11):
            (self.folder / "run.toml").write_text('version = 1\n[[sources]]\nname = "a"\n')
            with Recorder(self.path, tranches=str(self.folder / "run.toml")) as recorder:
                self.assertEqual(recorder.sources, (Source("a"),))
        wrong = [{"version": 2, "sources": []}, [], {"version": 1, "sources": [{"tranche": ID}]}]
        wrong += [{"version": 1, "sources": [one]} for one in ({"name": "a", "x": 1}, {"name": "a", "tranche": "0x12"})]
        wrong += [{"version": 1, "sources": [{"name": "a"}, {"name": "a"}]}, {"version": 1, "sources": [{"name": "a", "records": -1}]}]
        for value in wrong:
            (self.folder / "run.json").write_text(json.dumps(value))
            with self.assertRaises(SourceError, msg=str(value)):
                Recorder(self.path, tranches=self.folder / "run.json")


class Writers(Folder):
    def test_two_writers_of_a_rank_are_refused(self) -> None:
        code = f"from tranche_recorder import *\ntry:\n  Recorder({str(self.path)!r})\nexcept LockedError: print('locked')"
        with Recorder(self.path, world_size=2):
            with self.assertRaises(LockedError):
                Recorder(self.path)
            with Recorder(self.path, rank=1, world_size=2):
                pass
            self.assertEqual(subprocess.check_output([sys.executable, "-c", code]), b"locked\n")
        Recorder(self.path).close()

    @unittest.skipUnless(hasattr(os, "fork"), "needs fork")
    def test_a_worker_process_cannot_record_and_does_not_close(self) -> None:
        with Recorder(self.path) as recorder:
            recorder.record(0, "a", [1])
            child = os.fork()
            if child == 0:
                try:
                    recorder.record(1, "a", [1])
                except RecorderError as error:
                    recorder.close()
                    os._exit(7 if "worker process" in str(error) else 1)
                os._exit(1)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 7)
            recorder.record(1, "a", [2])
        self.assertEqual(log(self.path), [(0, "a", 1), (1, "a", 2)])

    def test_steps_are_written_when_asked(self) -> None:
        with Recorder(self.path, flush_every=3, durability="step") as recorder:
            for step in range(5):
                recorder.record(step, "a", [step])
            self.assertEqual(len(log(self.path)), 3)
            recorder.flush()
            self.assertEqual(len(log(self.path)), 5)

    def test_segments_rotate_and_chain(self) -> None:
        with Recorder(self.path, segment_bytes=2_000) as recorder:
            for step in range(100):
                recorder.record(step, "a", [step] * 10)
        history = Recording(self.path).ranks[0]
        self.assertGreater(len(history.segments), 2)
        self.assertEqual(len(history.attempts), 1)
        self.assertEqual(len(log(self.path)), 1_000)


class Resume(Folder):
    def record(self, steps: range, value: int, **arguments: int) -> None:
        with Recorder(self.path, **arguments) as recorder:
            if steps.start:
                recorder.resume(steps.start)
            for step in steps:
                recorder.record(step, "a", [value, step])

    def test_the_last_attempt_at_a_step_wins(self) -> None:
        self.record(range(10), 0)
        self.record(range(4, 8), 1)
        self.record(range(6, 7), 2)
        values = [record for _, _, record in log(self.path)][::2]
        self.assertEqual(values, [0, 0, 0, 0, 1, 1, 2])
        history = Recording(self.path).ranks[0]
        self.assertEqual([(a.number, a.step, a.superseded) for a in history.attempts], [(1, 0, 0), (2, 4, 12), (3, 6, 4)])

    def test_it_must_be_said_where_a_run_resumes(self) -> None:
        self.record(range(3), 0)
        with Recorder(self.path) as recorder:
            with self.assertRaisesRegex(StepError, "holds steps up to 2"):
                recorder.record(3, "a", [1])
            with self.assertRaisesRegex(StepError, "would lose steps"):
                recorder.resume(4)
            recorder.resume(3)
            with self.assertRaises(StepError):
                recorder.record(4, "a", [1])
            recorder.record(3, "a", [1])
            recorder.resume(1)
            recorder.record(1, "a", [5])
        self.assertEqual([step for step, _, _ in log(self.path)], [0, 0, 1])

    def test_a_state_counts_the_draws_before_it(self) -> None:
        with Recorder(self.path) as recorder:
            recorder.record(0, "a", [1, 2])
            state = json.loads(json.dumps(recorder.state_dict()))
            recorder.record(1, "a", [3])
        self.assertEqual(state["next_step"], 1)
        with Recorder(self.path) as recorder:
            with self.assertRaisesRegex(StepError, "2 draws before step 1, the checkpoint counted 3"):
                recorder.load_state_dict({**state, "draws": 3})
            with self.assertRaises(RecorderError):
                recorder.load_state_dict({})
            recorder.load_state_dict(state)
            recorder.record(1, "a", [4])
        self.assertEqual(log(self.path), [(0, "a", 1), (0, "a", 2), (1, "a", 4)])

    def test_another_order_or_tranche_is_refused(self) -> None:
        with Recorder(self.path, tranches={"a": ID}) as recorder:
            recorder.record(0, "a", [1])
        with self.assertRaisesRegex(RecorderError, 'order "consumed"'):
            Recorder(self.path, order="planned")
        with self.assertRaisesRegex(SourceError, "the run file says"):
            Recorder(self.path, tranches={"a": "unregistered"})
        with Recorder(self.path, tranches={"b": None, "a": ID}) as recorder:
            recorder.resume(1)
            recorder.record(1, ["b", "a"], [2, 3])
        self.assertEqual(log(self.path), [(0, "a", 1), (1, "b", 2), (1, "a", 3)])


if __name__ == "__main__":
    unittest.main()
