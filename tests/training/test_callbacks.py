"""Each callback does what its settings say."""

import pytest

from workbench.errors import NotTrustedError
from workbench.trust import mark_foreign, trust


def test_early_stopping_ends_before_the_last_epoch(colors):
    result = colors.train(
        {
            "training.num_epochs": 30,
            "training.learning_rate": 1e-9,
            "callbacks.early_stopping": {"enabled": True, "patience": 2, "min_delta": 0.1},
        }
    )
    assert len(result.epochs) == 3
    assert not result.stopped


def test_the_weights_of_the_best_epoch_are_kept(colors):
    from workbench.training.callbacks import resolve_mode
    from workbench.training.epoch_log import best_epoch

    settings = {"training.learning_rate": 0.3, "training.scheduler": "none", "training.num_epochs": 6}
    for monitor in ("valid_loss", "valid_f1"):
        result = colors.train({**settings, "callbacks.checkpoint": {"monitor": monitor}})
        best = best_epoch(result.epochs, monitor, resolve_mode(monitor, "auto"))
        values = [row[monitor] for row in result.epochs]
        assert best[monitor] == (min(values) if monitor == "valid_loss" else max(values))
        assert result.best_epoch == best["epoch"]
        assert result.metrics[f"best_{monitor}"] == best[monitor]


def test_the_gradient_norm_and_the_rate_are_logged_when_asked_for(colors):
    with_both = colors.train({"callbacks.gradient_norm": True}, num_epochs=1).epochs[0]
    assert 0 < with_both["gradient_norm"] <= with_both["gradient_norm_max"]
    without = colors.train({"callbacks.lr_monitor": False}, num_epochs=1).epochs[0]
    assert "learning_rate" not in without
    assert "gradient_norm" not in without


def test_ema_validates_and_keeps_the_average(colors):
    settings = {"training.optimizer": "SGD", "training.learning_rate": 0.1, "training.scheduler": "none"}
    plain = colors.train(settings)
    averaged = colors.train({**settings, "training.ema_decay": 0.99})
    assert plain.epochs[0]["train_loss"] == averaged.epochs[0]["train_loss"]
    assert plain.epochs[0]["valid_loss"] != averaged.epochs[0]["valid_loss"]
    best = averaged.epochs[averaged.best_epoch - 1]
    assert averaged.metrics["best_valid_loss"] == best["valid_loss"]
    again = colors.train({**settings, "training.ema_decay": 0.99})
    assert again.metrics == averaged.metrics


@pytest.mark.parametrize(("mode", "expected"), [("lines", 2), ("none", 0), ("auto", 2)])
def test_progress_is_a_line_per_epoch_or_nothing(colors, capfd, monkeypatch, mode, expected):
    monkeypatch.setenv("WORKBENCH_BATCH", "1")
    colors.train({"callbacks.progress": mode})
    out = capfd.readouterr()
    lines = [line for line in (out.out + out.err).splitlines() if line.strip()]
    assert lines.pop(0).startswith("Labeled samples that had no split got one")
    assert len(lines) == expected, lines
    assert all("valid accuracy" in line for line in lines)


@pytest.mark.parametrize("mode", ["tqdm", "rich"])
def test_bars_are_shown_where_asked_for(colors, capfd, monkeypatch, mode):
    monkeypatch.delenv("WORKBENCH_BATCH", raising=False)
    colors.train({"callbacks.progress": mode})
    out = capfd.readouterr()
    assert "Epoch" in out.out + out.err


def test_callbacks_of_ones_own_wait_for_it(colors, probe):
    mark_foreign(colors.project, "was restored from monday.zip")
    with pytest.raises(NotTrustedError, match=r"callbacks\.custom .* was restored from monday\.zip.* workbench trust"):
        probe(num_epochs=1)
    (colors.project.root / "mine.py").write_text("raise SystemExit('the code ran')")
    with pytest.raises(NotTrustedError, match=r"modules of params\.yaml would run code"):
        colors.train({"modules": ["mine"]})
    assert colors.runs() == []
    assert trust(colors.project) == "was restored from monday.zip"
    assert probe(num_epochs=1)[1]["name"] == "mine"
