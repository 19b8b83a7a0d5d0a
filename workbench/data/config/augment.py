"""The typed form of `auguments.yaml`: image size, preprocessing steps in their order, augmentation per split."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    Discriminator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    Tag,
    field_validator,
    model_validator,
)

from workbench.configuration import Location, Settings, parse, read_yaml, with_overrides
from workbench.data.augmentation import LibraryName, build_augmenter
from workbench.data.preprocessing import Gamma, HistogramEqualization, Patches, Resize, Size, Step

Split = Literal["train", "valid", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
DEFAULT_LOCATION = Location("augmentation settings")
Deviation = Annotated[float, Field(gt=0)]


class ImageSettings(Settings):
    """`size` is null (leave every image as large as it is), one number (a square) or [height, width]."""

    size: Size | None = None


class PreprocessingSettings(Settings):
    """The steps; they run in the order in which the file has their keys, and a step that is not there is off.

    One exception: when the file names an `image.size` and no `resize`, resizing comes last before the patches.
    """

    histogram_equalization: HistogramEqualization | None = None
    gamma: Gamma | None = None
    resize: Resize | None = Resize()
    patches: Patches | None = None

    _order: tuple[str, ...] = PrivateAttr(default=())

    @model_validator(mode="wrap")
    @classmethod
    def _keep_order(cls, data: Any, handler: ModelWrapValidatorHandler[PreprocessingSettings]) -> PreprocessingSettings:
        settings = handler(data)
        order = [str(name) for name in data] if isinstance(data, Mapping) else list(cls.model_fields)
        if "resize" not in order:
            order.insert(order.index("patches") if "patches" in order else len(order), "resize")
        settings._order = tuple(order)
        return settings

    @property
    def order(self) -> tuple[str, ...]:
        """Names of the steps of the file, enabled or not, in the order in which they run."""
        return self._order

    def steps(self, image_size: tuple[int, int] | None) -> list[tuple[str, Step]]:
        """Name and settings of each enabled step, in order, with `image_size` filled in where resize has none."""
        steps: list[tuple[str, Step]] = []
        for name in self.order:
            step: Step | None = getattr(self, name)
            if step is None or not step.enabled:
                continue
            if isinstance(step, Resize) and step.size is None:
                if image_size is None:
                    continue
                step = step.model_copy(update={"size": image_size})
            steps.append((name, step))
        return steps


class Statistics(Settings):
    """Mean and standard deviation per channel (red, green, blue) of pixel values scaled to 0..1."""

    mean: tuple[float, float, float]
    std: tuple[Deviation, Deviation, Deviation]


IMAGENET = Statistics(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))

Preset = Literal["imagenet", "theme", "none"]
Normalization = Annotated[
    Annotated[Preset, Tag("preset")] | Annotated[Statistics, Tag("own")],
    Discriminator(lambda value: "own" if isinstance(value, Mapping | Statistics) else "preset"),
]


class AugmentationSettings(Settings):
    """Which library, its transforms per split, and how pixel values are normalized after them.

    A transform is its name in the library, or a mapping of that name to its arguments. The lists are plain data here;
    `AugmentConfig.load` has the library check every name and argument.
    """

    library: LibraryName = "albumentations"
    normalization: Normalization = "imagenet"
    train: list[Any] = Field(default_factory=list)
    valid: list[Any] = Field(default_factory=list)
    test: list[Any] = Field(default_factory=list)

    @field_validator("train", "valid", "test", mode="before")
    @classmethod
    def _nothing_is_an_empty_list(cls, value: Any) -> Any:
        return [] if value is None else value


class AugmentConfig(Settings):
    """All of `auguments.yaml`."""

    image: ImageSettings = ImageSettings()
    preprocessing: PreprocessingSettings = PreprocessingSettings()
    augmentation: AugmentationSettings = AugmentationSettings()

    @model_validator(mode="before")
    @classmethod
    def _empty_sections_are_defaults(cls, data: Any) -> Any:
        return {name: section for name, section in data.items() if section is not None or name not in cls.model_fields}

    @classmethod
    def load(cls, path: Path, overrides: Mapping[str, Any] | None = None) -> AugmentConfig:
        """Read the file, put dotted `overrides` in place and check all of it, the transforms included.

        Raises ConfigError that names the file, the line, what is allowed and the nearest name.
        """
        data, at = read_yaml(path)
        return cls.from_dict(with_overrides(data, overrides or {}), at=at)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, at: Location = DEFAULT_LOCATION) -> AugmentConfig:
        """Check plain data of the file's shape; `at` is what an error names."""
        config = parse(cls, data, at=at)
        for split in SPLITS:
            build_augmenter(config.augmentation.library, config.transforms(split), at.below("augmentation", split))
        return config

    def transforms(self, split: Split) -> list[Any]:
        """The transforms of one split, as they stand in the file."""
        return list(getattr(self.augmentation, split))

    def steps(self) -> list[tuple[str, Step]]:
        """Name and settings of each enabled preprocessing step, in order."""
        return self.preprocessing.steps(self.image.size)

    def to_dict(self) -> dict[str, Any]:
        """Plain data (str, int, float, list, dict) that `from_dict` turns back into an equal configuration."""
        data = self.model_dump(mode="json")
        given = data["preprocessing"]
        data["preprocessing"] = {name: given[name] for name in self.preprocessing.order}
        return data
