"""What the columns of a parquet file of images mean: which holds the images, which their labels, which boxes."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.configuration import NotYamlError, parse_yaml
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_IMAGES = ("image", "img", "images", "bytes", "content", "png", "jpg")
_LABELS = ("label", "labels", "class", "category", "target")
_OBJECTS = "objects"
_CATEGORIES = ("category", "categories", "label", "labels", "category_id")


@dataclass(frozen=True)
class Columns:
    """The names of the columns, None where there is none, and the class names behind numbers.

    `unnamed` says that the labels are numbers that nothing names, `unread` are further columns.
    """

    image: str
    label: str | None
    objects: str | None
    names: tuple[str, ...] = ()
    box_names: tuple[str, ...] = ()
    unnamed: bool = False
    unread: tuple[str, ...] = ()

    @property
    def all(self) -> list[str]:
        """The columns that are read."""
        return [name for name in (self.image, self.label, self.objects) if name]

    def image_of(self, row: dict[str, Any]) -> tuple[bytes | None, str]:
        """The bytes of a row's image and its name, which may be empty."""
        value = row.get(self.image)
        if isinstance(value, dict):
            return value.get("bytes"), str(value.get("path") or "").replace("\\", "/").lstrip("/")
        return value, ""

    def label_of(self, row: dict[str, Any]) -> tuple[str | None, str]:
        """A row's label, None without one, or what is wrong with it."""
        value = row.get(self.label) if self.label else None
        if isinstance(value, list):
            if len(value) > 1:
                return None, f"has {len(value)} labels: {', '.join(map(str, value))}; an image has one"
            value = value[0] if value else None
        return _named(value, self.names)

    def boxes_of(self, row: dict[str, Any]) -> list[tuple[str | None, list[Any]]] | None:
        """A row's boxes as (label, [left, top, width, height] in pixels), None where nothing is said of boxes."""
        value = row.get(self.objects) if self.objects else None
        if value is None:
            return None
        if isinstance(value, list):
            pairs = [(each.get(_category(each)), each.get("bbox")) for each in value if isinstance(each, dict)]
        else:
            categories, boxes = value.get(_category(value)) or [], value.get("bbox") or []
            longest = max(len(categories), len(boxes))
            padded = [[*each, *[None] * (longest - len(each))] for each in (categories, boxes)]
            pairs = list(zip(*padded, strict=True))
        return [(_named(category, self.box_names)[0], list(box or [])) for category, box in pairs]


def columns_of(file: Path, opened: pq.ParquetFile, card: dict[str, list[str]], asked: str | None) -> Columns:
    """Find out the columns of an opened file. `card` are class names by column, `asked` is the column of the labels.

    Raises WorkbenchError when no column holds images, or several may hold the labels.
    """
    import pyarrow as pa

    schema = opened.schema_arrow
    features = _features(schema)
    image = _image_column(schema, features)
    if image is None:
        raise WorkbenchError(f"{file} has no column of images. It has: {', '.join(schema.names)}.")
    label = _label_column(file, schema, [*_classes(features), *card], asked)
    objects = _OBJECTS if _OBJECTS in schema.names else None
    names = tuple(_class_names(features.get(label)) or card.get(label, [])) if label else ()
    return Columns(
        image,
        label,
        objects,
        names,
        tuple(_class_names(features.get(_OBJECTS)) or card.get(_OBJECTS, [])) if objects else (),
        unread=tuple(name for name in schema.names if name not in (image, label, objects)),
        unnamed=label is not None and not names and pa.types.is_integer(schema.field(label).type),
    )


def class_names_of_card(card: Path) -> dict[str, list[str]]:
    """Return the class names that a data set's card (README.md) states at its head, by column."""
    try:
        head = card.read_text(encoding="utf-8").split("---")[1]
        info = parse_yaml(head).get("dataset_info") or {}
    except (OSError, IndexError, AttributeError, UnicodeDecodeError, NotYamlError):
        return {}
    infos = [each for each in (info if isinstance(info, list) else [info]) if isinstance(each, dict)]
    lists = [features for each in infos if isinstance(features := each.get("features"), list)]
    found = {}
    # A part that stands within itself has no names either.
    with suppress(RecursionError):
        for feature in (each for features in lists for each in features if isinstance(each, dict)):
            if names := _class_names(feature):
                found[str(feature.get("name"))] = names
    return found


