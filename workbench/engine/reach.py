"""What workers on other machines can reach; what they cannot is refused before anything starts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workbench.engine.parts import PartFolder
from workbench.engine.settings import FILE, ClusterSettings
from workbench.errors import WorkbenchError
from workbench.paths import Project
from workbench.store.remote_images import images_address

_SEE = "See docs/cluster.md."


def check_reach(settings: ClusterSettings, project: Project, paths: Iterable[Path | str] = ()) -> None:
    """Raise WorkbenchError where workers on other machines would not find the images, or the `paths` that are read.

    The store itself is written by the client alone; a SQLite file is refused all the same unless all machines see it,
    for whoever works beside the cluster needs one that serves several.
    """
    if not settings.is_remote:
        return
    file = project.database_url.removeprefix("sqlite:///")
    if project.database_url.startswith("sqlite") and not _is_shared(Path(file), settings):
        raise WorkbenchError(
            f"The workers of {settings.where} run on other machines, and the store is the SQLite file {file} of this "
            f"one. Move it to PostgreSQL (WORKBENCH_DATABASE_URL), or, where all machines see that folder, name it "
            f"under 'shared' in {FILE}. {_SEE}"
        )
    images = images_address(project)
    if "://" not in images and not _is_shared(Path(images), settings):
        raise WorkbenchError(
            f"The workers of {settings.where} run on other machines, and the images are in the folder {images} of this "
            f"one. Put them into a storage that all reach (WORKBENCH_IMAGES_URL=s3://BUCKET/images), or, where all "
            f"machines see that folder, name it under 'shared' in {FILE}. {_SEE}"
        )
    for path in paths:
        if not _is_shared(Path(path), settings):
            raise WorkbenchError(
                f"The workers of {settings.where} run on other machines, and {path} is a path of this one. Copy it "
                f"to a folder that all machines see, and name that folder under 'shared' in {FILE}; or read it "
                f"here, without --on. {_SEE}"
            )


def folders_of(paths: Iterable[Path | str]) -> tuple[str, ...]:
    """Return the folders that are named or hold the files that are, those that exist: workers must see them, too."""
    found = (path if path.is_dir() else path.parent for path in (Path(each).absolute() for each in paths))
    return tuple(dict.fromkeys(str(folder) for folder in found if folder.is_dir()))


def parts_for(settings: ClusterSettings, project: Project, name: str) -> PartFolder:
    """Return where the parts of one piece of work go, which is the same when it is started once more."""
    if settings.parts is not None:
        base = settings.parts if "://" in settings.parts else str(Path(settings.parts).expanduser().absolute())
        if settings.is_remote and "://" not in base and not _is_shared(Path(base), settings):
            raise WorkbenchError(
                f"'parts' in {FILE} is the folder {base}, which other machines may not see. Name one below a folder of "
                "'shared', or a URL such as s3://BUCKET/parts."
            )
    elif settings.is_remote:
        base = f"{images_address(project).rstrip('/')}/parts"
    else:
        base = str(project.cache.absolute() / "parts")
    return PartFolder(f"{base.rstrip('/')}/{name}")


def _is_shared(path: Path, settings: ClusterSettings) -> bool:
    here = path.expanduser().absolute()
    return any(here.is_relative_to(Path(folder).expanduser().absolute()) for folder in settings.shared)
