"""A query means what it says, in every order, and its edits are one batch each."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store import now


def names(samples):
    return [sample.name.rpartition("/")[2] for sample in samples]


def test_filters_mean_the_samples_that_their_words_say(theme):
    theme.samples(name="red_3*").clear()
    theme.samples(name="red_3.png").skip()
    assert names(theme.samples(label="red")) == ["red_0.png", "red_1.png", "red_2.png"]
    assert names(theme.samples(state="skipped")) == ["red_3.png"]
    assert names(theme.samples(name="WHITE_?.png", width=(11, 12))) == ["white_1.png", "white_2.png"]
    assert names(theme.samples(name="red/*", search="_2")) == ["red_2.png"]
    assert len(theme.samples(name="red_%")) == len(theme.samples(name="re_0*")) == 0
    assert len(theme.samples(since=now() + timedelta(hours=1))) == 0
    assert len(theme.samples(until=now() + timedelta(hours=1))) == 8
    assert len(theme.samples(split="none")) == 8


def test_samples_are_named_by_frame_ids_paths_and_names(theme, tmp_path):
    frame = theme.samples(label="white").to_frame()
    for among in (frame, frame.drop(columns="id"), list(frame["id"]), list(frame["path"]), list(frame["name"])):
        assert names(theme.samples(among)) == [f"white_{number}.png" for number in range(4)]
    elsewhere = tmp_path / "copy.png"
    elsewhere.write_bytes((tmp_path / "photos" / "red" / "red_2.png").read_bytes())
    assert names(theme.samples([elsewhere])) == ["red_2.png"]
    assert names(theme.samples(frame, label="red")) == []


def test_order_slices_and_draws_go_together_and_stay_the_same(theme):
    widest = theme.samples().sort("-width")
    assert names(widest[:2]) == ["white_3.png", "red_3.png"]
    assert names(widest[:4].sort("name")) == ["red_2.png", "red_3.png", "white_2.png", "white_3.png"]
    assert widest[-1].name == "red/red_0.png"
    drawn = theme.samples().sample(5, seed=3)
    assert (
        names(drawn)
        == names(theme.samples().sample(5, seed=3))
        == [row.rpartition("/")[2] for row in drawn.to_frame()["name"]]
    )
    assert len(drawn) == len(set(names(drawn))) == 5
    with pytest.raises(IndexError):
        theme.samples()[8]
    with pytest.raises(WorkbenchError, match="width"):
        theme.samples().sort("widht")


def test_an_edit_of_a_slice_is_one_batch_that_one_undo_takes_back(theme):
    done = theme.samples(label="red").sort("-name")[:2].label("white")
    assert (done.changed, done.replaced) == (2, 2)
    assert theme.counts().by_label["white"]["unassigned"] == 6
    assert theme.undo().restored == 2
    assert names(theme.samples(label="red")) == [f"red_{number}.png" for number in range(4)]


def test_what_there_is_not_names_the_nearest(theme):
    with pytest.raises(NotFoundError, match="white"):
        theme.samples().label("whit")
    with pytest.raises(WorkbenchError, match="labeled"):
        theme.samples(state="labelled")
    assert theme.counts().by_label["white"]["unassigned"] == 4
    with pytest.raises(NotFoundError, match="nothing to show: 0 samples of 'cells': name='none'"):
        theme.samples(name="none").show()


def test_a_frame_has_categories_in_the_order_of_the_keys(theme):
    frame = theme.samples().to_frame()
    assert list(frame["label"].cat.categories) == ["red", "white"]
    assert str(frame["labeled_at"].dtype).endswith("UTC]")
    assert Path(frame["path"][0]).read_bytes().startswith(b"\x89PNG")
    nothing = theme.samples(label="red", name="nothing").to_frame()
    assert (len(nothing), list(nothing.columns)) == (0, list(frame.columns))
    assert list(nothing["label"].cat.categories) == ["red", "white"]


def test_a_sample_shows_what_a_person_sees_with_names_escaped(theme):
    theme.labels.rename("red", "<i>red")
    sample = theme.samples()[0]
    assert sample.array.shape == (8, 10, 3)
    assert list(sample.history["action"]) == ["label"]
    assert "<i>red" not in sample._repr_html_()
    assert "data:image" in theme._repr_html_()
    assert "<i>red" not in theme._repr_html_() + theme.samples()._repr_html_()


def test_completion_shows_nothing_private(theme):
    for shown in (theme, theme.samples(), theme.labels, theme.samples()[0]):
        assert not [name for name in dir(shown) if name.startswith("_")]


def test_without_the_package_a_dataset_of_hugging_face_is_a_sentence(theme, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(WorkbenchError, match=r"pip install 'image-workbench\[hf\]'"):
        theme.samples().to_hf()


def test_a_dataset_of_hugging_face_has_images_and_the_labels_as_classes(theme):
    theme.samples(name="red_0*").clear()
    rows = theme.samples().to_hf()
    assert rows.features["label"].names == ["red", "white"]
    assert rows["label"][:2] == [None, 0]
    assert rows[1]["image"].getpixel((5, 5)) == (200, 20, 20)
    nothing = theme.samples(name="nothing").to_hf()
    assert (len(nothing), nothing.features["label"].names) == (0, ["red", "white"])
