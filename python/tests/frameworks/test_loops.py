"""Loops of PyTorch, Accelerate and Hugging Face's datasets, each against its own account of what its optimiser's steps consumed."""

import sys
import unittest
from pathlib import Path
from typing import Any, List, Tuple

import torch
from accelerate import Accelerator
from datasets import Dataset, interleave_datasets
from torch.utils.data import DataLoader, TensorDataset

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from accumulation import LOOPS, Account, Checkpoints, Stopped, train  # noqa: E402
from support import Folder, log  # noqa: E402

from tranche_recorder import Recorder, RecorderError, recording_loader  # noqa: E402

K = 4
EPOCHS = 3
SAMPLES = 61
"""Of batches of 3: 21 an epoch, the last one short."""


class Training:
    """A model, its optimiser with a scheduler around its steps, and a shuffled loader."""

    def __init__(self, recorder: Recorder, workers: int) -> None:
        model = torch.nn.Linear(1, 1)
        self.optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
        self.scheduler = torch.optim.lr_scheduler.StepLR(self.optimiser, 5)
        generator = torch.Generator().manual_seed(3)
        data = DataLoader(TensorDataset(torch.arange(SAMPLES)), 3, shuffle=True, num_workers=workers, generator=generator)
        self.loader = recording_loader(data, recorder, "a", optimizer=self.optimiser)

    def step(self) -> None:
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.scheduler.step()


def values(batch: Any) -> List[int]:
    return [int(value) for value in batch[0]]


class Torch(Folder):
    def log(self, path: Path) -> List[Tuple[int, int]]:
        return [(step, record) for step, _, record in log(path)]

    def test_every_loop_killed_and_resumed(self) -> None:
        for loop in LOOPS:
            whole = Account()
            with Recorder(self.folder / loop) as recorder:
                training = Training(recorder, 0)
                train(loop, K, EPOCHS, training.loader, training, whole, values)
            self.assertEqual(self.log(self.folder / loop), whole.log())
            self.assertEqual(len(whole.steps), {"plain": 63, "carried": 15, "short": 18, "counted": 15}[loop])
            for stop, workers in ((1, 0), (20, 2), (21, 0), (22, 2), (42, 0), (47, 0), (63, 0)):
                with self.subTest(loop=loop, stop=stop):
                    path = self.folder / f"{loop}-{stop}"
                    with Recorder(path) as recorder:
                        training, account = Training(recorder, workers), Account()
                        saved = Checkpoints(training.loader, account)
                        saved.save()
                        with self.assertRaises(Stopped):
                            train(loop, K, EPOCHS, training.loader, training, account, values, save=saved.save, stop=stop)
                    with Recorder(path) as recorder:
                        training, account = Training(recorder, workers), Account()
                        account.steps = saved.steps
                        training.loader.load_state_dict(saved.state)
                        train(loop, K, EPOCHS, training.loader, training, account, values, offset=saved.state["batches"])
                    self.assertEqual(account.log(), whole.log())
                    self.assertEqual(self.log(path), whole.log())


class Accelerated(Folder):
    def test_steps_are_those_of_a_prepared_optimiser(self) -> None:
        accelerator = Accelerator(cpu=True, gradient_accumulation_steps=K)
        model = torch.nn.Linear(1, 1)
        model, optimiser = accelerator.prepare(model, torch.optim.SGD(model.parameters(), lr=1e-3))
        account = Account()
        with Recorder(self.path) as recorder:
            data = DataLoader(TensorDataset(torch.arange(SAMPLES)), 3, shuffle=True)
            loader = recording_loader(data, recorder, "a", optimizer=optimiser)
            while loader.epoch < EPOCHS:
                for batch in loader:
                    account.receive(values(batch))
                    with accelerator.accumulate(model):
                        accelerator.backward(model(batch[0][:, None].float()).sum())
                        optimiser.step()
                        optimiser.zero_grad()
                    if accelerator.sync_gradients:
                        account.stepped()
            prepared = recording_loader(accelerator.prepare(data), recorder, "a", optimizer=optimiser)
            with self.assertRaisesRegex(RecorderError, "give recording_loader.. the DataLoader inside it"):
                next(iter(prepared))
        self.assertEqual([(step, record) for step, _, record in log(self.path)], account.log())
        self.assertEqual(len(account.steps), 15)


class Interleaved(Folder):
    def parts(self) -> List[Dataset]:
        parts = []
        for name, count in (("books", 40), ("plays", 25)):
            part = Dataset.from_dict({"text": [f"{name} {i}" for i in range(count)]})
            part = part.add_column("record", list(range(count)))
            parts.append(part.add_column("tranche", [name] * count))
        return parts

    def accounted(self, texts: List[str]) -> List[Tuple[str, int]]:
        return [(text.split()[0], int(text.split()[1])) for text in texts]

    def test_columns_of_interleaved_datasets(self) -> None:
        mixed = interleave_datasets(self.parts(), probabilities=[0.7, 0.3], seed=5, stopping_strategy="all_exhausted").shuffle(seed=1)
        account = Account()
        with Recorder(self.path) as recorder:
            for step, batch in enumerate(DataLoader(mixed, batch_size=6)):
                with recorder.step(step):
                    recorder.observe_columns(batch, index="record", source="tranche")
                account.receive(self.accounted(batch["text"]))
                account.stepped()
        self.assertEqual(log(self.path), [(step, *key) for step, key in account.log()])
        self.assertGreater(len(log(self.path)), 65, "records of the smaller one are drawn again")

    def test_a_stream_of_interleaved_datasets_is_resumed(self) -> None:
        def make(recorder: Recorder) -> Any:
            streams = [part.to_iterable_dataset(num_shards=4) for part in self.parts()]
            mixed = interleave_datasets(streams, probabilities=[0.5, 0.5], seed=5).shuffle(seed=2, buffer_size=8)
            optimiser = torch.optim.SGD(torch.nn.Linear(1, 1).parameters(), lr=1e-3)
            loader = DataLoader(mixed, batch_size=4)
            return optimiser, recording_loader(loader, recorder, lambda sample: (sample["tranche"], sample["record"]), optimizer=optimiser)

        def run(loop: str, optimiser: Any, loader: Any, account: Account, **arguments: Any) -> None:
            train(loop, 3, 2, loader, optimiser, account, lambda batch: self.accounted(batch["text"]), **arguments)

        for loop in ("plain", "carried"):
            whole = Account()
            with Recorder(self.folder / loop) as recorder:
                run(loop, *make(recorder), whole)
            self.assertGreater(len(whole.steps), 4)
            for stop in (1, 5, 9):
                path = self.folder / f"{loop}-{stop}"
                with Recorder(path) as recorder:
                    optimiser, loader = make(recorder)
                    account = Account()
                    saved = Checkpoints(loader, account)
                    saved.save()
                    with self.assertRaises(Stopped):
                        run(loop, optimiser, loader, account, save=saved.save, stop=stop)
                with Recorder(path) as recorder:
                    optimiser, loader = make(recorder)
                    account = Account()
                    account.steps = saved.steps
                    loader.load_state_dict(saved.state)
                    run(loop, optimiser, loader, account, offset=saved.state["batches"])
                self.assertEqual(account.log(), whole.log())
                self.assertEqual(log(path), [(step, *key) for step, key in whole.log()])


if __name__ == "__main__":
    unittest.main()
