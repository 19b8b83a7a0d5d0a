"""The settings of params.yaml."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from workbench.configuration import Location, Settings, parse, read_yaml, with_overrides
from workbench.data.config.augment import AugmentConfig

Fraction = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
TestView = Literal["flip", "flip_vertical", "rotate", "shift"]

OPTIMIZERS = ("Adam", "AdamW", "SGD")
_SWITCH = dict.fromkeys(("no", "off", "false"), False) | dict.fromkeys(("yes", "on", "true"), True)
_PRETRAINED = ("model", "pretrained")
_SPLIT_SUM_TOLERANCE = 1e-6


class DataParams(Settings):
    """What is trained on, and how it reaches the network."""

    split_ratio: tuple[Fraction, Fraction, Fraction] = (0.7, 0.15, 0.15)
    """Shares of train, valid and test, used for labeled samples that have no split yet."""
    seed: Seed = 42
    batch_size: Count = 64
    num_workers: Annotated[int, Field(ge=0)] = 2
    cache: Literal["auto", "memory", "disk", "none"] = "auto"
    samples: Literal["images", "boxes"] = "images"
    """What a sample is: an image with its label, or each box on it, cut out."""
    box_margin: Annotated[float, Field(ge=0, le=2)] = 0.1
    """Surroundings that are kept on each side of a box, as a share of its size."""

    @field_validator("split_ratio")
    @classmethod
    def _sums_to_one(cls, value: tuple[float, float, float]) -> tuple[float, float, float]:
        if not math.isclose(sum(value), 1.0, abs_tol=_SPLIT_SUM_TOLERANCE):
            raise ValueError(f"the three shares (train, valid, test) sum to {sum(value):g}, they must sum to 1")
        return value


class ModelParams(Settings):
    """The network."""

    recipe: Literal["none", "quick", "balanced", "best"] = "none"
    """Sets epochs, averaging, smoothing and more by the size of the theme, see `workbench.training.recipes`."""
    name: str = "ResNet18"
    pretrained: bool | str = False
    """True: torchvision's (or timm's) own weights; a path or URL: the state dict found there."""
    partial_weights: bool = False
    """Whether pretrained weights may be those of a part of the backbone; the rest begins at random."""
    freeze_backbone: bool = False
    unfreeze_after: Count | None = None
    """Epochs after which a frozen backbone trains too; empty: never."""
    in_channels: Count | Literal["auto"] = "auto"
    stem: Literal["standard", "middle", "small", "auto"] = "standard"
    options: dict[str, Any] = Field(default_factory=dict)
    """Further keyword arguments of the network's factory."""
    shortcuts: Literal["auto", "none", "pixels", "channels_last", "all"] = "auto"
    """The form in which training computes the network, see `workbench.training.networks.forms`."""

    @field_validator("pretrained", mode="before")
    @classmethod
    def _words_of_yaml(cls, value: Any) -> Any:
        # As the other switches of the file are read; YAML 1.2 leaves these words texts.
        return _SWITCH.get(value.lower(), value) if isinstance(value, str) else value

    @field_validator("shortcuts", mode="before")
    @classmethod
    def _switched(cls, value: Any) -> Any:
        switch = _SWITCH.get(value.lower(), value) if isinstance(value, str) else value
        return {True: "auto", False: "none"}[switch] if isinstance(switch, bool) else value

    @model_validator(mode="after")
    def _unfreeze_needs_freeze(self) -> ModelParams:
        if self.unfreeze_after is not None and not self.freeze_backbone:
            raise ValueError("unfreeze_after is set, but freeze_backbone is false: set freeze_backbone to true")
        return self


class SchedulerOptions(Settings):
    """Arguments of the schedulers; each scheduler reads the ones that concern it. Lengths are in epochs."""

    step_size: Count = 10
    gamma: Fraction = 0.1
    patience: Annotated[int, Field(ge=0)] = 5
    factor: Annotated[float, Field(gt=0, lt=1)] = 0.1
    min_lr: NotNegative = 0.0
    pct_start: Fraction = 0.3


class TrainingParams(Settings):
    """How it is trained."""

    run_name: str | None = None
    num_epochs: Count = 10
    learning_rate: Positive = 0.005
    backbone_lr_factor: Positive = 1.0
    """The backbone's learning rate as a multiple of the head's."""
    optimizer: Literal["Adam", "AdamW", "SGD"] = "AdamW"
    weight_decay: NotNegative = 0.01
    momentum: Fraction = 0.9
    nesterov: bool = True
    scheduler: Literal["none", "StepLR", "CosineAnnealingLR", "ReduceLROnPlateau", "OneCycleLR"] = "OneCycleLR"
    scheduler_options: SchedulerOptions = Field(default_factory=SchedulerOptions)
    warmup_epochs: NotNegative = 0.0
    find_learning_rate: bool = False
    class_weights: Literal["none", "balanced"] = "none"
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0
    mixup: NotNegative = 0.0
    """Alpha of mixup's Beta distribution; 0: off."""
    cutmix: NotNegative = 0.0
    """Alpha of cutmix's Beta distribution; 0: off."""
    ema_decay: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Decay of the exponential moving average of the weights; 0: off."""
    calibrate: bool = True
    """Whether the model's scores are made to say how often it is right, by a temperature that valid images tell."""
    test_views: Literal["auto"] | tuple[TestView, ...] = ()
    """Views that the test and the model's answers are averaged over; `auto`: those that `augmentation.train` draws."""
    gradient_clip: NotNegative = 0.0
    """Largest norm of the gradient; 0: no clipping."""
    accumulate: Count = 1
    """Batches whose gradients are summed before a step."""
    precision: Literal["auto", "32", "16-mixed", "bf16-mixed", "bf16-true", "64"] = "32"
    """`auto`: 32 or bf16-mixed, whichever a trial finds quicker."""
    seed: Seed = 42
    deterministic: bool = True
    accelerator: str = "auto"
    devices: Count | Literal["auto"] = 1
    num_nodes: Count = 1
    strategy: str = "auto"

    @field_validator("precision", mode="before")
    @classmethod
    def _precision_is_text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @model_validator(mode="after")
    def _warmup_not_with_one_cycle(self) -> TrainingParams:
        if self.warmup_epochs and self.scheduler == "OneCycleLR":
            raise ValueError(
                "warmup_epochs is set, but OneCycleLR warms up by itself (scheduler_options.pct_start): "
                "set warmup_epochs to 0 or take another scheduler"
            )
        if self.warmup_epochs and self.warmup_epochs >= self.num_epochs:
            raise ValueError(f"warmup_epochs is {self.warmup_epochs:g}, not less than num_epochs ({self.num_epochs})")
        return self


