"""Landing files: numpy columns rendered as text by DuckDB and streamed to CSV or Parquet."""

from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from evenkeel.simulate.tools.arrays import NONE, Rows


@dataclass(frozen=True)
class Column:
    """Values and the SQL that renders them; ``{c}`` stands for the values.

    A column without values is the same in every row.
    """

    sql: str
    values: NDArray[Any] | None = None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def constant(text: str) -> Column:
    """Write the same text in every row."""
    return Column(_quoted(text))


def number(values: NDArray[Any]) -> Column:
    """Write whole numbers; -1 is missing."""
    return Column(f"nullif({{c}}::BIGINT, {NONE})", values)


def scaled(values: NDArray[Any], places: int) -> Column:
    """Write exact decimals, given as whole numbers of their last place; -1 is missing."""
    unit = f"{10.0**-places:.{places}f}"
    return Column(f"nullif({{c}}::BIGINT, {NONE}) * {unit}::DECIMAL({places + 1},{places})", values)


def flag(values: NDArray[Any]) -> Column:
    """Write booleans, given as such or as 1, 0 and -1 (missing)."""
    if values.dtype == np.bool_:
        return Column("{c}", values)
    return Column("CASE {c} WHEN 1 THEN true WHEN 0 THEN false END", values)


def text(codes: NDArray[Any], labels: Sequence[str]) -> Column:
    """Write the label of each code; -1 is missing."""
    # Lists count from 1, and element 0 is NULL.
    return Column("[" + ", ".join(map(_quoted, labels)) + "][{c}::BIGINT + 1]", codes)


def key(values: NDArray[Any], prefix: str = "", digits: int = 0) -> Column:
    """Write ids such as E00042; -1 is missing."""
    # Padding would cut what has more digits.
    width = max(digits, len(str(values.max(initial=0))))
    shown = "{c}::VARCHAR"
    if width == digits:
        shown = f"lpad({{c}}::VARCHAR, {digits}, '0')"
    elif digits:
        shown = f"lpad({{c}}::VARCHAR, greatest({digits}, length({{c}}::VARCHAR))::INTEGER, '0')"
    return Column(f"CASE WHEN {{c}} <> {NONE} THEN {_quoted(prefix)} || {shown} END", values)


def day(values: NDArray[Any]) -> Column:
    """Write dates, given as days since 1970; -1 is missing."""
    return Column(f"DATE '1970-01-01' + nullif({{c}}::INTEGER, {NONE})", values)


def moment(values: NDArray[Any]) -> Column:
    """Write local timestamps, given as seconds since 1970; -1 is missing."""
    return Column(f"make_timestamp(nullif({{c}}::BIGINT, {NONE}) * 1000000)", values)


def moment_with_offset(values: NDArray[Any], offset: str = "+08:00") -> Column:
    """Write local timestamps as text, with the offset of the project's time zone."""
    local = f"make_timestamp(nullif({{c}}::BIGINT, {NONE}) * 1000000)"
    return Column(f"strftime({local}, '%Y-%m-%dT%H:%M:%S') || {_quoted(offset)}", values)


_OPTIONS = {
    "csv": "FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S'",
    # Ids hardly repeat, so a dictionary of them would be made to be thrown away.
    "parquet": "FORMAT parquet, DICTIONARY_SIZE_LIMIT 2000",
}
FILE_TYPES = tuple(_OPTIONS)
_WAITING = 2
"""Files whose values wait in memory for the one that is being written."""


class Landing:
    """A landing folder that is being written; ``rows`` counts what each entity got.

    Files are written beside the work on the next ones. `close` waits for the last of them.
    """

    def __init__(self, root: Path, file_type: str | None = None) -> None:
        self.root = root
        self.rows: Counter[str] = Counter()
        self._file_type = file_type
        # One thread: the bytes of a file must not depend on the machine.
        self._connection = duckdb.connect(config={"threads": 1})
        # It would be drawn into logs, too, for every file that takes more than two seconds.
        self._connection.execute("SET enable_progress_bar = false")
        self._writer = ThreadPoolExecutor(max_workers=1)
        self._writing: deque[Future[None]] = deque()

    def write(
        self, entity: str, name: str, columns: dict[str, Column], file_type: str = "csv"
    ) -> None:
        """Write one file of an entity; no rows, no file.

        Parameters
        ----------
        name
            File name without its ending.
        columns
            By column name, all of one length.
        file_type
            ``csv`` or ``parquet``, unless the folder is to have one of them only.
        """
        # Copies: the world goes on changing its own arrays.
        data = {
            f"c{i}": np.array(column.values)
            for i, column in enumerate(columns.values())
            if column.values is not None
        }
        count = len(next(iter(data.values())))
        if count == 0:
            return
        selected = ", ".join(
            f"{column.sql.replace('{c}', f'c{i}')} AS {name_}"
            for i, (name_, column) in enumerate(columns.items())
        )
        file_type = self._file_type or file_type
        path = self.root / entity / f"{name}.{file_type}"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._wait(_WAITING)
        self._writing.append(self._writer.submit(self._copy, selected, data, path, file_type))
        self.rows[entity] += count

    def close(self) -> None:
        """Wait for the last file and release the connection.

        Raises
        ------
        duckdb.Error
            If a file could not be written.
        """
        try:
            self._wait(0)
        finally:
            self._writer.shutdown()
            self._connection.close()

    def _wait(self, left: int) -> None:
        while len(self._writing) > left:
            self._writing.popleft().result()

    def _copy(
        self,
        selected: str,
        data: Rows,  # noqa: ARG002 -- the engine finds the arrays by this name
        path: Path,
        file_type: str,
    ) -> None:
        target = _quoted(str(path))
        self._connection.execute(
            f"COPY (SELECT {selected} FROM data) TO {target} ({_OPTIONS[file_type]})"
        )
