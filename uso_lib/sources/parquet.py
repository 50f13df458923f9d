"""Encode tables as Parquet, the same bytes for the same figures.

Does not check what the figures mean (tidy.py) and does not read Parquet (store.py).
"""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

_LEVEL = 19


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Encode a table: text as dictionaries, whole numbers as 32-bit integers, other numbers as they are.

    No time, no path and no pandas metadata is written, so the bytes depend on the figures and on the version
    of pyarrow alone.
    """
    columns = {name: _column(frame[name]) for name in frame.columns}
    buffer = io.BytesIO()
    pq.write_table(
        pa.table(columns),
        buffer,
        compression="zstd",
        compression_level=_LEVEL,
        row_group_size=1 << 20,
        write_statistics=False,
        store_schema=False,
    )
    return buffer.getvalue()


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _column(values: pd.Series) -> pa.Array:
    if not pd.api.types.is_float_dtype(values):
        return pa.array(values).cast(pa.string()).dictionary_encode()
    numbers = values.to_numpy(dtype="float64")
    null = np.isnan(numbers)
    whole = np.where(null, 0, numbers)
    if np.equal(whole, np.trunc(whole)).all() and np.abs(whole).max(initial=0) < 2**31:
        return pa.array(whole.astype("int32"), mask=null)
    return pa.array(numbers, mask=null)
