"""The study in Optuna's storage: opened or created once, refused when it no longer fits, and read back.

Also the names under which a study, its trials and their MLflow runs keep what the workbench has to say of them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import ConflictError, NotFoundError, unknown_name
from workbench.training.params import flatten
from workbench.tuning.plan import TuningPlan
from workbench.tuning.storage import open_storage, quiet_optuna, storage_lock

if TYPE_CHECKING:
    from optuna import Study
    from optuna.study import StudySummary

    from workbench.paths import Project

# Attributes of a study.
FINGERPRINT = "workbench.fingerprint"
PARENT_RUN = "workbench.parent_run_id"
THEME = "workbench.theme"
METRICS = "workbench.metrics"
N_TRIALS = "workbench.n_trials"
STOP = "workbench.stop"
OPENED = "workbench.opened"
"""When the study was begun or resumed last, in seconds since 1970."""

# Attributes of a trial.
RUN = "workbench.run_id"
FAILURE = "workbench.failure"

# Tags of MLflow's runs of a study: the parent's, the trials', and those of a training with its best settings.
STUDY_TAG = "workbench.study"
TRIAL_TAG = "workbench.trial"
STATE_TAG = "workbench.trial_state"
KIND_TAG = "workbench.kind"


def open_study(project: Project, plan: TuningPlan, snapshot: str, *, join: bool = False) -> Study:
    """Create the plan's study, or resume it; with `join`, a request to stop it stays in force.

    Raises ConflictError when the study of that name was begun with another search space, other data or other fixed
    settings: its trials could not be compared with new ones.
    """
    import optuna

    sampler, pruner = plan.sampler(), plan.pruner()
    with quiet_optuna(), storage_lock(project.optuna_url):
        storage = open_storage(project)
        known = optuna.get_all_study_names(storage)
        if plan.study_name in known:
            study = optuna.load_study(study_name=plan.study_name, storage=storage, sampler=sampler, pruner=pruner)
            _check_fits(study, plan, snapshot)
        else:
            study = optuna.create_study(
                study_name=plan.study_name,
                storage=storage,
                sampler=sampler,
                pruner=pruner,
                directions=list(plan.study.goals),
            )
            study.set_metric_names(list(plan.study.metric))
            study.set_user_attr(FINGERPRINT, json.dumps(plan.fingerprint(snapshot)))
            study.set_user_attr(THEME, plan.theme)
            study.set_user_attr(METRICS, list(plan.study.metric))
        if not join:
            study.set_user_attr(N_TRIALS, plan.n_trials)
            study.set_user_attr(STOP, False)
            study.set_user_attr(OPENED, time.time())
    return study


def find_study(project: Project, name: str) -> Study:
    """Open a study for reading. Raises NotFoundError, which names the nearest."""
    import optuna

    with quiet_optuna(), storage_lock(project.optuna_url):
        storage = open_storage(project)
        known = optuna.get_all_study_names(storage)
        if name not in known:
            raise NotFoundError(unknown_name("study", name, known, then="Begin one with `workbench tune THEME`."))
        return optuna.load_study(study_name=name, storage=storage)


def studies_of(project: Project, theme: str) -> list[tuple[str, int, float | None, Any]]:
    """Return name, number of trials, best value of the first objective and beginning (UTC) of a theme's studies."""
    found = []
    for each in _summaries(project):
        if each.user_attrs.get(THEME) == theme:
            values = each.best_trial.values if each.best_trial is not None else None
            found.append((each.study_name, each.n_trials, values[0] if values else None, each.datetime_start))
    return found


def snapshots_of_studies(project: Project, theme: str) -> list[tuple[str, str]]:
    """Return the name of each study of a theme with the digest of the snapshot that its trials share."""
    found = []
    for each in _summaries(project):
        if each.user_attrs.get(THEME) == theme and FINGERPRINT in each.user_attrs:
            found.append((each.study_name, str(json.loads(each.user_attrs[FINGERPRINT])["snapshot"])))
    return found


def _summaries(project: Project) -> list[StudySummary]:
    import optuna

    if project.optuna_url.startswith("sqlite:///") and not Path(project.optuna_url.removeprefix("sqlite:///")).exists():
        return []
    with quiet_optuna(), storage_lock(project.optuna_url):
        return list(optuna.get_all_study_summaries(open_storage(project)))


def stop_study(study: Study) -> None:
    """Let no further trial of the study begin, in any process; the same command as before lifts it."""
    study.set_user_attr(STOP, True)


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Name what changed between two fingerprints, one entry for each dotted name."""
    old, new = flatten(before), flatten(now)
    found = []
    for name in [*old, *(name for name in new if name not in old)]:
        if name == "snapshot" and old.get(name) != new.get(name):
            digests = f"{str(old.get(name))[:8]} -> {str(new.get(name))[:8]}"
            found.append(f"the data: images, labels or splits of the theme (snapshot {digests})")
        elif name not in new:
            found.append(f"{name}: {_short(old[name])} -> gone")
        elif name not in old:
            found.append(f"{name}: new, {_short(new[name])}")
        elif old[name] != new[name]:
            found.append(f"{name}: {_short(old[name])} -> {_short(new[name])}")
    return found


def _check_fits(study: Study, plan: TuningPlan, snapshot: str) -> None:
    stored = study.user_attrs.get(FINGERPRINT)
    if stored is None:
        raise ConflictError(
            f"The study '{plan.study_name}' was not made by the workbench. "
            f"Give study.name another name in {plan.at.source}."
        )
    changed = differences(json.loads(stored), plan.fingerprint(snapshot))
    if changed:
        listed = "\n".join(f"  {line}" for line in changed)
        raise ConflictError(
            f"What the study '{plan.study_name}' was begun with has changed, so new trials could not be compared with "
            f"those it has ({len(study.trials)}):\n{listed}\n"
            f"Give study.name another name in {plan.at.source} to begin a new study, or undo the change to go on."
        )


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
