"""Everything that a training needs, checked before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.data.config.augment import SPLITS, AugmentConfig
from workbench.data.labeled_images import LabeledImages, images_of_snapshot
from workbench.data.theme_of_crops import theme_of_crops
from workbench.embeddings.duplicates.newcomers import compare_newcomers
from workbench.errors import ConfigError, NotFoundError, WorkbenchError, unknown_name
from workbench.paths import Project
from workbench.store import Store, open_store
from workbench.store.counts import theme_counts
from workbench.store.groups.certificate import leaks, sentence
from workbench.store.remote_images import RemoteImages
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.splits import preview_splits
from workbench.store.steps.snapshots import take_snapshot_in_steps
from workbench.store.steps.splits import assign_splits_in_steps
from workbench.store.themes import get_theme, list_themes
from workbench.training.crops import SPLITTER
from workbench.training.own_modules import import_modules
from workbench.training.params import Params, TrainingParams, load_params, split_by_file
from workbench.training.recipes import recipe_values, training_images
from workbench.trust import require_trust

if TYPE_CHECKING:
    from workbench.store.schema import Snapshot, Theme

_DRAWN = 3
_DRAWN_SIDE = 256


@dataclass(frozen=True)
class Plan:
    """What will be trained: settings, the frozen samples, and where they are.

    `store` is closed: it opens connections again for what reads from it, and `run_plan` closes them.
    """

    params: Params
    augment: AugmentConfig
    theme: str
    theme_id: int
    snapshot: Snapshot
    images: dict[Any, LabeledImages]
    store: Store

    @property
    def project(self) -> Project:
        return self.store.project

    @property
    def class_names(self) -> list[str]:
        """The classes in the order of the network's outputs."""
        return list(self.snapshot.class_names)

    @property
    def train_counts(self) -> list[int]:
        """Training samples per class."""
        import numpy as np

        targets = self.images["train"].targets
        return [int(count) for count in np.bincount(targets, minlength=len(self.class_names))]


def read_settings(
    project: Project,
    *,
    theme: str | None = None,
    params_file: Path | str | None = None,
    overrides: Mapping[str, Any] | None = None,
    num_epochs: int | None = None,
    run_name: str | None = None,
) -> tuple[Params, AugmentConfig]:
    """Read params.yaml and auguments.yaml with everything that overrides them, and check names and paths in them.

    An override whose first part is a section of auguments.yaml (`augmentation.library`) goes there.
    """
    params = read_params(
        project, theme=theme, params_file=params_file, overrides=overrides, num_epochs=num_epochs, run_name=run_name
    )
    _, for_augment = split_by_file(overrides or {})
    augment = AugmentConfig.load(project.augment_file, for_augment)
    check_names(params, project)
    check_transforms(augment)
    check_network(params, augment)
    return params, augment


def read_params(
    project: Project,
    *,
    theme: str | None = None,
    params_file: Path | str | None = None,
    overrides: Mapping[str, Any] | None = None,
    num_epochs: int | None = None,
    run_name: str | None = None,
) -> Params:
    """Read params.yaml with everything that overrides it. Checks keys and values, and loads no library for it."""
    wanted, _ = split_by_file(overrides or {})
    if theme is not None:
        wanted["theme"] = theme
    if num_epochs is not None:
        wanted["training.num_epochs"] = num_epochs
    if run_name is not None:
        wanted["training.run_name"] = run_name
    path = params_path(params_file, project)
    params = load_params(path, wanted)
    if params.model.recipe == "none":
        return params
    return load_params(path, {**recipe_values(params, training_images(params, project), wanted), **wanted})


def check_transforms(augment: AugmentConfig) -> None:
    """Raise ConfigError when the splits' transforms do not fit together, tried on drawn images."""
    if not any(augment.transforms(split) for split in SPLITS):
        return
    import numpy as np

    from workbench.data.augmentation import Augmenter
    from workbench.data.augmentation.agreement import check_agreement
    from workbench.data.batches.inputs import Preprocessing

    side = _DRAWN_SIDE if augment.image.size is None else 2 * max(augment.image.size)
    drawn = np.random.default_rng(0).integers(0, 256, (_DRAWN, side, side, 3), dtype=np.uint8)
    preprocessing = Preprocessing(augment, None)
    patches = np.stack([preprocessing.patches(image)[0] for image in drawn])
    augmenters: dict[str, Augmenter] = {split: preprocessing.augmenter(split) for split in SPLITS}
    try:
        for each in augmenters.values():
            each(list(patches), 0)
    except ConfigError:
        return  # what does not suit the drawn images may suit the theme's, and is told when those are read
    check_agreement(augmenters, patches)


