"""Reads the float32 tensors of a safetensors file with numpy alone."""

import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FLOAT32 = np.dtype("<f4")
_LENGTH_BYTES = 8


def parse(content: bytes) -> dict[str, NDArray[np.float32]]:
    """Return every float32 tensor by name; raises ValueError for an extent that does not fit the file.

    The format: eight bytes with the header's length, a JSON header, then the raw little-endian tensors.
    """
    start = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "little")
    header: dict[str, Any] = json.loads(content[_LENGTH_BYTES:start])
    return {
        name: _tensor(name, entry, memoryview(content)[start:]) for name, entry in header.items() if entry.get("dtype") == "F32"
    }


def _tensor(name: str, entry: dict[str, Any], data: memoryview) -> NDArray[np.float32]:
    shape, (begin, end) = entry["shape"], entry["data_offsets"]
    count = math.prod(shape)
    if end - begin != count * _FLOAT32.itemsize or not 0 <= begin <= end <= len(data):
        raise ValueError(f"tensor {name}: shape {shape} does not fit its extent {begin}:{end}")
    return np.frombuffer(data, _FLOAT32, count, begin).reshape(shape)
