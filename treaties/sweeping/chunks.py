"""A sweep on disk: finished pieces, each whole and sealed, until all are there and become one Parquet file.

A piece is written at once or not at all, with the key of the sweep it belongs to and a digest of its rows.  A run that
was ended goes on from the pieces that are whole; others are judged anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO, final

import pyarrow as pa
import pyarrow.parquet as pq

from games.files.writing import replaceable, write_bytes
from games.model.stochastic_game import GameError

try:
    import fcntl
except ImportError:  # no such locks there; two runs into one file are then the user's to avoid
    fcntl = None  # type: ignore[assignment]

KEY, SEAL, ABOUT = b"servanda-sweep", b"servanda-seal", b"servanda-about"
FORMAT = "servanda-sweep/1"


@final
class Chunks:
    """The pieces of one sweep beside the file that it will become.

    ``key``    a digest of all that the rows depend on: pieces of another sweep are left out of account.
    ``about``  what is told of the sweep in the file.
    """

    def __init__(self, path: Path, key: str, about: Mapping[str, Any]) -> None:
        self.path, self.key, self.about = path, key, dict(about)
        # Behind a link the file that it leads to is written, and pieces stand beside that.
        self._real = Path(os.path.realpath(path))
        self.folder = self._real.with_name(f".{self._real.name}.parts")
        self._hold: TextIO | None = None

    def start(self, fresh: bool) -> None:
        """Make ready for pieces; ``fresh`` forgets all earlier ones.

        Raises ``GameError`` if the file or the pieces are those of another sweep, or cannot be written.
        """
        if not fresh and (other := self._other()) is not None:
            if other == self.path and key_of(other) is None:
                raise GameError(f"{other}: is there and is no sweep; choose another --out, or --fresh to replace it")
            raise GameError(
                f"{other}: holds another sweep (other file, worlds, seed, designs or options); "
                "choose another --out, or --fresh to replace it"
            )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._insist_on_being_alone()
            if fresh:
                for piece in self._pieces():
                    piece.unlink()
            (self.folder / "sweep.json").write_text(json.dumps({"key": self.key}))
        except OSError as error:
            raise GameError(f"{self.folder}: cannot be written: {error.strerror or error}") from None

    def _insist_on_being_alone(self) -> None:
        """Raise ``GameError`` while another run writes here; its hold ends with it, however it ends."""
        self._hold = (self.folder / "running").open("w")
        if fcntl is not None:
            try:
                fcntl.flock(self._hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise GameError(
                    f"{self.folder}: another run is writing this sweep; wait until it ends, or choose another --out"
                ) from None

    def whole(self) -> pa.Table | None:
        """The rows of the whole sweep; None if it is not there, or was changed."""
        if not self.path.exists() or key_of(self.path) != self.key:
            return None
        try:
            file = pq.ParquetFile(self.path)
            pieces = [file.read_row_group(k).replace_schema_metadata(None) for k in range(file.num_row_groups)]
        except (OSError, pa.ArrowException):
            return None
        sealed = (file.schema_arrow.metadata or {}).get(SEAL)
        return pa.concat_tables(pieces) if sealed == _seal_of_all(map(seal_of, pieces)) else None

    def _other(self) -> Path | None:
        """A file or folder there that belongs to another sweep."""
        if replaceable(self.path) and key_of(self.path) != self.key:
            return self.path
        told = self.folder / "sweep.json"
        if told.exists() and self._pieces():
            try:
                if json.loads(told.read_text())["key"] != self.key:
                    return self.folder
            except (ValueError, KeyError, TypeError):
                return self.folder
        return None

    def _pieces(self) -> list[Path]:
        """All that are there, of whatever sweep."""
        return sorted(self.folder.glob("*.parquet"))

    def place(self, design: int, block: int) -> Path:
        """Where a piece stands."""
        return self.folder / f"{design:06d}-{block:08d}.parquet"

    def write(self, design: int, block: int, table: pa.Table) -> None:
        """Write and seal a piece."""
        sealed = table.replace_schema_metadata({KEY: self.key.encode(), SEAL: seal_of(table).encode()})
        sink = pa.BufferOutputStream()
        pq.write_table(sealed, sink)
        write_bytes(self.place(design, block), sink.getvalue().to_pybytes())

    def read(self, design: int, block: int) -> pa.Table | None:
        """A piece; None if it is not there, not whole, or of another sweep."""
        try:
            table = pq.read_table(self.place(design, block))
        except (OSError, pa.ArrowException):
            return None
        meta = table.schema.metadata or {}
        if meta.get(KEY) != self.key.encode() or meta.get(SEAL) != seal_of(table).encode():
            return None
        return table.replace_schema_metadata(None)

    def join(self, pieces: Sequence[tuple[int, int]]) -> None:
        """Make one file of the pieces, in their order, and drop them.

        Raises ``GameError`` if one is not there any more, or the file cannot be written; the pieces then stay.
        """
        try:
            self._join(pieces)
        except (OSError, pa.ArrowException) as error:
            why = getattr(error, "strerror", None) or error
            raise GameError(
                f"{self.path}: cannot be written: {why}; the answers are kept in {self.folder}, run again"
            ) from None
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _join(self, pieces: Sequence[tuple[int, int]]) -> None:
        temporary, writer = self.folder / "joined", None
        sealed = _seal_of_all(seal_of(self._insist(piece)) for piece in pieces)
        for piece in pieces:
            table = self._insist(piece)
            if writer is None:
                about = json.dumps(self.about, sort_keys=True).encode()
                told = {KEY: self.key.encode(), SEAL: sealed, ABOUT: about}
                writer = pq.ParquetWriter(temporary, table.schema.with_metadata(told))
            writer.write_table(table)
        if writer is not None:
            writer.close()
            temporary.replace(self._real)

    def end(self) -> None:
        """Let other runs write here."""
        if self._hold is not None:
            self._hold.close()
            self._hold = None

    def _insist(self, piece: tuple[int, int]) -> pa.Table:
        table = self.read(*piece)
        if table is None:
            raise GameError(f"{self.place(*piece)}: was changed or removed while the sweep ran; run it again")
        return table


def _seal_of_all(seals: Iterable[str]) -> bytes:
    """A digest of the seals of the pieces of a file, each a row group of it."""
    return hashlib.sha256("".join(seals).encode()).hexdigest().encode()


def seal_of(table: pa.Table) -> str:
    """SHA-256 of the rows of a table."""
    digest = hashlib.sha256()
    for name, column in zip(table.column_names, table.columns, strict=True):
        digest.update(f"{name} {column.type};".encode())
        digest.update(json.dumps(column.to_pylist()).encode())
    return digest.hexdigest()


def key_of(path: Path) -> str | None:
    """The key of the sweep in a file; None if it holds none."""
    try:
        meta = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowException):
        return None
    key = meta.get(KEY)
    return None if key is None else key.decode()


def about(path: Path) -> dict[str, Any]:
    """What a file tells of its sweep; raises ``GameError`` if it holds none."""
    try:
        meta = pq.read_schema(path).metadata or {}
        told: dict[str, Any] = json.loads(meta[ABOUT])
        form = told["format"]
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError):
        raise GameError(f"{path}: is no sweep; name a file that `servanda sweep` wrote") from None
    if form != FORMAT:
        raise GameError(f"{path}: is in the form {form!r}, and {FORMAT!r} is read; sweep the treaty again")
    return told
