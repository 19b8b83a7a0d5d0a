"""What is exported, read by the programs that it is for: they hold the same labels, boxes and splits as the theme."""

import numpy as np
import pytest

from workbench.data.exporting import export_theme
from workbench.data.formats.coco_shapes import bounds_of_shape
from workbench.data.formats.exported import folder_of_label
from workbench.data.formats.folder import SPLIT_NAMES
from workbench.store.boxes import replace_boxes
from workbench.store.decisions import BoxData, Decision
from workbench.store.labels import labels_of
from workbench.store.schema import Sample
from workbench.store.single_edits import Edit, decide

LABELS = ("red cell", "N.A.", "Zelle äß")
NAMES = ("images/train/images/a.png", "labels/b c.png", "-d.png", "x.y/e.png", "dog/cat0.png", "b c.png")
SPLITS = ("train", "train", "valid", "test", "test", "train")
WIDTH, HEIGHT = 61, 47
BOXES = {
    0: [(0, 4, 3, 10, 20), (1, 0, 0, 61, 47)],
    1: [(2, 30.5, 10.25, 5, 5)],
    2: [],
    3: [(1, 1, 1, 2, 2)],
    4: [(0, 60, 46, 1, 1)],
    5: [],
}


def theme_with(store, make_theme, add_samples, name, *, boxes, names=NAMES):
    """A theme of six images with names that other programs stumble over, labeled as a whole or with boxes."""
    theme = make_theme(store, name, labels=LABELS)
    ids = add_samples(store, theme, range(6), size=(WIDTH, HEIGHT))
    with store.write() as session:
        known = [label.id for label in labels_of(theme, session=session)]
        for number, sample_id in enumerate(ids):
            if boxes:
                drawn = [BoxData(known[label], *box) for label, *box in BOXES[number]]
                replace_boxes(sample_id, drawn, annotator="mika", session=session)
            else:
                decide(theme, [Edit(sample_id, Decision.of(known[number % 3]))], annotator="mika", session=session)
            sample = session.get_one(Sample, sample_id)
            sample.name, sample.split = names[number], SPLITS[number]
    return theme


@pytest.fixture
def labeled(sqlite_store, make_theme, add_samples, tmp_path):
    """`labeled(format)` exports a theme of labeled images and returns the folder."""
    theme_with(sqlite_store, make_theme, add_samples, "labeled", boxes=False)
    return lambda format: _exported(sqlite_store, "labeled", tmp_path / format, format)


@pytest.fixture
def boxed(sqlite_store, make_theme, add_samples, tmp_path):
    """`boxed(format)` exports a theme of boxes and returns the folder; `flat` without folders in the images' names."""
    theme_with(sqlite_store, make_theme, add_samples, "boxed", boxes=True)
    theme_with(sqlite_store, make_theme, add_samples, "flat", boxes=True, names=[f"{n} a.png" for n in range(6)])
    return lambda format, theme="boxed": _exported(sqlite_store, theme, tmp_path / theme / format, format)


def _exported(store, theme, target, format):
    target.parent.mkdir(exist_ok=True)
    report = export_theme(store, theme, target, format, progress=False)
    assert report.left_out == []
    return target


def expected_boxes(split):
    """The boxes of a split's images as (label, left, top, right, bottom), sorted."""
    chosen = [number for number, of_image in enumerate(SPLITS) if of_image == split]
    rows = [(LABELS[label], x, y, x + w, y + h) for number in chosen for label, x, y, w, h in BOXES[number]]
    return sorted(rows), len(chosen)


def labels_in(split):
    return sorted(LABELS[number % 3] for number, of_image in enumerate(SPLITS) if of_image == split)


def near(rows):
    return [(name, *(pytest.approx(value, abs=0.01) for value in box)) for name, *box in rows]


@pytest.mark.parametrize("split", ["train", "valid", "test"])
def test_pycocotools_reads_boxes_and_areas(boxed, split):
    from pycocotools.coco import COCO

    root = boxed("coco")
    coco = COCO(str(root / "annotations" / f"instances_{split}.json"))
    names = {each["id"]: each["name"] for each in coco.loadCats(coco.getCatIds())}
    rows = [(names[a["category_id"]], *a["bbox"]) for a in coco.loadAnns(coco.getAnnIds())]
    found = sorted((name, x, y, x + w, y + h) for name, x, y, w, h in rows)
    wanted, images = expected_boxes(split)
    assert (found, len(coco.getImgIds())) == (near(wanted), images)
    assert list(names.values()) == list(LABELS)
    assert all((root / "images" / each["file_name"]).is_file() for each in coco.loadImgs(coco.getImgIds()))