class CheckpointParams(Settings):
    """Which weights are kept as the best."""

    monitor: str = "valid_accuracy"
    mode: Literal["auto", "min", "max"] = "auto"


class EarlyStoppingParams(Settings):
    """When to stop before the last epoch."""

    enabled: bool = False
    monitor: str = "valid_loss"
    mode: Literal["auto", "min", "max"] = "auto"
    patience: Count = 5
    min_delta: NotNegative = 0.0


class CustomCallback(Settings):
    """A Lightning callback of one's own, by import path."""

    path: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class CallbackParams(Settings):
    """What happens beside the training."""

    progress: Literal["auto", "tqdm", "rich", "lines", "none"] = "auto"
    checkpoint: CheckpointParams = Field(default_factory=CheckpointParams)
    early_stopping: EarlyStoppingParams = Field(default_factory=EarlyStoppingParams)
    lr_monitor: bool = True
    gradient_norm: bool = False
    system_metrics: bool = False
    custom: tuple[CustomCallback, ...] = ()


class Params(Settings):
    """Everything that params.yaml holds."""

    theme: str = "digits"
    modules: tuple[str, ...] = ()
    """Python modules of one's own that are imported first: they register networks and hold callbacks."""
    data: DataParams = Field(default_factory=DataParams)
    model: ModelParams = Field(default_factory=ModelParams)
    training: TrainingParams = Field(default_factory=TrainingParams)
    callbacks: CallbackParams = Field(default_factory=CallbackParams)


def load_params(path: Path, overrides: Mapping[str, Any] | None = None) -> Params:
    """Read params.yaml, put `overrides` (dotted name -> value) over it and check the whole.

    Raises ConfigError that names the file or the override, the key, what was given and what is allowed.
    """
    data, at = read_params_file(path)
    # The file alone is checked first, so that an error names the line where the mistake stands.
    params = parse(Params, data, at=at)
    if not overrides:
        return params
    overrides = {name: _found_in(Path.cwd(), name, value) for name, value in overrides.items()}
    return parse(Params, with_overrides(data, overrides), at=location_with(str(path), overrides))


def read_params_file(path: Path) -> tuple[dict[str, Any], Location]:
    """Read params.yaml as plain data; a file of weights that lies relative to it is named by its whole path."""
    data, at = read_yaml(path)
    section, key = _PRETRAINED
    if isinstance(data.get(section), dict) and key in data[section]:
        data[section][key] = _found_in(path.parent, ".".join(_PRETRAINED), data[section][key])
    return data, at


def _found_in(folder: Path, name: str, value: Any) -> Any:
    """The value of a setting, that of `model.pretrained` as a whole path where the file is in a folder."""
    if name != ".".join(_PRETRAINED) or not isinstance(value, str) or not (folder / value).is_file():
        return value
    return str((folder / value).absolute())


def location_with(source: str, overrides: Mapping[str, Any]) -> Location:
    """Name a file together with what overrides it, for the errors about it."""
    if not overrides:
        return Location(source)
    return Location(f"{source} with {', '.join(f'{name}={value!r}' for name, value in overrides.items())}")


def flat(params: Params) -> dict[str, Any]:
    """Return the settings as dotted names and plain values, in the order of the file."""
    return flatten(params.model_dump(mode="json"))


def is_augment_name(name: str) -> bool:
    """Whether a dotted name belongs to auguments.yaml rather than to params.yaml."""
    return name.split(".", 1)[0] in AugmentConfig.model_fields


def split_by_file(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Divide dotted names into those of params.yaml and those of auguments.yaml."""
    of_augment = {name: value for name, value in values.items() if is_augment_name(name)}
    return {name: value for name, value in values.items() if name not in of_augment}, of_augment


def flatten(node: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested mappings as dotted names; an empty mapping is a value."""
    result: dict[str, Any] = {}
    for key, value in node.items():
        if isinstance(value, Mapping) and value:
            result.update(flatten(value, f"{prefix}{key}."))
        else:
            result[f"{prefix}{key}"] = value
    return result


def text_of(params: Params) -> str:
    """Return the settings as YAML, every key spelled out."""
    return yaml_text(params.model_dump(mode="json"))


def yaml_text(data: Mapping[str, Any]) -> str:
    """Return plain data as YAML, keys in their order."""
    from io import StringIO

    from ruamel.yaml import YAML

    stream = StringIO()
    writer = YAML()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.width = 110
    writer.dump(dict(data), stream)
    return stream.getvalue()
