"""Wrappers, with a loader that fetches ahead and has only the fields that the wrapper needs."""

import json
import pickle
import unittest
from typing import Any, List

import numpy as np
from support import Concat, Folder, Loader, Squares, Subset, log

from tranche_recorder import (
    Recorder,
    RecorderError,
    RecordingBatchSampler,
    RecordingSampler,
    SourceError,
    StepError,
    Tagged,
    recording_loader,
)
from tranche_recorder.keys import KeyMap, pack

BATCHES = [[3, 1], [0, 2], [5, 4], [7, 6], [9, 8]]


class Keys(unittest.TestCase):
    def test_indices_go_through_subsets_and_concatenations(self) -> None:
        a, b = Squares(10), Squares(4)
        dataset = Subset(Concat([Subset(a, [9, 8, 7]), b, Squares(2)]), [0, 3, 8, 6, -1])
        keys = KeyMap(dataset, ["a", "b", "c"])
        expected = [("a", 9), ("b", 0), ("c", 1), ("b", 3), ("c", 1)]
        for keymap in (keys, pickle.loads(pickle.dumps(keys))):
            self.assertEqual([keymap.key(index) for index in range(5)], expected)
            for indices in ([0, 1, 2, 3, 4], np.arange(5), [-5, -4, -3, -2, -1]):
                for got, packed in zip(keymap.keys(indices), pack(expected)):
                    self.assertEqual(np.asarray(got).tolist(), np.asarray(packed).tolist())
        self.assertEqual(KeyMap(a, "a").key(-1), ("a", 9))
        self.assertEqual(KeyMap(a, "a").keys([-1, 3, True])[2].tolist(), [9, 3, 1])
        self.assertEqual(KeyMap(a, lambda name: ("a", len(name))).key("xyz"), ("a", 3))

    def test_sources_must_fit_the_datasets(self) -> None:
        a = Squares(3)
        for dataset, sources in ((Concat([a, Squares(1)]), "a"), (Concat([a, Squares(1)]), ["a"]), (a, ["a", "b"])):
            with self.assertRaises(SourceError):
                KeyMap(dataset, sources)
        with self.assertRaisesRegex(SourceError, "two sources"):
            KeyMap(Concat([a, a]), ["a", "b"])
        with self.assertRaisesRegex(SourceError, "no integer"):
            KeyMap(a, "a").key("x")
        with self.assertRaisesRegex(SourceError, "no integer"):
            KeyMap(a, "a").keys([0.5])

    def test_packed_keys(self) -> None:
        names, places, records = pack([("b", 1), ("a", 2), ("b", 3)])
        self.assertEqual((names, places.tolist(), records.tolist()), (["b", "a"], [0, 1, 0], [1, 2, 3]))


