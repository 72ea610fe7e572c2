"""The files: golden bytes, torn ends, damage, checkpoints, and what is shown of them."""

import contextlib
import hashlib
import io
import json
import struct
import sys
import unittest
from pathlib import Path
from typing import List, Tuple
from unittest import mock

import numpy as np
from support import Folder, log

from tranche_recorder import DamagedError, Recorder, Recording, RecorderError, frames
from tranche_recorder.__main__ import main
from tranche_recorder.segment import Reader


def run(*arguments: object) -> Tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = main([str(argument) for argument in arguments])
    return code, out.getvalue()


class Bytes(unittest.TestCase):
    def test_frames_are_as_documented(self) -> None:
        one = frames.step_payload(258, 3, None, np.array([1, 2]), False)
        self.assertEqual(one.hex(), "01000300" + "0201000000000000" + "02000000" + "0100000002000000")
        mixed = frames.step_payload(1, 0, np.array([1, 0]), np.array([7, 1 << 32]), True)
        self.assertEqual(mixed.hex(), "01030000" + "0100000000000000" + "02000000" + "01000000" + "0700000000000000" + "0000000001000000")
        self.assertEqual(frames.attempt_payload(5, 2).hex(), "02" + "0500000000000000" + "02000000")
        self.assertEqual(frames.frame(b"\x05").hex(), "f7545246" + "01000000" + "222a288b" + "05")
        self.assertEqual(frames.first_link(), hashlib.sha256(b"TRNCHREC\x01\x00").digest())

    def test_steps_read_back_and_odd_ones_are_refused(self) -> None:
        for sources, records in ((None, [1, 2]), ([0, 9], [1, 2]), ([0, 1], [1, 1 << 40]), (None, [])):
            ids = None if sources is None else np.array(sources)
            payload = frames.step_payload(7, 4, ids, np.array(records, dtype=np.int64), max(records, default=0) >= 1 << 32)
            step, got, back = frames.parse_step(payload)
            self.assertEqual((step, got.tolist(), back.tolist()), (7, sources or [4] * len(records), records))
            for wrong in (payload + b"x", payload[:15], b"\x01\x04" + payload[2:]):
                with self.assertRaises(ValueError):
                    frames.parse_step(wrong)


class Ends(Folder):
    def setUp(self) -> None:
        super().setUp()
        recorder = Recorder(self.path)
        for step in range(20):
            recorder.record(step, "a", [step, step + 1])
        # As a killed process leaves it: no frame that closes the segment.
        recorder.flush()
        self.file = self.path / "rank-00000-000000.trec"
        self.whole = self.file.read_bytes()
        recorder.close()
        self.file.write_bytes(self.whole)

    def offsets(self) -> List[int]:
        return [frame.offset for frame in Reader(self.file)] + [len(self.whole)]

    def test_a_torn_end_is_cut_wherever_it_is(self) -> None:
        offsets = self.offsets()
        for end in [*range(0, offsets[2] + 3), *range(offsets[10], offsets[11]), len(self.whole) - 1]:
            self.file.write_bytes(self.whole[:end])
            with Recorder(self.path) as recorder:
                whole = max([offset for offset in offsets if offset <= end], default=0)
                self.assertEqual(recorder.cut_bytes, end - whole if whole > offsets[0] else end)
                recorder.resume(recorder.next_step)
                recorder.record(recorder.next_step, "a", [99])
            kept = sum(offset <= end for offset in offsets[3:])
            self.assertEqual([step for step, _, _ in log(self.path)][::2], list(range(kept + 1)))
            for file in self.path.glob("*.trec"):
                file.unlink()

    def test_zeros_of_a_lost_write_are_a_torn_end(self) -> None:
        self.file.write_bytes(self.whole[:-5] + bytes(5) + bytes(4096))
        with Recorder(self.path) as recorder:
            self.assertEqual(recorder.next_step, 19)

    def test_damage_is_no_torn_end(self) -> None:
        offsets = self.offsets()
        for at in (3, 9, offsets[0], offsets[1] + 5, offsets[5] + 2, offsets[5] + 6, offsets[9] + 20):
            broken = bytearray(self.whole)
            broken[at] ^= 0x40
            self.file.write_bytes(broken)
            with self.assertRaises(DamagedError, msg=str(at)):
                Recorder(self.path)
            self.assertEqual(self.file.read_bytes(), broken, "it is left as it is")
            code, said = run("show", self.path)
            self.assertEqual(code, 2)
            self.assertIn(self.file.name, said)

    def test_repair_keeps_what_it_cuts(self) -> None:
        offsets = self.offsets()
        broken = bytearray(self.whole)
        broken[offsets[10] + 14] ^= 1
        self.file.write_bytes(broken)
        self.assertIn(f"at byte {offsets[10]}", run("repair", self.path)[1])
        self.assertEqual(self.file.read_bytes(), self.whole[: offsets[10]])
        self.assertEqual((self.path / (self.file.name + ".0.cut")).read_bytes(), broken[offsets[10] :])
        with Recorder(self.path) as recorder:
            self.assertEqual(recorder.next_step, 8)
        self.assertEqual(run("repair", self.path), (0, "nothing to repair\n"))

    def test_segments_that_do_not_follow_are_refused(self) -> None:
        with Recorder(self.path) as recorder:
            recorder.resume(3)
            recorder.record(3, "a", [1])
        second = self.path / "rank-00000-000001.trec"
        self.file.write_bytes(self.whole[: self.offsets()[4]])
        with self.assertRaisesRegex(DamagedError, "does not follow"):
            Recording(self.path)
        self.file.unlink()
        with self.assertRaisesRegex(DamagedError, "000000.trec is missing"):
            Recording(self.path)
        second.rename(self.file)
        with self.assertRaisesRegex(DamagedError, "says it is segment 1"):
            Recording(self.path)

    def test_a_full_disk_stops_the_recording_at_a_whole_frame(self) -> None:
        with Recorder(self.path) as recorder:
            recorder.resume(20)
            with mock.patch("os.write", side_effect=OSError(28, "No space left on device")):
                with self.assertRaisesRegex(RecorderError, "No space left"):
                    recorder.record(20, "a", [1])
            with self.assertRaises(RecorderError):
                recorder.record(21, "a", [1])
            with self.assertRaises(RecorderError):
                recorder.close()
        self.assertEqual(len(log(self.path)), 40)


