"""The calls about `auguments.yaml`: reading it, what can be set, saving it."""

from __future__ import annotations

from typing import Any

from workbench.data.augmentation import LIBRARIES
from workbench.data.config.edits import as_yaml, read_draft, save_draft
from workbench.data.inspection.transform_arguments import transform_arguments, transform_names
from workbench.data.preprocessing import STEPS
from workbench.panels.base.messages import Answer
from workbench.panels.explore.messages import (
    ArgumentJson,
    ArgumentsJson,
    DraftParams,
    FieldJson,
    LibraryParams,
    NamesJson,
    SavedJson,
    SaveParams,
    SettingsJson,
    TransformsParams,
    YamlJson,
)
from workbench.panels.explore.state import ExplorePanelState


def read(state: ExplorePanelState, _params: object) -> Answer[SettingsJson]:
    """Read the file: its data, its digest, and what each step can be given."""
    draft, digest = read_draft(state.config_file)
    steps = {name: _fields(step) for name, step in STEPS.items()}
    return Answer({"draft": draft, "digest": digest, "steps": steps, "libraries": list(LIBRARIES)})


def save(state: ExplorePanelState, params: SaveParams) -> Answer[SavedJson]:
    """Write the draft into the file and return the file's new digest."""
    return Answer({"digest": save_draft(state.config_file, params["draft"], read=params["digest"])})


def to_yaml(_state: ExplorePanelState, params: DraftParams) -> Answer[YamlJson]:
    """Return the draft as YAML."""
    return Answer({"yaml": as_yaml(params["draft"])})


def list_transforms(_state: ExplorePanelState, params: LibraryParams) -> Answer[NamesJson]:
    """List the transforms of a library."""
    return Answer({"names": transform_names(params["library"])})


def list_arguments(_state: ExplorePanelState, params: TransformsParams) -> Answer[ArgumentsJson]:
    """List the arguments of some transforms."""
    found: dict[str, list[ArgumentJson]] = {
        name: [
            {"name": one.name, "default": one.default, "required": one.required}
            for one in transform_arguments(params["library"], name)
        ]
        for name in params["transforms"]
    }
    return Answer({"arguments": found})


def _fields(step: type[Any]) -> list[FieldJson]:
    """What a step's settings take: name, default, and a choice, a slider's range, or neither."""
    schema = step.model_json_schema()["properties"]
    found: list[FieldJson] = []
    for name, field in step.model_fields.items():
        described = schema[name]
        if name == "enabled" or (name == "size" and field.default is None):
            continue
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        found.append(
            {
                "name": name,
                "default": default,
                "choices": described.get("enum"),
                "slider": described.get("slider"),
            }
        )
    return found
