"""What a tuning says while it runs: one line for each trial that ended, in this process or another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.tuning.results import Trial, read_trials

if TYPE_CHECKING:
    from optuna import Study

_OPEN = ("running", "waiting")


class TrialLines:
    """Prints the trials that have ended since the last look."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._shown = {trial.number for trial in read_trials(study) if trial.state not in _OPEN}

    def show(self) -> None:
        """Print what is new."""
        for trial in read_trials(self._study):
            if trial.number not in self._shown and trial.state not in _OPEN:
                self._shown.add(trial.number)
                print(trial_line(trial), flush=True)


def trial_line(trial: Trial) -> str:
    """Word one finished trial in one line."""
    chosen = ", ".join(f"{name}={_short(value)}" for name, value in trial.params.items())
    outcome = ", ".join(f"{value:.5g}" for value in trial.values or ()) or trial.failure or ""
    seconds = "" if trial.seconds is None else f"  {trial.seconds:.1f} s"
    return f"{trial.name} {trial.state}  {outcome}  ({chosen}){seconds}"


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
