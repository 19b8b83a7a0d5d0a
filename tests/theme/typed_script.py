"""A script as a person writes one with the face; `mypy` checks it strictly (pyproject.toml), and nobody runs it."""

import workbench as wb

theme = wb.open_theme("cells")
reds = theme.samples(label="red", name="red_*").sort("-width")[:10]
names: list[str] = [sample.name for sample in reds]
sizes: list[tuple[int, int]] = [sample.image.size for sample in reds]
changed: int = reds.label("white").changed
report = theme.set_labels(reds.to_frame(), on="sha256", replace=True)
restored: int = theme.undo().restored
labels: list[str] = list(theme.labels)
network = theme.model("production").network
images = theme.dataset("train")
classes: dict[str, int] = images.class_to_idx
shares: dict[str, int] = theme.split((0.7, 0.15, 0.15), seed=42, preview=True).assigned
result = theme.train(num_epochs=1)
print(names, sizes, changed, restored, labels, network, classes, shares, report.changed, result.metrics)
curves, answers, wrong = result.curves, result.predictions(), result.mistakes()
again: int = len(wrong)
weights: str = result.checkpoint.name
tuned = wb.tune("cells", n_trials=1)
best: dict[str, object] = tuned.best_params
print(curves.index, answers["true"], again, weights, best, tuned.trials().shape, tuned.study.study_name)
print(tuned.train_best().network, wb.resume(result.run_id).per_class(), wb.reproduce(result.run_id).equal)