def test_masks_have_the_bounds_that_pycocotools_gives_them():
    from pycocotools import mask as masks

    draw = np.random.default_rng(7)
    for _ in range(20):
        drawn = np.asfortranarray(draw.random((37, 23)) < 0.02).astype(np.uint8)
        drawn[20:30, 5:9] = 1
        packed = masks.encode(drawn)
        ours = bounds_of_shape({"size": packed["size"], "counts": packed["counts"].decode()})
        assert ours == masks.toBbox(packed).tolist()


def test_supervision_reads_coco_and_yolo(boxed):
    import supervision as sv

    root = boxed("coco")
    annotations = str(root / "annotations" / "instances_train.json")
    coco = sv.DetectionDataset.from_coco(str(root / "images"), annotations)
    assert _of_supervision(coco) == (near(expected_boxes("train")[0]), 3)

    root = boxed("yolo", "flat")  # supervision does not look into folders
    for split, folder in SPLIT_NAMES.items():
        places = [str(root / part / folder) for part in ("images", "labels")]
        yolo = sv.DetectionDataset.from_yolo(*places, str(root / "data.yaml"))
        wanted, images = expected_boxes(split)
        assert _of_supervision(yolo) == (near(wanted), images), split


def _of_supervision(dataset):
    rows = [
        (dataset.classes[label], *map(float, box))
        for _, _, detections in dataset
        for box, label in zip(detections.xyxy, detections.class_id, strict=True)
    ]
    return sorted(rows), len(dataset)


def test_class_folders_are_read_by_torchvision_and_timm(labeled):
    from timm.data.readers import create_reader
    from torchvision.datasets import ImageFolder

    root = labeled("folder")
    wanted = sorted(folder_of_label(LABELS[number % 3]) for number in range(6))
    folder = ImageFolder(root)
    assert sorted(folder.classes[target] for _, target in folder.samples) == wanted
    reader = create_reader("", root=str(root), split="all")
    names = {index: name for name, index in reader.class_to_idx.items()}
    assert sorted(names[target] for _, target in reader.samples) == wanted


def test_datasets_reads_parquet_and_class_folders(labeled, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    from datasets import load_dataset

    files = {split: f"{split}-*.parquet" for split in ("train", "validation", "test")}
    root = labeled("parquet")
    data = load_dataset("parquet", data_dir=str(root / "data"), data_files=files, cache_dir=str(tmp_path / "cache"))
    for split, called in (("train", "train"), ("valid", "validation"), ("test", "test")):
        part = data[called]
        names = part.features["label"].names
        assert names == list(LABELS)
        assert sorted(names[label] for label in part["label"]) == labels_in(split)
        assert {image.size for image in part["image"]} == {(WIDTH, HEIGHT)}

    folders = load_dataset("imagefolder", data_dir=str(labeled("folder")), cache_dir=str(tmp_path / "cache"))["train"]
    names = folders.features["label"].names
    wanted = sorted(folder_of_label(LABELS[number % 3]) for number in range(6))
    assert sorted(names[label] for label in folders["label"]) == wanted


def test_datasets_reads_boxes_of_parquet(boxed, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    from datasets import load_dataset

    root = boxed("parquet")
    file = str(root / "data" / "train-00000-of-00001.parquet")
    data = load_dataset("parquet", data_files={"train": file}, cache_dir=str(tmp_path / "cache"))["train"]
    rows = [
        (LABELS[category], x, y, x + w, y + h)
        for each in data["objects"]
        for category, (x, y, w, h) in zip(each["category"], each["bbox"], strict=True)
    ]
    assert sorted(rows) == near(expected_boxes("train")[0])


def test_labelformat_reads_coco_and_voc(boxed):
    from labelformat.formats import COCOObjectDetectionInput, PascalVOCObjectDetectionInput

    root = boxed("coco")
    coco = COCOObjectDetectionInput(input_file=root / "annotations" / "instances_train.json")
    assert _of_labelformat(coco) == near(expected_boxes("train")[0])

    voc = PascalVOCObjectDetectionInput(boxed("voc", "flat") / "Annotations", ",".join(LABELS))
    wanted = sorted(row for split in ("train", "valid", "test") for row in expected_boxes(split)[0])
    assert _of_labelformat(voc) == near(wanted)


def _of_labelformat(source):
    rows = [
        (each.category.name, each.box.xmin, each.box.ymin, each.box.xmax, each.box.ymax)
        for image in source.get_labels()
        for each in image.objects
    ]
    return sorted(rows)
