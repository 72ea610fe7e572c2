"""Steps are the optimiser's, whatever the loop does with gradients at an epoch's end: against the loop's own account."""

import unittest
from typing import Any, Callable, Dict, List

from accumulation import LOOPS, Account, Checkpoints, Stopped, train
from support import Folder, Loader, Squares, log

from tranche_recorder import Recorder, RecorderError, RecordingBatchSampler, StepError, recording_loader

BATCHES = [[2 * i, 2 * i + 1] for i in range(10)]
ARGUMENTS: Dict[str, Dict[str, Any]] = {
    "plain": {},
    "short": {"accumulate": 4, "epoch_end": "step"},
    "counted": {"accumulate": 4, "epoch_end": "continue"},
}
"""How to count the steps of a loop without its optimiser."""


class Optimiser:
    """As much of PyTorch's as the recorder uses."""

    def __init__(self) -> None:
        self.hooks: List[Callable[..., None]] = []

    def register_step_post_hook(self, hook: Callable[..., None]) -> Any:
        self.hooks.append(hook)
        hooks = self.hooks

        class Handle:
            def remove(self) -> None:
                hooks.remove(hook)

        return Handle()

    def step(self) -> None:
        for hook in self.hooks:
            hook(self, (), {})


def roots(batch: Any) -> List[int]:
    return [round(sample["square"] ** 0.5) for sample in batch]