def check_network(params: Params, augment: AugmentConfig) -> None:
    """Raise ConfigError when the network cannot take images of the size that it will be given."""
    from workbench.training.networks import build_network
    from workbench.training.networks.input_check import check_input

    check_input(build_network(params.model.model_copy(update={"pretrained": False}), num_classes=2), augment)


def check_hardware(settings: TrainingParams) -> None:
    """Raise ConfigError for an accelerator or a strategy that is unknown or not here, and for a precision it lacks."""
    from lightning.pytorch.accelerators import AcceleratorRegistry
    from lightning.pytorch.strategies import StrategyRegistry

    kinds = sorted({"cpu", "gpu", *AcceleratorRegistry.available_accelerators()})
    for key, value, known in (
        ("accelerator", settings.accelerator, ["auto", *kinds]),
        ("strategy", settings.strategy, ["auto", *sorted(StrategyRegistry.available_strategies())]),
    ):
        if value not in known:
            raise ConfigError(f"training.{key}: {unknown_name(key, value, known)}")
    present = {kind: AcceleratorRegistry[kind]["accelerator"].is_available() for kind in ("cuda", "mps")}
    if settings.accelerator in ("gpu", *present) and not any(
        there for kind, there in present.items() if settings.accelerator in ("gpu", kind)
    ):
        raise ConfigError(f"training.accelerator is {settings.accelerator}, which is not here. Set it to auto.")
    if settings.precision == "16-mixed" and (settings.accelerator == "cpu" or not any(present.values())):
        raise ConfigError("training.precision: 16-mixed needs a GPU. Set it to bf16-mixed or 32 on this machine.")


def check_names(params: Params, project: Project) -> None:
    """Raise for a module, a network, a monitored metric or a callback that does not exist."""
    from workbench.training.callbacks.custom import load_custom
    from workbench.training.networks import build_network, resolve_factory

    import_modules(params.modules, project)
    if params.callbacks.custom:
        require_trust(project, "callbacks.custom of params.yaml")
    resolve_factory(params.model.name)
    if params.model.options or params.model.pretrained:
        # Whether options suit a network and weights can be had shows when it is built.
        build_network(params.model, num_classes=2)
    check_hardware(params.training)
    if params.model.in_channels not in (1, 3, "auto"):
        raise ConfigError(
            f"model.in_channels is {params.model.in_channels}; the images of a theme have 3 channels (RGB), "
            "or 1 when they are turned gray. Allowed: 1, 3, auto."
        )
    for key, monitor in (
        ("callbacks.checkpoint.monitor", params.callbacks.checkpoint.monitor),
        ("callbacks.early_stopping.monitor", params.callbacks.early_stopping.monitor),
    ):
        if monitor not in MONITORS:
            raise ConfigError(f"{key}: {unknown_name('metric', monitor, MONITORS)}")
    for custom in params.callbacks.custom:
        load_custom(custom)


_SCORES = ("loss", "accuracy", "balanced_accuracy", "precision", "recall", "f1")
MONITORS = (
    *(f"valid_{name}" for name in _SCORES),
    "valid_calibration_error",
    *(f"train_{name}" for name in _SCORES),
)


def make_plan(params: Params, augment: AugmentConfig, project: Project) -> Plan:
    """Find the theme, give a split to labeled samples that have none, and freeze a snapshot.

    Splits and snapshot are written only when everything about the data is in order. When boxes are
    the samples, the theme is that of their crops, which are brought up to date before. Raises NotFoundError for an
    unknown theme and WorkbenchError for data that cannot be trained on.
    """
    data, name = params.data, params.theme
    with closing(open_store(project)) as store:
        if data.samples == "boxes":
            name = theme_of_crops(
                store, name, margin=data.box_margin, ratios=data.split_ratio, seed=data.seed, annotator=SPLITTER
            )
        with store.read() as session:
            theme = get_theme(name, session=session)
            waiting = count_samples(theme.id, SampleFilter(state="labeled", split="none"), session=session)
            if waiting:
                counts = preview_splits(theme.id, data.split_ratio, seed=data.seed, session=session).counts
            else:
                counts = theme_counts(theme.id, session=session).by_label
        _check_counts(theme, counts)
        compare_newcomers(store, name, annotator=SPLITTER)
        if waiting:
            done = assign_splits_in_steps(store, theme, data.split_ratio, seed=data.seed, annotator=SPLITTER)
        snapshot = take_snapshot_in_steps(store, theme.id)
        if waiting:
            given = ", ".join(f"{number:,} {split}" for split, number in done.assigned.items())
            print(f"Labeled samples that had no split got one, by data.split_ratio: {given}.", flush=True)
            if done.groups is not None:
                print(done.groups, flush=True)
        _tell_leaks(snapshot)
        return plan_from_snapshot(params, augment, store, theme, snapshot)


