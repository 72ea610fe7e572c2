"""What the tests share."""

import os
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

from tranche_recorder import Recording

Log = List[Tuple[int, str, int]]


class Folder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.path = self.folder / "recording"


def program() -> str:
    """The program ``tranche``."""
    name = os.environ.get("TRANCHE_BIN")
    if not name:
        raise AssertionError("TRANCHE_BIN names no program: build it with `cargo build --release`, and name target/release/tranche")
    return name


def log(path: Path) -> Log:
    """The draws of a recording that stand."""
    return [
        (draws.step, draws.sources[place], int(record))
        for draws in Recording(path).draws()
        for place, record in zip(draws.ids, draws.records)
    ]


class Loader:
    """As little of a ``DataLoader`` as the wrapper needs: batches fetched two ahead, in this process."""

    def __init__(self, dataset: Any, batches: List[List[Any]], collate: Any = None) -> None:
        self.dataset = dataset
        self.batch_sampler = batches
        self.batch_size = None
        self.collate_fn = collate or list
        self.fetched = 0

    def __len__(self) -> int:
        return len(self.batch_sampler)

    def __iter__(self) -> Iterator[Any]:
        ready: List[Any] = []
        for batch in self.batch_sampler:
            together = getattr(self.dataset, "__getitems__", None)
            ready.append(self.collate_fn(together(batch) if together else [self.dataset[index] for index in batch]))
            self.fetched += 1
            if len(ready) > 2:
                yield ready.pop(0)
        yield from ready


class Squares:
    """A dataset of n samples."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Dict[str, int]:
        return {"square": index * index}


class Concat:
    """Datasets one after another, with torch's field names."""

    def __init__(self, datasets: List[Any]) -> None:
        self.datasets = datasets
        self.cumulative_sizes = [sum(map(len, datasets[: i + 1])) for i in range(len(datasets))]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, index: int) -> Any:
        for dataset, end in zip(self.datasets, self.cumulative_sizes):
            if index < end:
                return dataset[index - end + len(dataset)]
        raise IndexError(index)


class Subset:
    """Some of a dataset, with torch's field names."""

    def __init__(self, dataset: Any, indices: List[int]) -> None:
        self.dataset = dataset
        self.indices = indices

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> Any:
        return self.dataset[self.indices[index]]
