"""A model as ONNX, checked against the answers of the served one."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.data.config.augment import Statistics
from workbench.data.normalization import scale_and_shift_of
from workbench.data.preprocessing import Patches, Resize
from workbench.distribution import extra_hint
from workbench.errors import WorkbenchError
from workbench.paths import Project, atomic_write
from workbench.registry.model_loading import LoadedModel, load_model
from workbench.store import open_store
from workbench.store.samples import SampleFilter, page_of_sample_files

if TYPE_CHECKING:
    import torch

    from workbench.data.batches.inputs import Preprocessing

TOLERANCE = 1e-3
"""How far a probability may be off; what differs is the order in which floats are summed."""

_OPSET = 18
_DRAWN_SIZE = (64, 64)
_CHECKED = 16
_AT_ONCE = 5


@dataclass(frozen=True)
class OnnxExport:
    """The written file and the largest difference of a probability from the model's own, over the checked images.

    `checked_on` says which these were: `given`, `theme` (samples of the theme) or `drawn`, where the theme has none.
    """

    file: Path
    largest_difference: float
    checked: int
    checked_on: str

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "file": str(self.file),
            "largest_difference": self.largest_difference,
            "checked": self.checked,
            "checked_on": self.checked_on,
        }


def export_onnx(
    theme: str, model: str | int, file: str | Path, *, images: Sequence[Path] = (), project: Project | None = None
) -> OnnxExport:
    """Write a theme's model as an ONNX file and compare its answers with those of the served model.

    Input `images`: uint8 RGB (N, height, width, 3) as the preprocessing steps leave them, a row for each patch; the
    transforms of `test`, scaling, normalization, views and softmax are inside. Output `probabilities`: float32
    (N, classes). Metadata: `class_names` and `preprocessing` as JSON, `theme` and `model`. With `image.size: null`
    height and width are free. The check uses `images` if given, else samples of the theme. Raises WorkbenchError when
    the packages of the extra `onnx` are missing, when transforms of `test` do more than to move pixels, or when an
    answer differs; no file is left then.
    """
    try:
        import onnx
        import onnxruntime
        import onnxscript  # noqa: F401  (torch's exporter needs it)
    except ImportError as error:
        raise WorkbenchError(f"The package '{error.name}' is missing. Install it: {extra_hint('onnx')}") from None
    loaded = load_model(theme, model, project=project, device="cpu")
    checked, origin = _images_to_check(loaded, images, project)
    example = loaded.preprocessing.patches(checked[0])[0]
    target = Path(file)
    with atomic_write(target) as unfinished:
        _export(_whole(loaded, example), example, _is_size_free(loaded), unfinished)
        _describe(onnx.load(unfinished), loaded, unfinished)
        session = onnxruntime.InferenceSession(str(unfinished), providers=["CPUExecutionProvider"])
        number, difference = _largest_difference(loaded, session, checked, example.shape)
        if difference > TOLERANCE:
            raise WorkbenchError(
                f"The ONNX model's probabilities differ from the model's own by up to {difference:.2g}, more than "
                f"{TOLERANCE:g}. It was not written. Use the pyfunc model for this network."
            )
    return OnnxExport(target.resolve(), difference, number, origin)


def _images_to_check(
    loaded: LoadedModel, given: Sequence[Path], project: Project | None
) -> tuple[Sequence[Path | np.ndarray], str]:
    """Images for the check, as many as it looks at, and where they come from."""
    if given:
        return given[:_CHECKED], "given"
    with closing(open_store(project)) as store:
        with store.read() as session:
            where = SampleFilter(split="test"), SampleFilter()
            pages = [
                page_of_sample_files(loaded.reference.theme_id, each, limit=_CHECKED, session=session) for each in where
            ]
        files = store.images.paths([row.uri for row in pages[0] or pages[1]])
    files = [file for file in files if file.is_file()]
    if files:
        return files, "theme"
    drawn = np.random.default_rng(0).integers(0, 256, (_CHECKED, *_DRAWN_SIZE, 3), dtype=np.uint8)
    # Flat images as well: noise alone leaves many networks undecided between the classes.
    drawn[::2] = drawn[::2, :1, :1]
    return list(drawn), "drawn"


def _is_size_free(loaded: LoadedModel) -> bool:
    """Whether images of every size come out of the preprocessing, and go into the network, as large as they are."""
    config = loaded.preprocessing.config
    return not config.transforms("test") and not any(isinstance(step, Resize | Patches) for _, step in config.steps())


def _whole(loaded: LoadedModel, example: np.ndarray) -> torch.nn.Module:
    """The network with the transforms of `test` and scaling before and softmax behind it: pixels in, answers out.

    Raises WorkbenchError for transforms that cannot go into the file.
    """
    import torch

    from workbench.data.batches.probabilities import to_probabilities
    from workbench.data.batches.tta import views_named

    none = Statistics(mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
    scale, shift = scale_and_shift_of(loaded.preprocessing.statistics or none)
    transforms = _transforms(loaded.preprocessing, example)
    content = loaded.classifier.content
    views = views_named(content.views)

    class Whole(torch.nn.Module):
        scale: torch.Tensor
        shift: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.network = loaded.network
            self.transforms = transforms
            self.register_buffer("scale", scale)
            self.register_buffer("shift", shift)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            inputs = self.transforms(images).permute(0, 3, 1, 2).to(torch.float32) * self.scale - self.shift
            shown = [inputs, *(view(inputs) for view in views)]
            answers = [to_probabilities(self.network(each), content.temperature) for each in shown]
            return torch.stack(answers).mean(dim=0)

    return Whole().eval()


def _transforms(preprocessing: Preprocessing, example: np.ndarray) -> torch.nn.Module:
    import torch

    from workbench.registry.onnx_transforms import moved_pixels

    listed = preprocessing.config.transforms("test")
    if not listed:
        return torch.nn.Identity()
    found = moved_pixels(preprocessing.augmenter("test"), *example.shape[:2])
    if found is None:
        names = ", ".join(each if isinstance(each, str) else next(iter(each)) for each in listed)
        raise WorkbenchError(
            f"The transforms of augmentation.test of this model ({names}) cannot go into an ONNX file: only those can "
            "that move pixels without changing them (crops, flips, turns, padding). Let the preprocessing do the rest "
            "(image.size, preprocessing) and train again, or use the pyfunc model, which has them."
        )
    return found


def _export(whole: torch.nn.Module, example: np.ndarray, any_size: bool, file: Path) -> None:
    import torch

    free: dict[int, Any] = {0: torch.export.Dim("batch", min=1)}
    if any_size:
        free |= {1: torch.export.Dim("height", min=1), 2: torch.export.Dim("width", min=1)}
    level = logging.getLogger("torch.onnx").level
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                whole,
                (torch.from_numpy(np.stack([example, example])),),
                str(file),
                input_names=["images"],
                output_names=["probabilities"],
                dynamic_shapes={"images": free},
                opset_version=_OPSET,
                dynamo=True,
                external_data=False,
                verbose=False,
            )
    except torch.onnx.OnnxExporterError as error:
        reason = str(error).strip().splitlines()[0]
        size = " for images of every size; set image.size in auguments.yaml" if any_size else ""
        raise WorkbenchError(f"This network cannot be exported to ONNX{size}: {reason}") from error
    finally:
        logging.getLogger("torch.onnx").setLevel(level)


def _describe(content: Any, loaded: LoadedModel, file: Path) -> None:
    import onnx

    onnx.helper.set_model_props(
        content,
        {
            "theme": loaded.reference.theme,
            "model": loaded.reference.short_name,
            "class_names": json.dumps(list(loaded.class_names), ensure_ascii=False),
            "preprocessing": json.dumps(loaded.preprocessing.to_dict(), ensure_ascii=False),
        },
    )
    onnx.save(content, file)


def _largest_difference(
    loaded: LoadedModel, session: Any, images: Sequence[Path | np.ndarray], shape: tuple[int, ...]
) -> tuple[int, float]:
    """Compare with what the served model answers; returns how many images were compared, too."""
    from workbench.data.batches.probabilities import combine_patches

    served, errors = loaded.classifier.probabilities(images)
    largest, compared = 0.0, 0
    for image, error, expected in zip(images, errors, served, strict=True):
        patches = loaded.preprocessing.patches(image) if error is None else []
        if not patches or (patches[0].shape != shape and not _is_size_free(loaded)):
            continue
        parts = [np.stack(patches[start : start + _AT_ONCE]) for start in range(0, len(patches), _AT_ONCE)]
        found = np.concatenate([session.run(None, {"images": part})[0] for part in parts])
        _, answers = combine_patches(found, np.zeros(len(found), dtype=np.int64))
        largest = max(largest, float(np.abs(answers[0] - expected).max()))
        compared += 1
    if not compared:
        raise WorkbenchError(f"The model refuses each of the {len(images)} images that it was to be checked on.")
    return compared, largest
