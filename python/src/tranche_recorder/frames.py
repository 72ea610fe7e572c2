"""The bytes of a segment file; docs/recording.md has the tables.

A segment is ``MAGIC``, the version as u16, then frames. A frame is ``MARKER``, u32 length of the payload, u32 CRC-32 of
length and payload, and the payload, whose first byte is its kind. Integers are little-endian.
"""

import hashlib
import json
import struct
import zlib
from typing import Any, Optional, Tuple

import numpy as np

MAGIC = b"TRNCHREC"
VERSION = 1
PREFIX = MAGIC + struct.pack("<H", VERSION)
MARKER = b"\xf7TRF"
FRAME_HEAD = struct.Struct("<4sII")
STEP_HEAD = struct.Struct("<BBHQI")
ATTEMPT = struct.Struct("<BQI")
_LENGTH = struct.Struct("<I")

MAX_PAYLOAD = 1 << 26
"""The longest payload, in bytes."""
MAX_DRAWS = 1 << 20
"""The most draws that one frame is given."""
MAX_SOURCES = 1 << 16

HEAD, STEP, ATTEMPT_START, CHECKPOINT, SOURCE, CLOSE = range(6)
"""Kinds of payloads."""

WIDE = 1
"""Form bit: records are u64, not u32."""
MIXED = 2
"""Form bit: every draw names its source."""


def frame(payload: bytes) -> bytes:
    """The frame of a payload."""
    length = _LENGTH.pack(len(payload))
    return FRAME_HEAD.pack(MARKER, len(payload), zlib.crc32(payload, zlib.crc32(length))) + payload


def first_link() -> bytes:
    """The chain's value before any frame of a segment: SHA-256 of the ten bytes before them."""
    return hashlib.sha256(PREFIX).digest()


def link(chain: bytes, framed: bytes) -> bytes:
    """The chain's value after a frame: SHA-256 of the value before it and the frame's bytes."""
    return hashlib.sha256(chain + framed).digest()


def json_payload(kind: int, value: Any) -> bytes:
    """A payload of JSON."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return bytes([kind]) + text.encode()


def parse_json(payload: bytes) -> Any:
    """The JSON of a payload. Raises ``ValueError``."""
    return json.loads(payload[1:].decode())


def attempt_payload(step: int, number: int) -> bytes:
    """An attempt's start."""
    return ATTEMPT.pack(ATTEMPT_START, step, number)


def step_payload(
    step: int, source: int, sources: Optional[np.ndarray], records: np.ndarray, wide: bool
) -> bytes:
    """Draws of one step: ``records`` in order, all of ``source`` unless ``sources`` names one for each."""
    form = (WIDE if wide else 0) | (MIXED if sources is not None else 0)
    head = STEP_HEAD.pack(STEP, form, source, step, len(records))
    body = records.astype("<u8" if wide else "<u4", copy=False).tobytes()
    if sources is None:
        return head + body
    return head + sources.astype("<u2", copy=False).tobytes() + body


def parse_step(payload: bytes) -> Tuple[int, np.ndarray, np.ndarray]:
    """Step, sources and records of a payload. Raises ``ValueError``."""
    if len(payload) < STEP_HEAD.size:
        raise ValueError("a step frame is too short")
    _, form, source, step, count = STEP_HEAD.unpack_from(payload)
    width = 8 if form & WIDE else 4
    names = 2 * count if form & MIXED else 0
    if form > 3 or len(payload) != STEP_HEAD.size + names + width * count:
        raise ValueError("a step frame has another length than its counts say")
    records = np.frombuffer(payload, "<u8" if form & WIDE else "<u4", count, STEP_HEAD.size + names)
    if form & MIXED:
        sources = np.frombuffer(payload, "<u2", count, STEP_HEAD.size)
    else:
        sources = np.full(count, source, dtype="<u2")
    return step, sources, records