class Checkpoints(Folder):
    def test_what_is_hashed(self) -> None:
        plain = self.folder / "model.bin"
        plain.write_bytes(b"weights")
        header = b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
        tensors = self.folder / "model.safetensors"
        tensors.write_bytes(struct.pack("<Q", len(header)) + header + b"\0\0\x80\x3f")
        with Recorder(self.path) as recorder:
            recorder.checkpoint(0, plain)
            recorder.record(0, "a", [1])
            recorder.checkpoint(1, tensors)
            with self.assertRaisesRegex(RecorderError, "absent.bin"):
                recorder.checkpoint(2, self.folder / "absent.bin")
        first, second = Recording(self.path).ranks[0].checkpoints
        self.assertEqual((first["after"], first["bytes"], first["tensors"]), (None, 7, None))
        self.assertEqual(first["sha256"], hashlib.sha256(b"weights").hexdigest())
        self.assertEqual(second["sha256"], hashlib.sha256(tensors.read_bytes()).hexdigest())
        region = {"offset": 8 + len(header), "bytes": 4, "sha256": hashlib.sha256(b"\0\0\x80\x3f").hexdigest()}
        self.assertEqual((second["after"], second["path"], second["tensors"]), (0, str(tensors), region))

    def test_a_checkpoint_goes_with_its_attempt(self) -> None:
        model = self.folder / "model.bin"
        model.write_bytes(b"x")
        with Recorder(self.path) as recorder:
            for step in range(4):
                recorder.record(step, "a", [step])
                recorder.checkpoint(step + 1, model)
            recorder.resume(2)
            recorder.record(2, "a", [9])
        steps = [checkpoint["step"] for checkpoint in Recording(self.path).ranks[0].checkpoints]
        self.assertEqual(steps, [1, 2])


class Shown(Folder):
    def test_show_and_export(self) -> None:
        for rank in range(2):
            with Recorder(self.path, rank=rank, world_size=2) as recorder:
                for step in range(3):
                    recorder.record(step, ["a", "b\x1b"], [rank, step])
        with Recorder(self.path, world_size=2) as recorder:
            recorder.resume(2)
            recorder.record(2, "a", [5])
        code, shown = run("show", self.path, "--json")
        content = json.loads(shown)
        self.assertEqual((code, content["draws"], content["order"]), (0, 11, "consumed"))
        self.assertEqual([(s["name"], s["draws"]) for s in content["sources"]], [("a", 6), ("b\x1b", 5)])
        self.assertEqual([(r["rank"], r["draws"], r["last_step"], r["closed"]) for r in content["ranks"]], [(0, 5, 2, True), (1, 6, 2, True)])
        code, shown = run("show", self.path)
        self.assertEqual(code, 0)
        self.assertIn("54.55 %", shown)
        self.assertNotIn("\x1b", shown)
        with open(self.path / "rank-00001-000000.trec", "ab") as file:
            file.write(b"\xf7TR")
        self.assertEqual(run("show", self.path)[0], 2, "bytes after a clean end are damage")
        self.assertEqual(run("export", self.path, self.folder / "x.txt")[0], 2)

    def test_export_is_the_log(self) -> None:
        with Recorder(self.path) as recorder:
            for step in range(50):
                recorder.record(step, ["a", "b"], [step, 2])
        self.assertEqual(run("export", self.path, self.folder / "x.csv")[0], 0)
        rows = (self.folder / "x.csv").read_text().splitlines()
        self.assertEqual(rows[:3], ["step,tranche,record", "0,a,0", "0,b,2"])
        self.assertEqual([tuple(row.split(",")) for row in rows[1:]], [(str(s), t, str(r)) for s, t, r in log(self.path)])

    def test_an_empty_folder_is_no_recording(self) -> None:
        self.path.mkdir()
        self.assertEqual(run("show", self.path)[0], 2)
        self.assertEqual(run("show", Path(self.folder / "absent"))[0], 3)


if __name__ == "__main__":
    sys.exit(unittest.main())