def class_names_of_columns(schema: pa.Schema) -> dict[str, list[str]]:
    """Return the class names that `datasets` wrote into a file, by column."""
    return {name: names for name, feature in _features(schema).items() if (names := _class_names(feature))}


def with_names(value: Any, names: list[str]) -> Any:
    """A value with the name of a class in place of each of its numbers, also in lists and members about categories."""
    if isinstance(value, dict):
        return {key: with_names(each, names) if key in _CATEGORIES else each for key, each in value.items()}
    if isinstance(value, list):
        return [with_names(each, names) for each in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return names[value] if 0 <= value < len(names) else None if value == -1 else value
    return value


def _features(schema: pa.Schema) -> dict[str, Any]:
    written = (schema.metadata or {}).get(b"huggingface")
    try:
        found = json.loads(written)["info"]["features"] if written else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _image_column(schema: pa.Schema, features: dict[str, Any]) -> str | None:
    import pyarrow as pa

    named = [name for name, feature in features.items() if _type(feature) == "Image" and name in schema.names]
    structs = [
        field.name for field in schema if pa.types.is_struct(field.type) and field.type.get_field_index("bytes") >= 0
    ]
    binary = [
        field.name
        for field in schema
        if field.name.lower() in _IMAGES and (pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type))
    ]
    return next(iter([*named, *structs, *binary]), None)


def _classes(features: dict[str, Any]) -> list[str]:
    return [name for name, feature in features.items() if _type(feature) == "ClassLabel"]


def _label_column(file: Path, schema: pa.Schema, described: list[str], asked: str | None) -> str | None:
    """The column of the labels; `described` are those of which it is said that they hold classes."""
    if asked is not None:
        if asked not in schema.names:
            raise WorkbenchError(f"{file} has no column '{asked}'. It has: {', '.join(schema.names)}.")
        return asked
    plain = [name for name in schema.names if name.lower() in _LABELS]
    classes = [name for name in dict.fromkeys(described) if name in schema.names and name != _OBJECTS]
    found = [name for name in plain if name in classes] or classes or plain
    if len(found) > 1:
        raise WorkbenchError(
            f"{file} has several columns of classes: {', '.join(found)}. Say which holds the labels: --field {found[0]}"
        )
    return found[0] if found else None


def _type(feature: Any) -> str:
    return str(feature.get("_type", "")) if isinstance(feature, dict) else ""


def _class_names(feature: Any) -> list[str] | None:
    """The names of a class label anywhere in a feature, in either of the forms that `datasets` writes."""
    if isinstance(feature, list):
        return next((names for each in feature if (names := _class_names(each))), None)
    if not isinstance(feature, dict):
        return None
    names = feature.get("names")
    # A data set's card: {"0": "cat", "1": "dog"}
    if isinstance(names, dict) and all(str(key).isdecimal() for key in names):
        return [str(names[key]) for key in sorted(names, key=int)]
    if isinstance(names, list):
        return [str(name) for name in names]
    return next((found for each in feature.values() if (found := _class_names(each))), None)


def _category(value: dict[str, Any]) -> str:
    return next((name for name in _CATEGORIES if name in value), "category")


def _named(value: Any, names: tuple[str, ...]) -> tuple[str | None, str]:
    """The name of a class given by its number or name; -1 is how `datasets` says that there is none."""
    if value is None or value == "" or (value == -1 and names):
        return None, ""
    if isinstance(value, str):
        return value, ""
    if isinstance(value, float) and (value != value or value.is_integer()):
        # So pandas writes whole numbers of which some are missing.
        return _named(None if value != value else int(value), names)
    if isinstance(value, int) and not isinstance(value, bool):
        if not names:
            return str(value), ""
        return (names[value], "") if 0 <= value < len(names) else (None, f"there is no class {value}")
    return None, f"the label {value!r} is neither a name nor a number"
