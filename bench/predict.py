"""predict() beside a bare loop that does the same decoding and forward with the same workers, in one run.

    python bench/predict.py [--images 10000] [--workers 2] [--rounds 3] [--stem standard|small]

The images are small PNG files; the network is the shipped ResNet18 on 32x32, with weights as they come, on the GPU
where there is one. Both sides run in turn. predict() also reads the theme's samples from the store, and writes a CSV
file and its answers. Loading the model is told apart: a bare loop has none to load. Then one image through the loaded
pyfunc, in turn with the same decoding and forward without it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

import mlflow.pyfunc
import numpy as np
import torch
from comparison import Row, paired_ratio, report
from PIL import Image
from torch.utils.data import DataLoader

from workbench import predict, register
from workbench.data import AugmentConfig, ImageDataset, Preprocessing
from workbench.data.batches.dataset import FilePatches
from workbench.paths import Project
from workbench.registry.model_loading import LoadedModel, load_model
from workbench.registry.model_logging import log_model
from workbench.registry.pyfunc import ModelContent
from workbench.registry.tracking import mlflow_run
from workbench.store import open_store
from workbench.store.images import sha256_of
from workbench.store.labels import labels_of
from workbench.store.schema import Sample
from workbench.store.themes import create_theme
from workbench.training.networks import create_network

BATCH = 64
LABELS = tuple("abcdefghij")


def make_project(root: Path, images: int, *, small_stem: bool = False, size: int = 32) -> Project:
    """A theme with labeled images in its test split, and an untrained network in production."""
    project = Project(root)
    (root / "params.yaml").write_text("theme: bench\n")
    store = open_store(project)
    random = np.random.default_rng(0)
    file = root / "image.png"
    rows = []
    with store.write() as session:
        theme_id = create_theme("bench", labels=LABELS, session=session).id
        ids = [label.id for label in labels_of(theme_id, session=session)]
        for number in range(images):
            Image.fromarray(random.integers(0, 256, (28, 28), dtype=np.uint8)).save(file)
            content = file.read_bytes()
            digest = sha256_of(content)
            uri = store.images.put(content, sha256=digest, suffix="png")
            rows.append(
                Sample(
                    theme_id=theme_id,
                    sha256=digest,
                    uri=uri,
                    name=f"{number}.png",
                    width=28,
                    height=28,
                    size_bytes=len(content),
                    label_id=ids[number % len(ids)],
                    split="test",
                )
            )
        session.add_all(rows)
    store.close()
    preprocessing = Preprocessing.create(AugmentConfig.from_dict({"image": {"size": size}}))
    arguments = {"name": "ResNet18", "num_classes": len(LABELS), "small_stem": small_stem}
    reference = "workbench.training.networks:create_network"
    with mlflow_run("bench", project) as run:
        content_of_model = ModelContent(reference, arguments, preprocessing.to_dict(), list(LABELS))
        log_model(content_of_model, create_network(**arguments).state_dict())
    register("bench", run.info.run_id, "production", project)
    return project


def bare_loop(files: list[Path], loaded: LoadedModel, workers: int) -> float:
    """Decode in workers, put batches through the network, take the best class; return the seconds that it took."""
    start = time.perf_counter()
    dataset = ImageDataset(FilePatches(files, loaded.preprocessing), np.zeros(len(files)), loaded.preprocessing, "test")
    loader = DataLoader(dataset, batch_size=BATCH, num_workers=workers, collate_fn=_as_it_is)
    answers = []
    with torch.inference_mode():
        for batch in loader:
            images = batch.images.to(loaded.device)
            answers.append(loaded.network(images).softmax(dim=1).argmax(dim=1).cpu())
    assert sum(map(len, answers)) == len(files)
    return time.perf_counter() - start


def _as_it_is(batch: object) -> object:
    return batch


def whole_prediction(project: Project, workers: int, expected: int) -> tuple[float, float]:
    """Predict into a CSV file and the store; return the seconds of the call, and those without loading the model."""
    start = time.perf_counter()
    result = predict("bench", project=project, batch_size=BATCH, num_workers=workers, progress=False)
    if result.predicted != expected or result.stored != expected:
        raise SystemExit(f"{expected} images, but {result.predicted} predicted and {result.stored} stored")
    return time.perf_counter() - start, result.seconds


def one_image(project: Project, file: Path, rounds: int = 200) -> tuple[float, float]:
    """Median milliseconds of one image through the pyfunc, and of the bare decoding and forward."""
    mlflow.set_tracking_uri(project.mlflow_uri)
    model = mlflow.pyfunc.load_model("models:/bench@production")
    loaded = load_model("bench", project=project)
    content = file.read_bytes()
    whole, bare = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        model.predict([content])
        middle = time.perf_counter()
        with torch.inference_mode():
            inputs = loaded.preprocessing.normalize(loaded.preprocessing.evaluated(content))
            loaded.network(inputs.to(loaded.device)).softmax(dim=1).cpu().numpy()
        end = time.perf_counter()
        whole.append(middle - start)
        bare.append(end - middle)
    return 1000 * statistics.median(whole), 1000 * statistics.median(bare)


def main() -> None:
    """Run both sides in turn and print their speeds and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5, help="measured in turn; the median counts")
    parser.add_argument(
        "--stem", choices=("standard", "small"), default="standard", help="as model.stem in params.yaml"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-predict-") as name:
        os.environ["WORKBENCH_ROOT"] = name
        project = make_project(Path(name), arguments.images, small_stem=arguments.stem == "small")
        files = sorted(project.images.rglob("*.png"))
        loaded = load_model("bench", project=project)
        on = torch.cuda.get_device_name() if loaded.device.type == "cuda" else f"{torch.get_num_threads()} threads"
        print(f"{len(files):,} images, {arguments.workers} workers, {on}")
        bare_loop(files[:BATCH], loaded, arguments.workers)
        loops, calls, inner = [], [], []
        for number in range(1, arguments.rounds + 1):
            for ours in (False, True) if number % 2 else (True, False):
                if ours:
                    call, seconds = whole_prediction(project, arguments.workers, len(files))
                    calls.append(call)
                    inner.append(seconds)
                else:
                    loops.append(bare_loop(files, loaded, arguments.workers))
            print(f"round {number}: bare loop {loops[-1]:.2f} s, predict {inner[-1]:.2f} s", flush=True)
        loop, call, seconds = (statistics.median(each) for each in (loops, calls, inner))
        print(f"predict with loading the model: {call:.2f} s")
        whole, bare = one_image(project, files[0])
        ratio, more = paired_ratio(loops, inner), whole - bare
        report(
            [
                Row(
                    f"predict {len(files):,} images beside the bare loop",
                    f"{len(files) / seconds:,.0f}/s",
                    f"{len(files) / loop:,.0f}/s",
                    ratio,
                    ">= 0.95 of its speed",
                    ratio >= 0.95,
                ),
                Row(
                    "one image through the pyfunc",
                    f"{whole:.2f} ms",
                    f"{bare:.2f} ms",
                    whole / bare,
                    f"<= 3 ms more, is {more:.2f}",
                    more <= 3,
                ),
            ]
        )


if __name__ == "__main__":
    main()
