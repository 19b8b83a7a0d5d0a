"""The widget of the tuning panel, and the methods that its browser half calls."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets

from workbench.errors import WorkbenchError
from workbench.panels.base.messages import Answer, Method
from workbench.panels.base.polling import PollingPanel
from workbench.panels.tuning.messages import (
    AddressJson,
    OpenParams,
    RegisterParams,
    SearchJson,
    StartParams,
    StopParams,
    TrainParams,
)
from workbench.paths import Project, asset, find_project
from workbench.training.plan import params_path

if TYPE_CHECKING:
    from optuna import Study
    from optuna.storages import BaseStorage

    from workbench.jobs.launcher import StartedJob

_TAIL_BYTES = 2_000


class TuningPanel(PollingPanel):
    """Search for better parameters of a theme in the background, or watch the cell that tunes while it is running.

    `theme` names the theme; the panel shows its newest study, or the one that `study` names, as soon as there is one.
    What it starts goes on when the browser or the kernel goes away; it searches what `optuna_params_file` says, by
    default optuna_params.yaml, with the settings of `params_file`. `project` is the project to look at (default: the
    one of the working directory). `height` is in pixels (default: the window's). In a batch run the panel shows a
    static summary.

    >>> panel = wb.TuningPanel("cells")
    """

    _esm = asset("widgets", "dist", "tuning.js")
    _css = asset("widgets", "dist", "tuning.css")
    config = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        theme: str,
        *,
        study: str | None = None,
        params_file: Path | str | None = None,
        optuna_params_file: Path | str | None = None,
        project: Project | None = None,
        height: int = 0,
    ) -> None:
        self.project = project or find_project()
        self._theme = theme
        self._name = study
        self._files = {"params_file": params_file, "optuna_params_file": optuna_params_file}
        self._storage: BaseStorage | None = None
        self._full_run: StartedJob | None = None
        methods: dict[str, Method] = {
            "start": self._start,
            "stop": self._stop,
            "open": self._open,
            "train": self._train,
            "register": self._register,
        }
        super().__init__(methods, config=self._settings(), height=height)

    def summary(self) -> str:
        """Return the study as static HTML."""
        return summary(self._theme, self.state)

    def _study(self) -> Study | None:
        from workbench.tuning.status import newest_study
        from workbench.tuning.storage import open_storage, quiet_optuna, storage_lock

        with quiet_optuna():
            if self._storage is None:
                with storage_lock(self.project.optuna_url):
                    self._storage = open_storage(self.project)
            return newest_study(self._storage, self._theme, self._name)

    def read(self) -> dict[str, Any]:
        """Return the study as it is now, or the theme alone where there is none."""
        from workbench.tuning.full_run import full_run_state
        from workbench.tuning.status import study_state

        study = self._study()
        return {
            "theme": self._theme,
            **({} if study is None else study_state(study)),
            "full_run": None if self._full_run is None else full_run_state(self._full_run.now()),
            "search": self._search(),
        }

    def _search(self) -> SearchJson | None:
        from workbench.tuning.background import search_of

        job = search_of(self.project, self._theme, self._name)
        if job is None:
            return None
        lines = job.log_tail(_TAIL_BYTES).splitlines() if job.log.exists() else []
        return {
            "state": job.state,
            "error": job.error,
            "line": lines[-1].strip() if lines else "",
            "notebook": "/".join(job.file(".ipynb").parts[-2:]),
        }

    def _settings(self) -> dict[str, Any]:
        """What optuna_params.yaml says of the search, for the fields to begin with; or why it cannot be read."""
        from workbench.tuning.settings import load_tuning_params
        from workbench.tuning.space import describe

        given = self._files["optuna_params_file"]
        file = self.project.optuna_params_file if given is None else params_path(given, self.project)
        try:
            tuning, _ = load_tuning_params(file)
        except WorkbenchError as error:
            return {"problem": str(error)}
        return {
            "n_trials": tuning.study.n_trials,
            "timeout": tuning.study.timeout,
            "metrics": list(tuning.study.metric),
            "space": [[name, describe(parameter)] for name, parameter in tuning.params_to_tune.items()],
            "file": file.name,
        }

    def _present(self) -> Study:
        study = self._study()
        if study is None:
            raise WorkbenchError(
                f"The theme '{self._theme}' has no study yet. Start a search, or run the cell that tunes."
            )
        return study

    def _start(self, params: StartParams) -> Answer[str]:
        from workbench.tuning.background import start_search

        files = {name: None if file is None else str(file) for name, file in self._files.items()}
        # All of the notebook's parameters: what a person wrote into its cell is for searching there, not here.
        values = {"theme": self._theme, "run_name": None, "overrides": {}, **files, **params}
        start_search(self.project, values)
        return Answer("Started; it goes on when this page or the kernel is closed.")

    def _stop(self, params: StopParams) -> Answer[str]:
        from workbench.tuning.background import search_of, stop_search
        from workbench.tuning.study import stop_study

        job = search_of(self.project, self._theme, self._name)
        if job is not None and job.state == "running":
            return Answer(stop_search(self.project, job.id, at_once=bool(params.get("at_once"))))
        stop_study(self._present())
        return Answer("")

    def _open(self, params: OpenParams) -> Answer[AddressJson]:
        """Start the pages of MLflow or Optuna and say at which port and path they show what was asked for."""
        from workbench.jobs.page_guard import address_with_token
        from workbench.registry.mlflow_ui import serve_mlflow
        from workbench.registry.tracking import experiment_for
        from workbench.tuning.dashboard import serve_dashboard
        from workbench.tuning.mlflow_logging import run_path, trial_path
        from workbench.tuning.study import PARENT_RUN

        study = self._present()
        if params["kind"] == "mlflow":
            run_id = params.get("run_id") or study.user_attrs.get(PARENT_RUN, "")
            path = run_path(experiment_for(self._theme, self.project), run_id)
            server = serve_mlflow(self.project, params.get("origin", ""))
        else:
            number = params.get("number")
            path = f"/dashboard/studies/{study._study_id}" if number is None else trial_path(study._study_id, number)
            server = serve_dashboard(self.project, params.get("origin", ""))
        return Answer({"port": server.port, "path": address_with_token(path)})

    def _train(self, params: TrainParams) -> Answer[None]:
        """Begin a full training; how far it is comes with the state."""
        from workbench.tuning.full_run import start_full_run

        # A second press while it runs begins no second one.
        if self._full_run is None or self._full_run.process.poll() is not None:
            study = self._present()
            self._full_run = start_full_run(self.project, study.study_name, params.get("num_epochs"))
        return Answer(None)

    def _register(self, params: RegisterParams) -> Answer[str]:
        from workbench.tuning.results import read_result

        result = read_result(self._present(), self.project)
        registered = result.register_best(stage=params.get("stage", "staging"))
        return Answer(f"Version {registered.version} of '{result.theme}' is now in {registered.stage}.")


def summary(theme: str, state: dict[str, Any]) -> str:
    """Word a study as static HTML."""
    if "study" not in state:
        return f"<p>The theme <b>{escape(theme)}</b> has not been tuned yet.</p>"
    parts = [
        f"<p><b>{escape(state['study'])}</b>: {state['done']} of {state['total']} trials, {state['pruned']} pruned, "
        f"{state['failed']} failed.</p>"
    ]
    best = state["best"]
    if best is not None:
        values = ", ".join(
            f"{escape(name)} {value:.4f}" for name, value in zip(state["metrics"], best["values"], strict=True)
        )
        chosen = ", ".join(
            f"{escape(name)} = {value:.4g}" if isinstance(value, float) else f"{escape(name)} = {escape(str(value))}"
            for name, value in best["params"].items()
        )
        parts.append(f"<p>Best: trial_{best['number']} with {values} ({chosen}).</p>")
    return "".join(parts)
