"""The wrapper around PyTorch's own ``DataLoader``, with and without worker processes."""

import json
import unittest
from typing import Any, List

import torch
from support import Folder, log
from torch.utils.data import ConcatDataset, DataLoader, Dataset, DistributedSampler, IterableDataset, TensorDataset

from tranche_recorder import Recorder, Tagged, recording_loader

SIZE = 60


def values(batch: Any) -> List[int]:
    return [int(value) for value in batch[0]]


class Numbers(Dataset):
    """Sample i is i, by a list of indices too."""

    def __len__(self) -> int:
        return SIZE

    def __getitem__(self, index: int) -> Any:
        return (torch.tensor(index),)

    def __getitems__(self, indices: List[int]) -> Any:
        return [self[index] for index in indices]


class Stream(IterableDataset):
    """Each worker yields its share of the numbers, with their keys."""

    def __iter__(self) -> Any:
        info = torch.utils.data.get_worker_info()
        start, step = (info.id, info.num_workers) if info else (0, 1)
        for number in range(start, SIZE, step):
            yield Tagged(("s", number), (torch.tensor(number),))


class Torch(Folder):
    def loader(self, dataset: Any, **arguments: Any) -> Any:
        return DataLoader(dataset, batch_size=7, **arguments)

    def test_the_same_batches_and_a_record_of_each(self) -> None:
        for number, arguments in enumerate(({}, {"num_workers": 2}, {"num_workers": 2, "persistent_workers": True}, {"drop_last": True})):
            path = self.folder / str(number)
            torch.manual_seed(number)
            plain = [values(batch) for _ in range(2) for batch in self.loader(Numbers(), shuffle=True, **arguments)]
            with Recorder(path) as recorder:
                loader = recording_loader(self.loader(Numbers(), shuffle=True, **arguments), recorder, "n")
                torch.manual_seed(number)
                seen = []
                for _ in range(2):
                    for batch in loader:
                        seen.append(values(batch))
                        self.assertEqual(recorder.next_step, len(seen), "nothing fetched ahead is recorded")
                self.assertEqual(loader.batch_size, 7)
            if not arguments.get("persistent_workers"):
                self.assertEqual(seen, plain)
            self.assertEqual(log(path), [(step, "n", value) for step, batch in enumerate(seen) for value in batch])

    def test_several_tranches_in_one_dataset(self) -> None:
        parts = [TensorDataset(torch.arange(20)), TensorDataset(torch.arange(100, 130))]
        with Recorder(self.path) as recorder:
            loader = recording_loader(self.loader(ConcatDataset(parts), shuffle=True, num_workers=1), recorder, ["a", "b"])
            seen = [value for batch in loader for value in values(batch)]
        self.assertEqual([record + 100 * (name == "b") for _, name, record in log(self.path)], seen)

    def test_ranks_of_a_distributed_run(self) -> None:
        seen = {}
        for epoch in range(2):
            for rank in range(3):
                sampler = DistributedSampler(Numbers(), num_replicas=3, rank=rank, seed=5)
                with Recorder(self.path, rank=rank, world_size=3) as recorder:
                    if epoch:
                        recorder.resume(3)
                    loader = recording_loader(self.loader(Numbers(), sampler=sampler), recorder, "n")
                    loader.sampler.set_epoch(epoch)
                    for step, batch in enumerate(loader, 3 * epoch):
                        seen[step, rank] = values(batch)
        expected = [(step, "n", value) for (step, _), batch in sorted(seen.items()) for value in batch]
        self.assertEqual(log(self.path), expected)
        self.assertEqual(len(expected), 2 * SIZE)

    def resumed(self, workers: int, own: bool) -> None:
        path = self.folder / f"{workers}-{own}"

        def make(recorder: Recorder) -> Any:
            arguments = {"generator": torch.Generator().manual_seed(3)} if own else {}
            return recording_loader(self.loader(Numbers(), shuffle=True, num_workers=workers, **arguments), recorder, "n")

        torch.manual_seed(1)
        with Recorder(path) as recorder:
            loader = make(recorder)
            seen = []
            for epoch in range(2):
                for batch in loader:
                    seen.append(values(batch))
                    if len(seen) == 12:
                        state = json.loads(json.dumps(loader.state_dict()))
        torch.manual_seed(99)
        with Recorder(path) as recorder:
            loader = make(recorder)
            loader.load_state_dict(state)
            before = torch.get_rng_state()
            rest = []
            for batch in loader:
                if not rest:
                    self.assertTrue(torch.equal(torch.get_rng_state(), before), "the loop's own generator is as it was")
                rest.append(values(batch))
        self.assertEqual(seen[12:], rest)
        self.assertEqual(log(path), [(step, "n", value) for step, batch in enumerate(seen) for value in batch])

    def test_resumed_mid_epoch(self) -> None:
        for workers in (0, 2):
            for own in (False, True):
                self.resumed(workers, own)

    def test_streams_of_workers(self) -> None:
        with Recorder(self.path) as recorder:
            loader = recording_loader(self.loader(Stream(), num_workers=2), recorder)
            seen = [value for batch in loader for value in values(batch)]
        self.assertEqual([record for _, _, record in log(self.path)], seen)
        self.assertEqual(sorted(seen), list(range(SIZE)))

    def test_without_batches(self) -> None:
        with Recorder(self.path) as recorder:
            loader = recording_loader(DataLoader(Numbers(), batch_size=None, num_workers=1), recorder, "n")
            self.assertEqual([int(sample[0]) for sample in loader], list(range(SIZE)))
        self.assertEqual([record for _, _, record in log(self.path)], list(range(SIZE)))


if __name__ == "__main__":
    unittest.main()