class Steps(Folder):
    def log(self) -> Any:
        return [(step, record) for step, _, record in log(self.path)]

    def loops(self) -> Any:
        for loop in LOOPS:
            for arguments in (None, ARGUMENTS.get(loop)):
                if loop == "carried" and arguments is None:
                    yield loop, None
                elif loop != "carried":
                    yield loop, arguments

    def make(self, recorder: Recorder, optimiser: Optimiser, arguments: Any) -> Any:
        loader = Loader(Squares(20), BATCHES)
        return recording_loader(loader, recorder, "a", **({"optimizer": optimiser} if arguments is None else arguments))

    def clear(self) -> None:
        for file in self.path.glob("*.trec"):
            file.unlink()

    def test_three_epochs_of_every_loop(self) -> None:
        for loop, arguments in self.loops():
            with self.subTest(loop=loop, arguments=arguments), Recorder(self.path) as recorder:
                optimiser, account = Optimiser(), Account()
                train(loop, 4, 3, self.make(recorder, optimiser, arguments), optimiser, account, roots)
                recorder.flush()
                self.assertEqual(self.log(), account.log())
                self.assertEqual(len(account.steps), {"plain": 30, "carried": 6, "short": 9, "counted": 7}[loop])
            self.assertEqual(optimiser.hooks, [], "a closed recorder follows nothing")
            self.clear()

    def test_killed_after_any_batch_and_resumed(self) -> None:
        for loop, arguments in self.loops():
            whole = Account()
            with Recorder(self.folder / "whole") as recorder:
                optimiser = Optimiser()
                train(loop, 4, 3, self.make(recorder, optimiser, arguments), optimiser, whole, roots)
            for stop in range(1, 31):
                with self.subTest(loop=loop, arguments=arguments, stop=stop):
                    with Recorder(self.path) as recorder:
                        optimiser, account = Optimiser(), Account()
                        loader = self.make(recorder, optimiser, arguments)
                        saved = Checkpoints(loader, account)
                        saved.save()
                        with self.assertRaises(Stopped):
                            train(loop, 4, 3, loader, optimiser, account, roots, save=saved.save, stop=stop)
                    with Recorder(self.path) as recorder:
                        optimiser, account = Optimiser(), Account()
                        account.steps = saved.steps
                        loader = self.make(recorder, optimiser, arguments)
                        loader.load_state_dict(saved.state)
                        train(loop, 4, 3, loader, optimiser, account, roots, offset=saved.state["batches"])
                    self.assertEqual(account.log(), whole.log(), "the loop repeats what it had not trained on")
                    self.assertEqual(self.log(), whole.log())
                    self.clear()
            for file in (self.folder / "whole").glob("*.trec"):
                file.unlink()

    def test_two_ranks(self) -> None:
        accounts = [Account(), Account()]
        for rank, account in enumerate(accounts):
            with Recorder(self.path, rank=rank, world_size=2) as recorder:
                optimiser = Optimiser()
                loader = Loader(Squares(20), BATCHES[rank::2])
                train("short", 2, 3, recording_loader(loader, recorder, "a", optimizer=optimiser), optimiser, account, roots)
        both = sorted((step, rank, at, sample) for rank, a in enumerate(accounts) for at, (step, sample) in enumerate(a.log()))
        self.assertEqual(self.log(), [(step, sample) for step, _, _, sample in both])

    def test_two_loaders_in_one_step(self) -> None:
        with Recorder(self.path) as recorder:
            optimiser, account = Optimiser(), Account()
            loaders = [recording_loader(Loader(Squares(20), part), recorder, "a", optimizer=optimiser) for part in (BATCHES[:5], BATCHES[5:])]
            self.assertEqual(len(optimiser.hooks), 1, "one optimiser is followed once")
            state: Any = None
            for number, (one, other) in enumerate(zip(*loaders)):
                if number == 3:
                    state = [loader.state_dict() for loader in loaders]
                account.receive(roots(one))
                account.receive(roots(other))
                optimiser.step()
                account.stepped()
        self.assertEqual(self.log(), account.log())
        self.assertEqual([part["batches"] for part in state], [3, 3], "where the step that is open began")

    def test_a_step_ended_by_hand_and_one_without_data(self) -> None:
        with Recorder(self.path) as recorder:
            sampler = RecordingBatchSampler(BATCHES, recorder, Squares(20), "a")
            for number, _ in enumerate(Loader(Squares(20), sampler)):  # type: ignore[arg-type]
                sampler.consumed()
                if number in (2, 3):
                    recorder.end_step()
            recorder.end_step()
            recorder.end_step()
            self.assertEqual(recorder.next_step, 4)
        expected = [0] * 6 + [1] * 2 + [2] * 12
        self.assertEqual(self.log(), list(zip(expected, range(20))))

    def test_a_checkpoint_within_a_step_is_of_the_steps_before(self) -> None:
        model = self.folder / "model"
        model.write_bytes(b"weights")
        with Recorder(self.path) as recorder:
            loader = recording_loader(Loader(Squares(20), BATCHES), recorder, "a", optimizer=Optimiser())
            batches = iter(loader)
            next(batches)
            self.assertIsNone(recorder.checkpoint(0, model)["after"])
            loader.end_step()
            next(batches)
            self.assertEqual(recorder.checkpoint(1, model)["after"], 0)
            loader.end_step()
            self.assertEqual(recorder.checkpoint(2, model)["after"], 1)

    def test_where_a_steps_end_would_be_a_guess_it_is_asked_for(self) -> None:
        class Endless(Loader):
            def __len__(self) -> int:
                raise TypeError

        with Recorder(self.path) as recorder:

            def make(loader: Any, **arguments: Any) -> Any:
                return recording_loader(loader, recorder, "a", **arguments)

            plain = Loader(Squares(20), BATCHES)
            with self.assertRaisesRegex(RecorderError, "an epoch has 10 batches, no multiple of the 4 of a step: give optimizer="):
                make(plain, accumulate=4)
            with self.assertRaisesRegex(RecorderError, "does not say how many"):
                make(Endless(Squares(20), BATCHES), accumulate=4, epoch_end="step")
            for wrong in ({"accumulate": 0}, {"epoch_end": "stop"}, {"optimizer": Optimiser(), "accumulate": 2}):
                with self.assertRaises(RecorderError, msg=str(wrong)):
                    make(plain, **wrong)
            with self.assertRaisesRegex(RecorderError, "object does not say when it has made a step"):
                make(plain, optimizer=object())
            for right in ({"accumulate": 5}, {"accumulate": 4, "epoch_end": "continue"}):
                make(plain, **right)
            make(Endless(Squares(20), BATCHES), accumulate=4, epoch_end="continue")

    def test_the_optimiser_inside_another_is_followed(self) -> None:
        class Around(Optimiser):
            def __init__(self, optimizer: Optimiser) -> None:
                super().__init__()
                self.optimizer = optimizer

        inner = Optimiser()
        with Recorder(self.path) as recorder:
            recorder.follow(Around(inner))
            self.assertEqual(len(inner.hooks), 1)
            recorder.record(0, "a", [1])
            inner.step()
            self.assertEqual(recorder.next_step, 2, "a step without data is recorded empty")
        with Recorder(self.path) as recorder:
            recorder.follow(inner)
            with self.assertRaisesRegex(StepError, "holds steps up to 1"):
                inner.step()


if __name__ == "__main__":
    unittest.main()
