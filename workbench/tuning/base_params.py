"""base_params of optuna_params.yaml: values for what params.yaml and auguments.yaml leave out or empty."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.configuration import Lines
from workbench.training.params import is_augment_name
from workbench.tuning.space import where


def gaps(base: Mapping[str, Any], params: Mapping[str, Any], augment: Mapping[str, Any]) -> dict[str, Any]:
    """The part of base_params that has an effect: names without a value in the file that they belong to."""
    return {name: value for name, value in base.items() if _value(name, params, augment) is None}


def without(data: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of nested `data` without the keys at the dotted `names`."""
    left = {}
    for key, value in data.items():
        below = {name.partition(".")[2]: None for name in names if name.partition(".")[0] == key}
        if "" not in below:
            left[key] = without(value, below) if below and isinstance(value, Mapping) else value
    return left


def unused(
    base: Mapping[str, Any],
    params: Mapping[str, Any],
    augment: Mapping[str, Any],
    *,
    files: tuple[Path, Path],
    source: str,
    lines: Lines,
) -> list[str]:
    """One sentence for each of base_params whose file has another value: which one counts, and what to do about it.

    `files` are params.yaml and auguments.yaml, `source` and `lines` say where base_params stand.
    """
    sentences = []
    for name, value in base.items():
        kept = _value(name, params, augment)
        if kept is None or kept == value:
            continue
        file = files[is_augment_name(name)].name
        sentences.append(
            f"{where(source, lines, 'base_params', name)}: {name} is {value!r} here and {kept!r} in {file}, which "
            f"counts more: the trials have {kept!r}. For {value!r}, put a # before the line in {file}, or hold it for "
            f"this study: --set {name}={_word(value)}, in Python overrides={{{name!r}: {value!r}}}."
        )
    return sentences


def _value(name: str, params: Mapping[str, Any], augment: Mapping[str, Any]) -> Any:
    """What a file has at a dotted name; None when that is empty or not there."""
    node: Any = augment if is_augment_name(name) else params
    for part in name.split("."):
        if isinstance(node, list):
            node = next((item[part] for item in node if isinstance(item, Mapping) and part in item), None)
        else:
            node = node.get(part) if isinstance(node, Mapping) else None
    return node


def _word(value: Any) -> str:
    """The value as a command line has it."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}'" if " " in text else text
