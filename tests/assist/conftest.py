"""A theme of small images in four kinds, its vectors made, and a person who answers pages rightly."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from workbench.theme.base import id_of

LABELS = ("bars", "beams", "rings", "dots")


def draw(kind, generator):
    """A noisy 32 x 32 image of one of four kinds."""
    rows, columns = np.mgrid[:32, :32]
    phase, step = generator.integers(0, 6), generator.integers(5, 8)
    distance = np.hypot(rows - 16 - generator.normal(), columns - 16 - generator.normal())
    shapes = {
        "bars": (columns + phase) // step % 2,
        "beams": (rows + phase) // step % 2,
        "rings": distance // 4 % 2,
        "dots": ((rows + phase) % 8 < 4) & ((columns + phase) % 8 < 4),
    }
    pixels = 60 + 120 * shapes[kind].astype(float) + generator.normal(0, 60, (32, 32))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).convert("RGB")


@pytest.fixture
def patterns(project, tmp_path):
    """The theme `patterns` of 600 images, a tenth of them dots, whose file names say what they are."""
    import workbench as wb

    theme = wb.create_theme("patterns", labels=LABELS, project=project)
    folder = tmp_path / "patterns"
    folder.mkdir()
    generator = np.random.default_rng(3)
    kinds = generator.choice(LABELS, 600, p=(0.3, 0.3, 0.3, 0.1))
    for number, kind in enumerate(kinds):
        draw(kind, generator).save(folder / f"{number:03d}_{kind}.png")
    theme.import_images(folder, progress=False)
    theme.embed("hog", progress=False)
    return theme


def make_shelves(project, folder, images):
    """The theme `shelves`: images with four boxes, bars and beams by turns; the first one of the first is wrong."""
    import workbench as wb
    from workbench.store.boxes import replace_boxes
    from workbench.store.decisions import BoxData
    from workbench.store.labels import labels_of

    kinds = LABELS[:2] * 2
    theme = wb.create_theme("shelves", labels=LABELS[:2], task="boxes", project=project)
    generator = np.random.default_rng(5)
    folder.mkdir()
    for number in range(images):
        pixels = np.concatenate([np.asarray(draw(kind, generator)) for kind in kinds], axis=1)
        Image.fromarray(pixels).save(folder / f"{number:02d}.png")
    theme.import_images(folder, progress=False)
    with theme.store.write() as session:
        ids = {label.name: label.id for label in labels_of(id_of(theme, session), session=session)}
        for row in theme.samples().to_frame().itertuples():
            names = ["beams", *kinds[1:]] if row.name == "00.png" else kinds
            boxes = [BoxData(ids[name], 32 * each, 0, 32, 32) for each, name in enumerate(names)]
            replace_boxes(row.id, boxes, annotator="mika", session=session)
    return theme


class Person:
    """Answers pages of a theme through its assistant, and counts keys and clicks."""

    def __init__(self, theme, assistant, name="ann", blind=False):
        from workbench.store.labels import labels_of

        with theme.store.read() as session:
            ids = {label.name: label.id for label in labels_of(id_of(theme, session), session=session)}
        frame = theme.samples().to_frame()
        self.truth = {int(row.id): ids[row.name.split("_")[1].removesuffix(".png")] for row in frame.itertuples()}
        self.assistant, self.name, self.blind, self.presses = assistant, name, blind, 0

    def answer(self, page, client_key=None):
        """Press the label of most images and take off the others; who is blind sees every second one."""
        labels = [self.truth[sample] for sample in page.sample_ids]
        label = page.label_id if page.kind == "check" else max(set(labels), key=labels.count)
        odd = tuple(sample for sample in page.sample_ids if self.truth[sample] != label)
        off = odd[1::2] if self.blind else odd
        self.presses += 1 + len(off)
        self.assistant.answer(page.answered(label, off), annotator=self.name, client_key=client_key)

    def label_until(self, stage, most=200):
        """Answer pages until the assistant is at a stage."""
        for _ in range(most):
            self.assistant.refresh(wait=True)
            now = self.assistant.standing()
            if now.stage == stage:
                return now
            self.answer(self.assistant.page(self.name))
        raise AssertionError(f"the stage {stage} was never reached: {self.assistant.standing()}")


@pytest.fixture
def assistant(patterns):
    """The assistant of `patterns`, goal 97 %, up to date."""
    from workbench.assist.assistant import Assistant

    with patterns.store.read() as session:
        theme_id = id_of(patterns, session)
    made = Assistant(patterns.store, theme_id, "hog", goal=0.97, check_size=100)
    made.refresh(wait=True)
    return made


@pytest.fixture
def person(patterns, assistant):
    """Somebody who sees everything."""
    return Person(patterns, assistant)
