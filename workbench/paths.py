"""Where things are: the project a person works in, and the files that ship with the library; and writing there whole.

Nothing else in the package computes a path, or writes a temporary file that is renamed when it is complete.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from workbench.errors import WorkbenchError
from workbench.part_files import discard, part_name

_PACKAGE = Path(__file__).resolve().parent
SERVER_CONFIG = _PACKAGE / "jupyter_server_config.py"
"""The Jupyter server's settings, with which `workbench lab` starts it."""
# From so many files on, one call for the whole system is quicker than one for each of them.
_SYNC_AT_ONCE = 32
_ATTEMPTS = 40
_PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Project:
    """The folder with `params.yaml`, and every path below it that the workbench reads or writes."""

    root: Path

    def __post_init__(self) -> None:
        # What follows "?" ends the path in a database's URL; MLflow decodes an escape once too often.
        found = re.search(r"\?|%[0-9A-Fa-f]{2}", str(self.root))
        if found is not None:
            raise WorkbenchError(
                f"The project's folder is '{self.root}', and '{found[0]}' in a path does not survive the URLs of "
                "databases and models. Rename the folder: all else is allowed, blanks and '#' too."
            )

    @property
    def params_file(self) -> Path:
        """How a theme is trained."""
        return self.root / "params.yaml"

    @property
    def optuna_params_file(self) -> Path:
        """What is tuned, and how."""
        return self.root / "optuna_params.yaml"

    @property
    def augment_file(self) -> Path:
        """How images are prepared and varied."""
        return self.root / "auguments.yaml"

    @property
    def db(self) -> Path:
        """Everything that is kept: stores, images, models, backups; ignored by git."""
        return self.root / "db"

    @property
    def is_read_only(self) -> bool:
        """Whether what is kept can only be read: a disk that is mounted so, a folder of somebody else."""
        return self.db.is_dir() and not may_write(self.db)

    @property
    def database_url(self) -> str:
        """The store's SQLAlchemy URL: `WORKBENCH_DATABASE_URL`, or a SQLite file under `db/`."""
        return os.environ.get("WORKBENCH_DATABASE_URL") or f"sqlite:///{self.db / 'workbench.db'}"

    @property
    def mlflow_uri(self) -> str:
        """MLflow's tracking and registry URI: `WORKBENCH_MLFLOW_URI`, or a SQLite file under `db/`."""
        return os.environ.get("WORKBENCH_MLFLOW_URI") or f"sqlite:///{self.db / 'mlflow.db'}"

    @property
    def optuna_url(self) -> str:
        """Optuna's storage URL: `WORKBENCH_OPTUNA_URL`, or a SQLite file under `db/`."""
        return os.environ.get("WORKBENCH_OPTUNA_URL") or f"sqlite:///{self.db / 'optuna.db'}"

    @property
    def images(self) -> Path:
        """The images, each under its SHA-256."""
        return self.db / "images"

    @property
    def images_url(self) -> str | None:
        """Where the images are kept if not in `images`: `WORKBENCH_IMAGES_URL`, a folder or an fsspec URL."""
        return os.environ.get("WORKBENCH_IMAGES_URL") or None

    @property
    def copies_bytes(self) -> int:
        """How many bytes of copies of remote images are kept: `WORKBENCH_COPIES_GB`, by default 50 GB."""
        given = os.environ.get("WORKBENCH_COPIES_GB") or "50"
        try:
            return int(float(given) * 10**9)
        except ValueError:
            raise WorkbenchError(
                f"WORKBENCH_COPIES_GB is '{given}'. A number of gigabytes is needed, such as 50 or 0.5."
            ) from None

    @property
    def artifacts(self) -> Path:
        """What MLflow keeps of runs: models, plots, settings."""
        return self.db / "artifacts"

    @property
    def cache(self) -> Path:
        """What can be computed again: thumbnails, pixels ready for training, copies of remote images."""
        return self.db / "cache"

    @property
    def embeddings(self) -> Path:
        """The feature vectors of images, a folder for each encoder; they can be computed again."""
        return self.db / "embeddings"

    @property
    def backups(self) -> Path:
        """Where backups go unless told otherwise."""
        return self.db / "backups"

    @property
    def notebooks(self) -> Path:
        """The notebooks that `workbench run` finds by name."""
        return self.root / "notebooks"

    @property
    def runs(self) -> Path:
        """Executed notebooks and what they leave."""
        return self.root / "runs"


