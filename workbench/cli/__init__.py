"""The command line: one command per library function. Heavy imports happen inside the commands."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any

import click

from workbench import __version__
from workbench.cli import groups, images, models, notebooks, project, servers, states, store, themes
from workbench.errors import WorkbenchError
from workbench.masking import masked


class _Group(click.Group):
    """Shows the workbench's own errors as one message on stderr, with exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WorkbenchError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)
        except OSError as error:
            # Of a file that somebody named, whatever was to be done with it.
            if error.strerror is None or isinstance(error, BrokenPipeError):
                raise
            named = "" if error.filename is None else f"{_shown(error.filename)}: "
            click.echo(masked(f"Error: {named}{error.strerror}. Check what the command was given."), err=True)
            ctx.exit(2)


def _shown(file: object) -> str:
    return os.fsdecode(file) if isinstance(file, bytes) else str(file)


def _show_masked(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print a traceback as Python does, without the passwords that other libraries put into their messages."""
    import traceback

    click.echo(masked("".join(traceback.format_exception(kind, error, trace))), err=True, nl=False)


sys.excepthook = _show_masked


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="workbench")
def main() -> None:
    """Label, split, train, tune, register and predict: a workbench for image classification.

    Works on the project that the current folder belongs to (the nearest folder above with params.yaml), or on the
    one that WORKBENCH_ROOT names.
    """


# The same commands under both names: a theme is exported, and brought in elsewhere.
themes.theme.add_command(images.export)
themes.theme.add_command(images.import_)

for command in (
    project.init,
    project.trust,
    store.db,
    themes.theme,
    themes.split,
    groups.groups,
    states.tag,
    states.diff,
    states.revert,
    states.fork,
    states.merge_back,
    images.import_,
    images.export,
    images.embed,
    images.cache,
    notebooks.run,
    notebooks.train,
    notebooks.tune,
    notebooks.register,
    notebooks.predict,
    notebooks.resume,
    notebooks.reproduce,
    models.models,
    models.report,
    servers.lab,
    servers.label,
    servers.dashboard,
    servers.mlflow,
):
    main.add_command(command)
