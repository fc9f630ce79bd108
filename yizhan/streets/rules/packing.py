"""The file of a network: a line of JSON that says which array lies where, then the arrays, each at a multiple of 64."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from yizhan.streets.rules.network import Arrays

MAGIC = b"YIZHAN NETWORK 1\n"
_ALIGNED = 64


def pack(arrays: Arrays) -> Iterator[memoryview | bytes]:
    """The file, part by part."""
    entries, offset = [], 0
    for name, array in arrays.items():
        entries.append({"name": name, "type": array.dtype.str, "shape": list(array.shape), "at": offset})
        offset += _rounded(array.nbytes)
    head = MAGIC + json.dumps(entries).encode() + b"\n"
    yield head.ljust(_rounded(len(head)), b"\0")
    for array in arrays.values():
        if array.nbytes:
            yield np.ascontiguousarray(array).view(np.uint8).reshape(-1).data
        yield bytes(_rounded(array.nbytes) - array.nbytes)


def unpack(buffer: Any, *, size: int) -> Arrays:
    """The arrays as views of a mapped file. Raises ValueError where it is not such a file."""
    if bytes(buffer[: len(MAGIC)]) != MAGIC:
        raise ValueError("not a network file")
    end = buffer.find(b"\n", len(MAGIC))
    entries = json.loads(bytes(buffer[len(MAGIC) : end]))
    start, arrays = _rounded(end + 1), {}
    for entry in entries:
        kind, count = np.dtype(entry["type"]), int(np.prod(entry["shape"], dtype=np.int64))
        if start + entry["at"] + count * kind.itemsize > size:
            raise ValueError("the network file is cut off")
        view = np.frombuffer(buffer, kind, count, start + entry["at"]) if count else np.zeros(0, kind)
        arrays[entry["name"]] = view.reshape(entry["shape"])
    return arrays


def _rounded(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED
