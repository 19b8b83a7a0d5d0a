"""Modules of one's own that params.yaml names (`modules`): what they register is known by its name afterwards.

A module is found in the project's folder before anywhere else, so that every command, notebook and worker process
finds the same one, wherever it was started.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from workbench.errors import ConfigError, first_line
from workbench.paths import Project
from workbench.trust import require_trust

log = logging.getLogger(__name__)


def import_modules(names: Iterable[str], project: Project) -> None:
    """Import modules by name. The project's folder is on Python's path afterwards, behind all others.

    Raises ConfigError that says which cannot be imported, and why, and NotTrustedError where one lies in the folder of
    a project that came from elsewhere.
    """
    names = list(names)
    if any(_file(name, project) is not None for name in names):
        require_trust(project, "modules of params.yaml")
    root = str(project.root)
    if root not in sys.path:
        sys.path.append(root)
    for name in names:
        _import(name, project)


def sources(names: Iterable[str], project: Project) -> dict[str, str]:
    """Return the source of each of these modules that lies in the project's folder."""
    files = {name: _file(name, project) for name in names}
    return {name: file.read_text(encoding="utf-8") for name, file in files.items() if file is not None}


def digest(source: str) -> str:
    """Return what tells a module's source from another."""
    return sha256(source.encode()).hexdigest()[:16]


def tell_changed(recorded: dict[str, str], project: Project) -> None:
    """Warn of modules whose source is another than a run has recorded; `recorded` is name -> digest."""
    now = {name: digest(source) for name, source in sources(recorded, project).items()}
    for name in (name for name in recorded if now.get(name) != recorded[name]):
        log.warning(
            "The module %s has changed since the run was trained. What is trained now is what it says today; the run's "
            "artifact modules/%s.py has what it said then.",
            name,
            name,
        )


def _import(name: str, project: Project) -> ModuleType:
    file = _file(name, project)
    known = sys.modules.get(name)
    if known is not None and file is not None and _origin(known) != file:
        # Another project's module of that name, or one of a package.
        for each in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
            del sys.modules[each]
    root = str(project.root)
    sys.path.insert(0, root)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in (name, name.partition(".")[0]):
            raise _refusal(name, project, error) from error
        raise ConfigError(
            f"modules: there is no module '{name}' in the project's folder ({project.root}) nor among the installed "
            "packages. Write its name without .py, folders with a dot: my_networks, own.networks."
        ) from None
    except Exception as error:  # whatever the code of the module raises
        raise _refusal(name, project, error) from error
    finally:
        sys.path.remove(root)


def _refusal(name: str, project: Project, error: Exception) -> ConfigError:
    file = _file(name, project)
    return ConfigError(
        f"modules: '{name}'{f' ({file})' if file else ''} cannot be imported: {type(error).__name__}: "
        f"{first_line(error)}. Mend it, or take it out of modules."
    )


def _file(name: str, project: Project) -> Path | None:
    path = project.root.joinpath(*name.split("."))
    found = (path.with_name(f"{path.name}.py"), path / "__init__.py")
    return next((each.resolve() for each in found if each.is_file()), None)


def _origin(module: ModuleType) -> Path | None:
    file = getattr(module, "__file__", None)
    return Path(file).resolve() if file else None
