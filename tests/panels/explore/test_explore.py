"""The explore panel's calls, as the browser makes them."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from workbench.data.config.augment import AugmentConfig
from workbench.errors import ConfigError, ConflictError, NotFoundError, WorkbenchError
from workbench.panels.explore import preview, samples, settings, survey
from workbench.panels.explore.panel import ExplorePanel
from workbench.panels.explore.plots import class_distribution
from workbench.panels.explore.state import ExplorePanelState
from workbench.panels.explore.static_report import Exploration
from workbench.panels.explore.summary import summary
from workbench.store.themes import create_theme


def read(state: ExplorePanelState) -> dict[str, Any]:
    return settings.read(state, {}).value


def first(state: ExplorePanelState) -> int:
    return samples.samples(state, {}).value["rows"][0]["id"]


def pixels(buffer: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(buffer, np.uint8), cv2.IMREAD_COLOR_RGB)


def test_the_theme_and_its_samples_are_listed_and_filtered(state: ExplorePanelState) -> None:
    opened = samples.open_theme(state, {}).value
    assert opened["theme"] == "shapes"
    assert [label["name"] for label in opened["labels"]] == ["round", "square"]
    everything = samples.samples(state, {})
    assert everything.value["total"] == 12
    assert len(everything.buffers) == 12
    label = opened["labels"][1]["id"]
    some = samples.samples(state, {"label": label, "split": "valid", "search": "SHAPE"}).value
    assert [row["name"] for row in some["rows"]] == ["shape_01.png", "shape_07.png"]
    assert {(row["label"], row["split"]) for row in some["rows"]} == {("square", "valid")}


def test_the_steps_show_what_training_would_get(state: ExplorePanelState) -> None:
    draft = read(state)["draft"]
    draft["preprocessing"]["gamma"] = {"enabled": True, "gamma": 0.5}
    answer = preview.preview(state, {"draft": draft, "sample": first(state), "view": "steps"})
    stages = answer.value["stages"]
    assert [stage["name"] for stage in stages] == ["original", "gamma", "resize"]
    assert stages[-1]["size"] == [32, 32]
    shown = pixels(answer.buffers[stages[-1]["picture"]["buffer"]])
    path = state.store.images.path(state.sample(first(state)).uri)
    from workbench.data.batches.inputs import Preprocessing

    assert np.array_equal(shown, Preprocessing.create(AugmentConfig.from_dict(draft)).patches(path)[0])


def test_variants_come_with_what_was_applied_and_repeat_from_the_seed(state: ExplorePanelState) -> None:
    draft = read(state)["draft"]
    params = {"draft": draft, "sample": first(state), "view": "augmentation", "count": 8, "seed": 3}
    answer = preview.preview(state, params)
    assert len(answer.value["variants"]) == 8
    assert any("Affine" in line for variant in answer.value["variants"] for line in variant["applied"])
    assert preview.preview(state, params).buffers == answer.buffers
    assert preview.preview(state, params | {"seed": 100}).buffers[1:] != answer.buffers[1:]


def test_splits_and_libraries_side_by_side(state: ExplorePanelState) -> None:
    params = {"draft": read(state)["draft"], "sample": first(state)}
    splits = preview.preview(state, params | {"view": "splits"}).value["splits"]
    assert {split: len(pictures) for split, pictures in splits.items()} == {"train": 5, "valid": 1, "test": 1}
    libraries = preview.preview(state, params | {"view": "libraries", "intent": "blur"}).value
    assert libraries["intent"] == "blur"
    assert "GaussianBlur" in libraries["libraries"]["torchvision"]["transform"]


def test_a_batch_is_normalized_and_shown_in_colors(state: ExplorePanelState) -> None:
    draft = read(state)["draft"]
    draft["augmentation"] |= {"normalization": "theme", "train": []}
    answer = preview.batch(state, {"draft": draft, "count": 4}).value
    assert answer["from"] == "the training split"
    assert answer["shape"] == [4, 3, 32, 32]
    assert np.abs(answer["mean"]).max() < 0.01
    assert {row["label"] for row in answer["rows"]} <= {"round", "square"}


def test_patches_are_shown_together_and_augmented_one_by_one(state: ExplorePanelState) -> None:
    draft = read(state)["draft"]
    draft["preprocessing"]["patches"] |= {"enabled": True, "size": 16}
    params = {"draft": draft, "sample": first(state)}
    stages = preview.preview(state, params | {"view": "steps"}).value["stages"]
    assert stages[-1]["count"] == 4
    answer = preview.preview(state, params | {"view": "augmentation"}).value
    assert answer["patches"] == 4
    assert answer["original"]["width"] == 16
    assert preview.batch(state, {"draft": draft, "count": 3}).value["shape"] == [12, 3, 16, 16]


def test_a_large_image_is_shown_quicker_while_a_slider_moves(state: ExplorePanelState) -> None:
    content = bytes(cv2.imencode(".png", np.zeros((1500, 2000, 3), np.uint8))[1])
    sample = state.sample(first(state))
    state.store.images.path(sample.uri).write_bytes(content)
    params = {"draft": read(state)["draft"], "sample": sample.id, "view": "steps"}
    assert preview.preview(state, params).value["stages"][0]["size"] == [1500, 2000]
    quick = preview.preview(state, params | {"quick": True}).value["stages"]
    assert quick[0]["size"] == [768, 1024]
    assert quick[-1]["size"] == [32, 32]


def test_what_was_changed_is_saved_and_what_others_changed_is_not_lost(state: ExplorePanelState) -> None:
    found = read(state)
    draft = found["draft"]
    draft["preprocessing"]["gamma"]["enabled"] = True
    saved = settings.save(state, {"draft": draft, "digest": found["digest"]}).value
    assert read(state)["draft"] == draft
    assert read(state)["digest"] == saved["digest"]
    with pytest.raises(ConflictError):
        settings.save(state, {"draft": draft, "digest": found["digest"]})
    assert "gamma:" in settings.to_yaml(state, {"draft": draft}).value["yaml"]


def test_a_wrong_setting_says_what_is_allowed(state: ExplorePanelState) -> None:
    draft = read(state)["draft"]
    draft["augmentation"]["train"] = [{"Rotat": {}}]
    with pytest.raises(ConfigError, match="Did you mean 'Rotate'"):
        preview.preview(state, {"draft": draft, "sample": first(state), "view": "steps"})


def test_every_step_tells_its_settings(state: ExplorePanelState) -> None:
    steps = read(state)["steps"]
    assert [field["name"] for field in steps["histogram_equalization"]] == ["method", "clip_limit", "tiles"]
    assert steps["histogram_equalization"][0]["choices"] == ["global", "clahe"]
    assert steps["gamma"][0]["slider"] == [0.2, 3, 0.05]
    assert [field["name"] for field in steps["resize"]] == ["fit", "fill", "interpolation"]
    draft = read(state)["draft"]
    for name, fields in steps.items():
        draft["preprocessing"][name] = {field["name"]: field["default"] for field in fields}
    AugmentConfig.from_dict(draft)


def test_the_survey_goes_on_until_all_is_seen(state: ExplorePanelState) -> None:
    for _ in range(50):
        answer = survey.survey(state, {})
        if answer.value["done"] == answer.value["of"]:
            break
    value = answer.value
    assert value["total"] == value["done"] == 12
    assert value["sizes"] == [[40, 30, 12]]
    assert sum(value["levels"][0]) == 12
    assert value["counts"]["round"] == {"train": 2, "valid": 2, "test": 2, "unassigned": 0}
    assert len(answer.buffers) == len(value["odd"]) + 2 * len(value["pairs"])


def test_the_summary_shows_the_same_without_a_kernel(state: ExplorePanelState) -> None:
    html = summary(state)
    assert "<b>shapes</b>: 12 images, 12 labeled." in html
    # The original and one step, each with its histogram, then the original beside its augmented versions.
    assert html.count(";base64,") == 2 + 12
    assert html.count("<svg") == 2
    assert "&#9632;</span> round</td><td style='text-align:right'>6</td>" in html
    assert "<script" not in html


@pytest.mark.filterwarnings("error")
def test_a_theme_without_labels_is_shown_without_a_warning() -> None:
    for counts in ({}, {str(digit): {"train": 0} for digit in range(10)}):
        class_distribution(counts).canvas.draw()


def test_a_batch_names_what_it_left_out(state: ExplorePanelState) -> None:
    sample = state.sample(first(state))
    path = state.store.images.path(sample.uri)
    path.chmod(0o644)
    path.write_bytes(b"no image")
    value = preview.batch(state, {"draft": read(state)["draft"]}).value
    total = len(value["rows"]) + len(value["damaged"])
    assert value["shape"][0] == len(value["rows"]) == total - 1
    assert value["damaged"][0].startswith(f"{sample.name} (not an image")


def test_a_theme_without_images_says_what_to_do(state: ExplorePanelState) -> None:
    with state.store.write() as session:
        create_theme("empty", labels=["a"], session=session)
    with pytest.raises(WorkbenchError, match=r"has no images yet.*workbench import empty"):
        Exploration("empty", store=state.store)
    assert "0 images" in ExplorePanel("empty", store=state.store).summary()


def test_odd_images_and_pairs_are_drawn_also_when_one_cannot_be_decoded(state: ExplorePanelState) -> None:
    found = Exploration("shapes", store=state.store)
    path = state.store.images.path(state.sample(first(state)).uri)
    path.chmod(0o644)
    path.write_bytes(b"no image")
    figure = found.odd_images()
    assert figure is not None
    assert [axis.get_title().split()[0] for axis in figure.axes if axis.get_title()] == ["damaged"]


def test_the_panel_in_a_batch_run_is_static(state: ExplorePanelState, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFoundError, match="Did you mean 'shapes'"):
        ExplorePanel("shape", store=state.store)
    panel = ExplorePanel("shapes", store=state.store)
    monkeypatch.setenv("WORKBENCH_BATCH", "1")
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert "shape_00.png" in bundle["text/html"]


def test_a_broken_file_is_told_in_the_summary(state: ExplorePanelState) -> None:
    state.config_file.write_text("image: {siz: 3}\n")
    assert "unknown key &#x27;image.siz&#x27;" in ExplorePanel("shapes", store=state.store).summary()
