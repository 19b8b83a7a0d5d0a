"""Figures of a study, drawn by Optuna."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from optuna import Study
    from optuna.trial import FrozenTrial

ENOUGH_FOR_IMPORTANCE = 10
"""With fewer complete trials the importance of parameters is chance."""


def draw(study: Study) -> dict[str, Figure]:
    """Draw what the study's size allows.

    `history`, `parallel_coordinates` and `slices` once a trial is complete, `importance` from ten complete trials on,
    `contour` of the two parameters that matter most (the first two while importance is chance), `pareto_front` for two
    or three objectives. With several objectives the other figures show the first one.
    """
    from optuna.trial import TrialState
    from optuna.visualization import matplotlib as plots

    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if not complete:
        return {}
    about = _about(study)
    varied = _varied(complete)
    figures: dict[str, Figure] = {}
    with _offstage():
        figures["history"] = _figure(plots.plot_optimization_history, study, **about)
        if varied:
            figures["parallel_coordinates"] = _figure(plots.plot_parallel_coordinate, study, params=varied, **about)
            figures["slices"] = _figure(plots.plot_slice, study, params=varied, **about)
        ranked = varied
        if len(complete) >= ENOUGH_FOR_IMPORTANCE and len(varied) > 1:
            ranked = importance(study)
            figures["importance"] = _figure(plots.plot_param_importances, study, params=varied, **about)
        if len(ranked) > 1:
            figures["contour"] = _figure(plots.plot_contour, study, params=ranked[:2], **about)
        if len(study.directions) in (2, 3):
            figures["pareto_front"] = _figure(plots.plot_pareto_front, study, target_names=study.metric_names)
    return figures


def importance(study: Study) -> list[str]:
    """Names of the parameters that every complete trial has, the most important first."""
    from optuna.importance import get_param_importances

    target = _about(study).get("target")
    return list(get_param_importances(study, target=target))


def save(figures: Mapping[str, Figure], folder: Path) -> None:
    """Write each figure as a PNG of its name."""
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png", dpi=110, bbox_inches="tight")


def _about(study: Study) -> dict[str, Any]:
    """What the figures are to show: the objective, or the first of several."""
    names = study.metric_names or ["objective"]
    if len(study.directions) == 1:
        return {"target_name": names[0]}
    return {"target": _first_value, "target_name": names[0]}


def _first_value(trial: FrozenTrial) -> float:
    return trial.values[0]


def _varied(complete: list[FrozenTrial]) -> list[str]:
    """Parameters of which at least two values were tried; the others have nothing to show."""
    names = dict.fromkeys(name for trial in complete for name in trial.params)
    return [name for name in names if len({trial.params[name] for trial in complete if name in trial.params}) > 1]


def _figure(plot: Callable[..., Any], study: Study, **about: Any) -> Figure:
    from matplotlib import pyplot

    axes = plot(study, **about)
    figure: Figure = (axes.flat[0] if hasattr(axes, "flat") else axes).figure
    # A notebook would show an open figure a second time.
    pyplot.close(figure)
    return figure


@contextmanager
def _offstage() -> Iterator[None]:
    from optuna.exceptions import ExperimentalWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        # Too few points of a contour to interpolate between, categories on an axis, labels that do not fit.
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        yield