def may_write(path: Path) -> bool:
    """Whether this process may write to a file, or into a folder; nobody may on a disk that is mounted read-only."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def is_endless(path: Path) -> bool:
    """Whether what is at a path is a device, a pipe or a socket: reading one may never end."""
    return not path.is_file() and not path.is_dir() and path.exists()


def is_address(path: Path) -> bool:
    """Whether what was given for a path is a URL, of which `Path` has made one slash of two."""
    return re.match(r"[a-z][a-z0-9+.-]+:/", str(path)) is not None


def url_parts(text: str) -> SplitResult:
    """Return the parts of a URL; of a text that cannot be one (`http://[`) all of it is the path."""
    try:
        return urlsplit(text)
    except ValueError:
        return SplitResult("", "", text, "", "")


def find_project(start: Path | None = None) -> Project:
    """Locate the project: `WORKBENCH_ROOT`, or the nearest parent of `start` that has a `params.yaml`.

    `start` defaults to the working directory. Raises WorkbenchError when neither leads to a project.
    """
    named = os.environ.get("WORKBENCH_ROOT")
    if named:
        root = Path(named).expanduser().resolve()
        if not root.is_dir():
            raise WorkbenchError(
                f"WORKBENCH_ROOT is '{named}', which is not a folder. Point it at the folder with params.yaml."
            )
        return Project(root)
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "params.yaml").is_file():
            return Project(folder)
    raise WorkbenchError(
        f"No params.yaml in {here} or any folder above it. "
        "Change into your workbench project, or set WORKBENCH_ROOT to its folder; "
        "'workbench init FOLDER' begins a new one."
    )


def icon(name: str) -> str:
    """Return the path of a picture that JupyterLab's launcher shows."""
    return str(_PACKAGE / "icons" / f"{name}.svg")


def asset(*parts: str) -> Path:
    """Return the path of a file or folder that ships with the library, e.g. `asset("widgets", "dist", "label.js")`.

    In a checkout these stand beside the package, in an installed wheel inside it.
    """
    installed = _PACKAGE / "_assets"
    base = installed if installed.is_dir() else _PACKAGE.parent
    return base.joinpath(*parts)


@contextmanager
def atomic_write(target: Path, *, durable: bool = True) -> Iterator[Path]:
    """Yield a temporary path beside `target`, for a file or a folder, which is renamed to it when the block ends well.

    At any time `target` has its former content or all of the new one; when the block raises, nothing new is left. The
    folder of `target` is made. `durable` has the content survive a loss of power as well; it is false for what can be
    computed again. Raises OSError as the file system does.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(part_name())
    try:
        yield part
        move_into_place(part, target, durable=durable)
    finally:
        discard(part)


def move_into_place(part: Path, target: Path, *, durable: bool = True) -> None:
    """Rename a complete file or folder to `target`, which is replaced; `durable` as `atomic_write` has it."""
    if durable:
        # Renamed before its content is on the disk, a file could come back empty after a loss of power.
        _sync_all([part, *part.rglob("*")])
    for _ in range(_ATTEMPTS):
        try:
            os.replace(part, target)
            break
        except PermissionError:
            # Windows refuses it while somebody reads the file that is there.
            if os.name != "nt":
                raise
            time.sleep(_PAUSE_SECONDS)
    else:
        os.replace(part, target)
    if durable:
        _sync(target.parent)


def _sync_all(paths: list[Path]) -> None:
    if sys.platform == "linux" and len(paths) > _SYNC_AT_ONCE:
        os.sync()
        return
    for path in paths:
        _sync(path)


def _sync(path: Path) -> None:
    """Have the disk keep a file, or the names in a folder."""
    if path.is_symlink() or (os.name == "nt" and path.is_dir()):
        return
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