def _tell_leaks(snapshot: Snapshot) -> None:
    """Say what is known of near duplicates and groups; nothing where nobody looked for any."""
    found = snapshot.certificate or {}
    if leaks(found):
        print(f"Leak: {sentence(found)}. Mend it: workbench groups mend.", flush=True)
    elif found.get("groups") or found.get("threshold") is not None:
        print(f"Checked: {sentence(found)}.", flush=True)


def plan_from_snapshot(params: Params, augment: AugmentConfig, store: Store, theme: Theme, snapshot: Snapshot) -> Plan:
    """Plan a training on a snapshot that exists, and import the modules that its settings name.

    Raises WorkbenchError when an image file of it is gone.
    """
    import_modules(params.modules, store.project)
    several = params.training.num_nodes > 1 and isinstance(store.images, RemoteImages)
    images = images_of_snapshot(store, snapshot, on_demand=several)
    missing = [] if several else [path for part in images.values() for path in part.paths if not path.is_file()]
    if missing:
        shown = ", ".join(str(path) for path in missing[:3])
        raise WorkbenchError(
            f"{len(missing)} image files of the theme '{theme.name}' are missing: {shown}"
            f"{' ...' if len(missing) > 3 else ''}. Restore them from a backup (`workbench db restore`), import the "
            "images again, or delete the samples; `workbench db check` lists all of them."
        )
    return Plan(params, augment, theme.name, theme.id, snapshot, dict(images), store)


def _check_counts(theme: Theme, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Raise WorkbenchError for what a training cannot begin with. `counts` are of each label by split."""
    used = [name for name, row in counts.items() if any(row[split] for split in SPLITS)]
    where = f"the theme '{theme.name}'"
    if len(used) < 2:
        found = f"only '{used[0]}'" if used else "none"
        raise WorkbenchError(
            f"Training needs samples of at least two labels; {where} has {found}. "
            "Label more in notebooks/01_label.ipynb."
        )
    _check_splits(theme, [split for split in SPLITS if not any(counts[name][split] for name in used)])
    idle = [name for name in counts if name not in used]
    if idle:
        raise WorkbenchError(
            f"No sample of {where} has the label '{idle[0]}'{_more(idle)}. Label some, or delete the label: a network "
            "cannot learn a class that it never sees."
        )
    untrained = [name for name in used if not counts[name]["train"]]
    if untrained:
        raise WorkbenchError(
            f"The label '{untrained[0]}'{_more(untrained)} of {where} has no training samples. Label more "
            f'of it and run `workbench split "{theme.name}"`.'
        )


def _check_splits(theme: Theme, empty: list[str]) -> None:
    where = f"the theme '{theme.name}'"
    if empty == ["valid"]:
        raise WorkbenchError(
            f"The split 'valid' of {where} has no samples. Take it out of train, which leaves test as it is: "
            f'`workbench split "{theme.name}" --valid-from-train`.'
        )
    if empty:
        raise WorkbenchError(
            f"The split '{empty[0]}' of {where} has no samples. Give it a share above 0 in data.split_ratio, then "
            f'assign all splits once more: `workbench split "{theme.name}" --reset`.'
        )


def _more(names: list[str]) -> str:
    return f" (nor {', '.join(repr(name) for name in names[1:4])})" if len(names) > 1 else ""


def params_path(params_file: Path | str | None, project: Project) -> Path:
    """Return the params file that is meant: relative to the working directory, or else to the project."""
    if params_file is None:
        return project.params_file
    path = Path(params_file)
    return path if path.is_absolute() or path.is_file() else project.root / path


def present_theme(params_file: Path | str = "params.yaml", *, project: Project | None = None) -> str | None:
    """Return the theme that `params_file` names; None where there is no such theme yet.

    >>> wb.present_theme()
    'cells'
    """
    try:
        return default_theme(params_file, project=project)
    except NotFoundError:
        return None


def default_theme(params_file: Path | str = "params.yaml", *, project: Project | None = None) -> str:
    """Return the theme that `params_file` (relative to the project's folder) names.

    Raises NotFoundError when there is no such theme, and ConfigError for a file that is not in order.

    >>> wb.default_theme()
    'cells'
    """
    store = open_store(project)
    try:
        name = load_params(store.project.root / params_file).theme
        with store.read() as session:
            known = [theme.name for theme in list_themes(session=session)]
    finally:
        store.close()
    if name in known:
        return name
    if not known:
        raise NotFoundError("There are no themes yet. Create one: workbench theme create NAME --label A --label B.")
    raise NotFoundError(
        f"There is no theme '{name}', which {params_file} names. Known: {', '.join(known[:20])}. "
        f"Write one of them into {params_file}, or into the parameters cell of the notebook."
    )
