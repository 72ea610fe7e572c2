"""A small language model that comes out the same, bit for bit, on every machine: integers only.

It predicts, from the three bytes before it, whether the next byte ends a word. The weights of hashed n-grams are fixed-point numbers, trained by
gradient steps with momentum on the squared error. A checkpoint holds all that the next step depends on: step, weights, momentum.
"""

from pathlib import Path
from typing import List, Tuple

import numpy as np

SIZE = 4096
ONE = 1 << 16
_LIMIT = 1 << 24
_MAGIC = b"WORDEND1"


class Model:
    """Weights and momentum after ``step`` steps."""

    def __init__(self) -> None:
        self.step = 0
        self.weights = np.zeros(SIZE, dtype=np.int64)
        self.momentum = np.zeros(SIZE, dtype=np.int64)

    def train(self, batch: List[bytes]) -> None:
        """One step."""
        gradient = np.zeros(SIZE, dtype=np.int64)
        for record in batch:
            features, target = _features(record)
            error = target - self.weights[features].sum(axis=0)
            for row in features:
                np.add.at(gradient, row, error)
        # Floor divisions by powers of two: exact, and the same everywhere.
        self.momentum = (self.momentum * 7 >> 3) + (gradient >> 12)
        self.weights = np.clip(self.weights + self.momentum, -_LIMIT, _LIMIT)
        self.step += 1

    def accuracy(self, records: List[bytes]) -> float:
        """Part of the bytes that are predicted rightly."""
        right = total = 0
        for record in records:
            features, target = _features(record)
            guess = self.weights[features].sum(axis=0) * 2 > ONE
            right += int((guess == (target > 0)).sum())
            total += len(target)
        return right / max(total, 1)

    def save(self, path: Path) -> None:
        """Writes a checkpoint."""
        header = _MAGIC + self.step.to_bytes(8, "little")
        path.write_bytes(header + self.weights.astype("<i8").tobytes() + self.momentum.astype("<i8").tobytes())

    @classmethod
    def load(cls, path: Path) -> "Model":
        """Reads a checkpoint."""
        data = path.read_bytes()
        if data[:8] != _MAGIC or len(data) != 16 + 16 * SIZE:
            raise ValueError(f"{path} is not a checkpoint of this model")
        model = cls()
        model.step = int.from_bytes(data[8:16], "little")
        numbers = np.frombuffer(data, dtype="<i8", offset=16).astype(np.int64)
        model.weights, model.momentum = numbers[:SIZE].copy(), numbers[SIZE:].copy()
        return model


def _features(record: bytes) -> Tuple[np.ndarray, np.ndarray]:
    """Three rows of hashed n-grams, a column a position, and what is to be predicted there."""
    text = np.frombuffer(b"\n\n\n" + record, dtype=np.uint8).astype(np.int64)
    one, two, three, after = text[2:-1], text[1:-2], text[:-3], text[3:]
    rows = [one, 256 + (one * 31 + two * 17) % 1024, 1280 + (one * 131 + two * 29 + three * 7) % 2816]
    ends = ~(((after >= 97) & (after <= 122)) | ((after >= 65) & (after <= 90)) | ((after >= 48) & (after <= 57)))
    return np.stack(rows), np.where(ends, ONE, 0).astype(np.int64)
