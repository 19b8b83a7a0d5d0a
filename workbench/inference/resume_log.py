"""The output of a running prediction: appended to in steps that survive an interruption, renamed when all is done."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from workbench.errors import ConflictError, WorkbenchError
from workbench.inference.items import Position, chained
from workbench.inference.output_formats import Row, line_format, write_parquet
from workbench.paths import Project, atomic_write, move_into_place


@dataclass
class ResumeLog:
    """Rows of one prediction on their way into `output`.

    While it runs, its rows are in `<output>.partial`, and `<output>.partial.json` says what is predicted and how much
    of that file is complete. `settings` (plain data) tell which prediction it is; only one with equal settings resumes.
    """

    output: Path
    settings: Mapping[str, Any]
    class_names: Sequence[str]
    _state: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._format = line_format(self.output)
        self._rows_file = self.output.with_name(self.output.name + ".partial")
        self._state_file = self.output.with_name(self.output.name + ".partial.json")

    def position(self) -> Position | None:
        """Where an interrupted run of the same prediction stopped, None when there was none."""
        try:
            state = json.loads(self._state_file.read_text(encoding="utf-8"))
            complete = self._rows_file.stat().st_size >= state["bytes"] and "digest" in state
        except (OSError, ValueError, KeyError):
            return None
        if state["settings"] != self.settings or not state["rows"] or not complete:
            return None
        self._state = state
        return Position(state["rows"], state["file"], state["sample_id"], state["digest"])

    @property
    def written(self) -> int:
        """How many rows there are so far."""
        return int(self._state["rows"])

    def resume(self) -> None:
        """Continue at the position; what was written after the last complete step is cut off."""
        os.truncate(self._rows_file, self._state["bytes"])

    def start(self) -> None:
        """Start with no rows. Raises WorkbenchError when the folder cannot be written to."""
        header = self._format.header(self.class_names).encode()
        try:
            self.output.parent.mkdir(parents=True, exist_ok=True)
            self._rows_file.write_bytes(header)
        except OSError as error:
            raise WorkbenchError(f"{self.output} cannot be written: {error.strerror or error}.") from error
        self._state = {"settings": self.settings, "rows": 0, "bytes": len(header)}
        self._state |= {"file": None, "sample_id": None, "digest": ""}
        self._write_state()

    def append(self, rows: Sequence[Row]) -> None:
        """Add rows; once this returns, an interruption does not lose them."""
        if not rows:
            return
        content = self._format.dump(rows, self.class_names).encode()
        with self._rows_file.open("r+b") as file:
            # Not simply at the end: a step that failed half-way may have left something there.
            file.seek(self._state["bytes"])
            file.truncate()
            file.write(content)
        last = rows[-1].item
        digest = self._state["digest"]
        for row in rows:
            digest = chained(digest, row.item)
        self._state |= {
            "rows": self._state["rows"] + len(rows),
            "bytes": self._state["bytes"] + len(content),
            "file": last.file,
            "sample_id": last.sample_id,
            "digest": digest,
        }
        self._write_state()

    def rows(self) -> Iterator[Row]:
        """Read back the rows written so far."""
        return self._format.load(self._rows_file, self.class_names)

    def finish(self) -> None:
        """Give the complete file the name of `output`."""
        if self.output.suffix.lower() == ".parquet":
            with atomic_write(self.output) as part:
                write_parquet(self.rows(), part, self.class_names)
            self._rows_file.unlink()
        else:
            move_into_place(self._rows_file, self.output)
        self._state_file.unlink()

    def _write_state(self) -> None:
        with atomic_write(self._state_file, durable=False) as part:
            part.write_text(json.dumps(self._state), encoding="utf-8")


@contextmanager
def lock_output(output: Path, project: Project) -> Iterator[None]:
    """Refuse a second prediction into the same file with a ConflictError: both would write its parts."""
    from filelock import FileLock, Timeout

    folder = Path(tempfile.gettempdir()) if project.is_read_only else project.cache / "predicting"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{sha256(os.fsencode(output.resolve())).hexdigest()[:16]}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ConflictError(
            f"Another prediction is writing {output}. Wait until it has finished, or choose another output."
        ) from None
    try:
        yield
    finally:
        lock.release()