class Wrapped(Folder):
    def test_a_batch_is_recorded_when_it_is_handed_over(self) -> None:
        plain = Loader(Squares(10), BATCHES)
        with Recorder(self.path) as recorder:
            loader = recording_loader(plain, recorder, "a")
            for step, batch in enumerate(loader):
                self.assertEqual(batch, [{"square": index * index} for index in BATCHES[step]])
                self.assertEqual(recorder.next_step, step + 1)
                if step == 2:
                    break
            self.assertEqual(len(loader), 5)
        self.assertEqual(log(self.path), [(step, "a", index) for step in range(3) for index in BATCHES[step]])
        self.assertEqual(list(plain), list(Loader(Squares(10), BATCHES)), "the plain loader is as it was")

    def resumed(self, batches: List[List[int]], at: int) -> List[int]:
        """Trains to ``at``, then a little past it, then resumes and trains to the epoch's end and one more batch."""
        with Recorder(self.path) as recorder:
            loader = recording_loader(Loader(Squares(10), BATCHES), recorder, "a")
            state: Any = loader.state_dict()
            for number, _ in enumerate(loader, 1):
                if number == at:
                    state = json.loads(json.dumps(loader.state_dict()))
                if number == at + 2:
                    break
        with Recorder(self.path) as recorder:
            loader = recording_loader(Loader(Squares(10), batches), recorder, "a")
            loader.load_state_dict(state)
            for _ in loader:
                pass
            self.assertEqual(loader.epoch, 1)
            for _ in loader:
                break
        return [record for _, _, record in log(self.path)]

    def test_resumed_in_the_middle_at_the_start_and_at_the_end_of_an_epoch(self) -> None:
        whole = [index for batch in BATCHES for index in batch]
        for at in range(6):
            self.assertEqual(self.resumed(BATCHES, at), whole + BATCHES[0], f"at {at}")
            for file in self.path.glob("*.trec"):
                file.unlink()

    def test_an_epoch_in_another_order_is_refused(self) -> None:
        with self.assertRaisesRegex(StepError, "not the one that the checkpoint was in"):
            self.resumed([BATCHES[1], BATCHES[0], *BATCHES[2:]], 1)

    def test_streams(self) -> None:
        class Stream:
            def __iter__(self) -> Any:
                yield from (Tagged((f"s{i % 2}", i), i * i) for i in range(7))

        class Streaming(Loader):
            def __init__(self, dataset: Any) -> None:
                super().__init__(dataset, [])
                self.batch_sampler, self.batch_size = None, 3  # type: ignore[assignment]

            def __iter__(self) -> Any:
                samples = list(self.dataset)
                return (self.collate_fn(samples[at : at + 3]) for at in range(0, 7, 3))

        with Recorder(self.path) as recorder:
            loader = recording_loader(Streaming(Stream()), recorder)
            batches = []
            for batch in loader:
                batches.append(batch)
                if len(batches) == 2:
                    state = loader.state_dict()
        self.assertEqual(batches, [[0, 1, 4], [9, 16, 25], [36]])
        with Recorder(self.path) as recorder:
            loader = recording_loader(Streaming(Stream()), recorder)
            loader.load_state_dict(state)
            self.assertEqual(list(loader), [[36]])
            self.assertEqual(list(recording_loader(Streaming(iter([8, 9])), recorder, lambda n: ("t", n)).__iter__())[0], [8, 9])
        expected = [(i // 3, f"s{i % 2}", i) for i in range(7)]
        self.assertEqual(log(self.path)[:9], [*expected, (3, "t", 8), (3, "t", 9)])

    def test_misuse(self) -> None:
        with Recorder(self.path) as recorder:
            with self.assertRaisesRegex(RecorderError, "name the dataset's source"):
                recording_loader(Loader(Squares(3), BATCHES), recorder)
            with self.assertRaisesRegex(RecorderError, "no key"):
                list(recording_loader(_Untagged(), recorder))
        with Recorder(self.folder / "plan", order="planned") as recorder, self.assertRaises(RecorderError):
            recording_loader(Loader(Squares(3), BATCHES), recorder, "a")


    def test_a_loader_around_another_is_refused(self) -> None:
        class Around(Loader):
            def __iter__(self) -> Any:
                yield from [[1], [2]]

        with Recorder(self.path) as recorder, self.assertRaisesRegex(RecorderError, "the DataLoader inside it"):
            list(recording_loader(Around(Squares(3), BATCHES), recorder, "a"))


class _Untagged:
    batch_sampler = None
    batch_size = 2
    collate_fn = list

    def __init__(self) -> None:
        self.dataset = iter([1, 2])

    def __iter__(self) -> Any:
        yield self.collate_fn(list(self.dataset))


class Samplers(Folder):
    def test_what_was_only_fetched_is_not_recorded(self) -> None:
        with Recorder(self.path) as recorder:
            sampler = RecordingBatchSampler(BATCHES, recorder, Squares(10), "a")
            for step, _ in enumerate(Loader(Squares(10), sampler)):  # type: ignore[arg-type]
                sampler.consumed(step)
                if step == 1:
                    break
            for _ in Loader(Squares(10), sampler):  # type: ignore[arg-type]
                sampler.consumed(2)
                break
            single = RecordingSampler(range(9), recorder, Squares(10), "b")
            fetched = iter(single)
            for _ in range(6):
                next(fetched)
            single.consumed(3, 4)
            with self.assertRaisesRegex(StepError, "3 indices received, 2 wait"):
                single.consumed(4, 3)
            with self.assertRaises(StepError):
                RecordingBatchSampler([], recorder, Squares(1), "a").consumed(4)
        records = [record for _, _, record in log(self.path)]
        self.assertEqual(records, [3, 1, 0, 2, 3, 1, 0, 1, 2, 3])

    def test_a_plan_is_recorded_as_it_is_made(self) -> None:
        with Recorder(self.path, order="planned") as recorder:
            sampler = RecordingBatchSampler(BATCHES, recorder, Squares(10), "a")
            self.assertEqual(list(sampler), BATCHES)
            self.assertEqual(len(sampler), 5)
            with self.assertRaises(RecorderError):
                sampler.consumed(0)
            with self.assertRaises(RecorderError):
                RecordingSampler([], recorder, Squares(1), "a")
        self.assertEqual(log(self.path), [(step, "a", index) for step, batch in enumerate(BATCHES) for index in batch])


if __name__ == "__main__":
    unittest.main()
