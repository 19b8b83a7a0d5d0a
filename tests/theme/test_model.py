"""A registered model as an object answers as the served one does; its mistakes are a query."""

import pickle
import shutil

import lightning
import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn.modules.module import register_module_forward_hook
from torch.utils.data import DataLoader

import workbench as wb
from workbench.errors import NotFoundError


def test_a_model_predicts_whatever_holds_an_image(shades, png, tmp_path):
    theme = wb.open_theme("shades", store=shades.store)
    model = theme.model("production")
    content = png(25, 901)
    path = tmp_path / "dark.png"
    path.write_bytes(content)
    image = Image.open(path)
    answers = model.predict([path, str(path), content, np.asarray(image), image, tmp_path / "none.png"])
    assert answers["label"].tolist() == ["dark"] * 5 + [None]
    assert "no file" in answers["error"][5]
    assert len(set(answers["score"][:5])) == 1
    assert model.predict(image)["label"].tolist() == ["dark"]
    assert model.predict(theme.samples(split="test"))["error"].isna().all()
    assert not model.network.training
    assert model.checkpoint.is_relative_to(shades.project.artifacts), "the file stays when the program ends"
    assert model.network.load_state_dict(torch.load(model.checkpoint, weights_only=True))
    shutil.rmtree(model.checkpoint.parent)
    with pytest.raises(NotFoundError, match="gone"):
        _ = model.checkpoint


def test_mistakes_are_a_query_over_what_the_model_took_for_something_else(shades):
    theme = wb.open_theme("shades", store=shades.store)
    tags = {"workbench.snapshot": theme.snapshot().digest}
    run_id = shades.log_run(class_names=("dark", "bright", "gray"), tags=tags)
    frame = theme.model(run_id).predictions("test")
    assert list(frame.columns[2:]) == ["true", "predicted", "score", "p_dark", "p_bright", "p_gray"]
    np.testing.assert_allclose(frame.filter(like="p_").sum(axis=1), 1, rtol=1e-5)
    report = theme.model(run_id).per_class("test")
    assert report.support.to_dict() == {"dark": 6, "bright": 6, "gray": 6}
    assert report.recall.tolist() == [1, 0, 0]
    wrong = theme.model(run_id).mistakes("test")
    assert len(wrong) == (frame["true"].astype(str) != frame["predicted"].astype(str)).sum() > 0
    assert {sample.label for sample in wrong} == {"gray", "bright"}
    assert len(theme.model("production").mistakes("test")) == 0
    with pytest.raises(NotFoundError, match="version"):
        theme.model(99)


def test_the_network_runs_once_for_each_split_and_not_at_all_for_what_the_run_keeps(trained):
    model = trained.model("production")
    first = model.predictions("valid")
    ran = []
    # Of any network: what answers may be a quicker copy.
    hook = register_module_forward_hook(lambda *_: ran.append(1))
    first.loc[:, "score"] = -1
    assert (model.predictions("valid")["score"] >= 0).all(), "what one person does to a frame is in nobody else's"
    assert len(model.per_class("valid")) == 2
    kept = (model.mistakes("test").ids, model.confusion("test"))
    assert not ran
    model.predictions("test")
    hook.remove()
    assert ran
    assert (model.mistakes("test").ids, model.confusion("test")) == kept


def test_answers_of_a_version_are_columns_and_filters(two_versions):
    theme = wb.open_theme("shades", store=two_versions.store)
    differs = theme.samples(model=2, match="differs")
    frame = differs.sort("-score").to_frame()
    assert len(frame) == len(differs) > 0
    assert frame["score"].is_monotonic_decreasing
    assert (frame["suggested"].astype(str) != frame["label"].astype(str)).all()
    assert differs[0].suggested != differs[0].label
    assert not differs[0].predictions.empty
    sure = theme.samples(model=2, score=(0.5, None))
    assert (sure.to_frame()["score"] >= 0.5).all()
    assert len(theme.samples(model=2)) == len(theme.samples())
    assert theme.model(1).compare(2).as_dict()


def test_datasets_are_pickled_and_look_like_those_of_torchvision(theme):
    theme.split((0.5, 0.25, 0.25))
    for transform in ("auguments", None):
        images = pickle.loads(pickle.dumps(theme.dataset("train", transform=transform)))
        assert (len(images), images.classes, images.class_to_idx) == (4, ["red", "white"], {"red": 0, "white": 1})
        assert images[0][1] == images.targets[0] == images.samples[0][1]
        assert sorted(images.targets) == [0, 0, 1, 1]
    assert theme.dataset("valid", transform=lambda image: image.size)[0][0][1] == 8
    batches = list(pickle.loads(pickle.dumps(theme.datamodule(batch_size=2))).val_dataloader())
    assert [len(targets) for _, targets in batches] == [2]
    spawned = DataLoader(theme.dataset("train"), batch_size=2, num_workers=1, multiprocessing_context="spawn")
    assert [tuple(images.shape[:2]) for images, _ in spawned] == [(2, 3), (2, 3)]
    rows, y = theme.arrays("train")
    assert rows.dtype == np.float32
    assert rows.shape[0] == len(y) == 4


def test_a_data_module_works_in_anybodys_trainer(theme):
    theme.split((0.5, 0.25, 0.25))
    data = theme.datamodule(batch_size=2)

    class Own(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer, self.seen = torch.nn.Linear(3, len(data.classes)), []

        def training_step(self, batch, index):
            images, targets = batch
            self.seen.append(len(targets))
            return torch.nn.functional.cross_entropy(self.layer(images.mean((2, 3))), targets)

        def validation_step(self, batch, index):
            self.log("valid_loss", self.training_step(batch, index))

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.01)

    own = Own()
    trainer = lightning.Trainer(
        max_epochs=1,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(own, datamodule=data)
    assert "valid_loss" in trainer.callback_metrics
    assert sum(own.seen) >= 6


def test_a_label_may_be_called_like_a_column_of_a_frame_of_predictions(shades):
    theme = wb.open_theme("shades", store=shades.store)
    theme.labels.rename("gray", "true")
    tags = {"workbench.snapshot": theme.snapshot().digest}
    frame = theme.model(shades.log_run(class_names=("dark", "true", "bright"), tags=tags)).predictions("test")
    assert set(frame["true"]) == {"dark", "true", "bright"}
    assert frame["p_true"].between(0, 1).all()
