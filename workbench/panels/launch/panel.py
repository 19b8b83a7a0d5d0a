"""The widget of the launch panel, and the methods that its browser half calls."""

from __future__ import annotations

import math
import time
from functools import partial
from pathlib import Path
from typing import Any

import traitlets

from workbench.errors import WorkbenchError
from workbench.panels.base.lineage import lineage
from workbench.panels.base.messages import Answer, Method
from workbench.panels.base.polling import PollingPanel
from workbench.panels.base.state import PanelState
from workbench.panels.base.static_summary import static_table
from workbench.panels.launch.messages import (
    CompareParams,
    LaunchJson,
    LaunchParams,
    NetworksParams,
    OutcomeJson,
    PresetJson,
    RegisterParams,
    StartParams,
    StateJson,
    StopParams,
    TestedParams,
    ThemeJson,
)
from workbench.panels.models.compared import compared
from workbench.panels.training.messages import TestImagesJson
from workbench.panels.training.tested_images import TestedImages
from workbench.paths import asset
from workbench.registry.test_meter import figure_of_run
from workbench.store import Store, open_store
from workbench.store.counts import theme_counts
from workbench.store.model_versions import model_in_stage, version_of_run
from workbench.store.themes import get_theme, list_themes
from workbench.training.background import launch, launch_of, launches, log_of, stop_launch
from workbench.training.params import OPTIMIZERS, Params, flat, load_params
from workbench.training.plan import params_path, read_params
from workbench.training.recipes import RECIPES
from workbench.user import user_name

_FIELDS = (
    "model.recipe",
    "model.name",
    "model.pretrained",
    "training.num_epochs",
    "training.learning_rate",
    "training.optimizer",
    "data.batch_size",
)
_STEERING = ("model.recipe", "data.batch_size")
"""What decides, with the theme's size, what a preset stands for."""
_NETWORKS = ("ResNet18", "ResNet34", "ResNet50", "ResNet101", "ResNet152")
_IN_SUMMARY = 10
_NAMED = 40
_IN_STAGE = {"none": "has no stage", "staging": "is in staging", "production": "is in production"}
_COUNTED_FOR_S = 30.0


class LaunchPanel(PollingPanel):
    """Start trainings of the training notebook in the background, watch them, stop them, and find earlier ones.

    `theme` is the theme that is chosen at first (default: that of `params_file`, or of params.yaml, which also says
    what the fields begin with). A training goes on when the browser or the kernel goes away; whoever opens the panel
    next finds it. In a batch run the panel shows a static table.

    >>> panel = wb.LaunchPanel("cells")
    """

    _esm = asset("widgets", "dist", "launch.js")
    _css = asset("widgets", "dist", "launch.css")
    config = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        theme: str | None = None,
        *,
        params_file: Path | str | None = None,
        store: Store | None = None,
        height: int = 0,
    ) -> None:
        self.store = store or open_store()
        self._counted = -math.inf
        self._known: list[ThemeJson] = []
        self._params_file = str(params_file) if params_file is not None else None
        settings = self._settings()
        config = {
            "theme": theme or settings.theme,
            "values": self._preset({"theme": theme or settings.theme}).value["values"],
            "networks": list(dict.fromkeys([settings.model.name, *_NETWORKS])),
            "optimizers": list(OPTIMIZERS),
            "recipes": ["none", *RECIPES],
        }
        self._state = PanelState(self.store)
        self._tested = TestedImages(self.store)
        methods: dict[str, Method] = {
            "start": self._start,
            "preset": self._preset,
            "stop": self._stop,
            "log": self._log,
            "outcome": self._outcome,
            "images": self._images,
            "lineage": partial(lineage, self),
            "label": self._label,
            "register": self._register,
            "compare": self._compare,
            "networks": self._networks,
        }
        super().__init__(methods, config=config, height=height)

    def read(self) -> dict[str, Any]:
        """Return the themes and the launches, a StateJson."""
        state: StateJson = {"themes": self._themes(), "launches": [_shown(row) for row in launches(self.store.project)]}
        return dict(state)

    def _themes(self) -> list[ThemeJson]:
        """The themes and how many of their samples are labeled, not counted at each look: that is every second."""
        if time.monotonic() - self._counted > _COUNTED_FOR_S:
            with self.store.read() as session:
                self._known = [
                    {"name": theme.name, "labeled": theme_counts(theme.id, session=session).labeled}
                    for theme in list_themes(session=session)
                ]
            self._counted = time.monotonic()
        return self._known

    def summary(self) -> str:
        """Return the latest launches as static HTML."""
        return summary(launches(self.store.project)[:_IN_SUMMARY])

    def _settings(self) -> Params:
        return load_params(params_path(self._params_file, self.store.project))

    def _preset(self, params: StartParams) -> Answer[PresetJson]:
        """What the fields hold before anybody changes them, with the preset and the batch size that are chosen."""
        values, file = self._as_preset(params), flat(self._settings())
        unseen = values.keys() - {*_FIELDS, "theme"}
        also = {name: value for name, value in values.items() if name in unseen and value != file[name]}
        return Answer({"values": {name: values[name] for name in _FIELDS}, "also": also})

    def _as_preset(self, params: StartParams) -> dict[str, Any]:
        steering = {name: value for name, value in params.get("values", {}).items() if name in _STEERING}
        project = self.store.project
        return flat(read_params(project, theme=params["theme"], params_file=self._params_file, overrides=steering))

    def _overrides(self, params: StartParams) -> dict[str, Any]:
        """What the fields change. One that holds what the preset stands for changes nothing."""
        given = {name: value for name, value in params.get("values", {}).items() if name in _FIELDS}
        file = flat(self._settings())
        usual = {**self._as_preset(params), **{name: file[name] for name in _STEERING}}
        return {name: value for name, value in given.items() if value != usual[name]}

    def _start(self, params: StartParams) -> Answer[Any]:
        parameters = {
            "theme": params["theme"],
            "overrides": self._overrides(params),
            "run_name": str(params.get("run_name") or "").strip() or None,
            "params_file": self._params_file or "params.yaml",
        }
        return Answer(launch(self.store.project, parameters))

    def _stop(self, params: StopParams) -> Answer[Any]:
        return Answer(stop_launch(self.store.project, params["id"], at_once=bool(params.get("at_once"))))

    def _outcome(self, params: LaunchParams) -> Answer[OutcomeJson]:
        row = launch_of(self.store.project, params["id"])
        progress = row.get("progress", {})
        found: OutcomeJson = {
            "epochs": progress.get("epochs", []),
            "steps": progress.get("steps", []),
            "class_names": progress.get("class_names", []),
            "confusion": progress.get("confusion"),
            "test": progress.get("test", ""),
            "version": None,
            "holders": {},
        }
        run = _run_of(row)
        if run is None or "confusion" not in progress:
            return Answer(found)
        with self.store.read() as session:
            theme_id = get_theme(run[0], session=session).id
            version = version_of_run(theme_id, run[1], session=session)
            accuracy = progress.get("metrics", {}).get("test_accuracy")
            found["test"] = str(figure_of_run(theme_id, run[1], accuracy, session=session) or found["test"])
            held = {stage: model_in_stage(theme_id, stage, session=session) for stage in ("staging", "production")}
        if version is not None:
            found["version"] = {"version": version.version, "stage": version.stage}
        found["holders"] = {stage: row.version for stage, row in held.items() if row is not None}
        return Answer(found)

    def _images(self, params: TestedParams) -> Answer[TestImagesJson]:
        return self._tested.images(self._tested_run(params)[1], params)

    def _label(self, params: TestedParams) -> Answer[str]:
        return self._tested.label(self._tested_run(params)[1], params)

    def _register(self, params: RegisterParams) -> Answer[str]:
        """Make a version of a training's model, or put the one that was made of it into another stage."""
        from workbench.registry.versions import promote, register

        theme, run_id = self._tested_run(params)
        with self.store.read() as session:
            known = version_of_run(get_theme(theme, session=session).id, run_id, session=session)
        stage, project, annotator = params["stage"], self.store.project, user_name()
        if known is None:
            done = register(theme, run_id, stage, project, annotator=annotator)
        else:
            done = promote(theme, known.version, stage, project, annotator=annotator)
        former = f" Version {done.archived} is archived." if done.archived is not None else ""
        return Answer(f"Version {done.version} of '{theme}' {_IN_STAGE[done.stage]}.{former}")

    def _compare(self, params: CompareParams) -> Answer[dict[str, Any]]:
        (theme, first), (other, second) = (self._tested_run({"id": params[name]}) for name in ("first", "second"))
        if theme != other:
            raise WorkbenchError(f"They learned different themes, '{theme}' and '{other}': tick two of one theme.")
        return compared(theme, first, second, self._state)

    def _tested_run(self, params: LaunchParams) -> tuple[str, str]:
        """The theme and the run of a training that has been tested."""
        row = launch_of(self.store.project, params["id"])
        run = _run_of(row)
        if run is None or "confusion" not in row.get("progress", {}):
            raise WorkbenchError("The test of this training has not been run yet.")
        return run

    def _networks(self, params: NetworksParams) -> Answer[list[str]]:
        from workbench.training.networks import network_names
        from workbench.training.own_modules import import_modules

        import_modules(self._settings().modules, self.store.project)
        return Answer(network_names(params["like"])[:_NAMED])

    def _log(self, params: LaunchParams) -> Answer[Any]:
        try:
            return Answer(log_of(self.store.project, params["id"]))
        except OSError as error:
            raise WorkbenchError(f"The log cannot be read: {error}.") from None


def _run_of(row: dict[str, Any]) -> tuple[str, str] | None:
    """The theme and the id of a launch's run, which for boxes is of the theme of their crops; None before it began."""
    known = row.get("progress") or row.get("result") or {}
    return (known["theme"], known["run_id"]) if known.get("run_id") else None


def summary(rows: list[dict[str, Any]]) -> str:
    """Word launches as static HTML."""
    if not rows:
        return "<p>No training was started in the background yet.</p>"
    cells = [
        [
            row["theme"],
            row["name"],
            row["state"],
            row["test"] or (None if row["accuracy"] is None else f"{row['accuracy']:.4f}"),
        ]
        for row in map(_shown, rows)
    ]
    table = static_table(["theme", "run", "state", "test accuracy"], cells, texts=3)
    return f"<p><b>Trainings in the background</b></p>{table}"


def _shown(row: dict[str, Any]) -> LaunchJson:
    """What of a launch the browser shows."""
    progress = row.get("progress", {})
    result = row.get("result", {})
    epochs = progress.get("epochs", [])
    parameters = row["parameters"]
    return {
        "id": row["id"],
        "theme": parameters.get("theme"),
        "name": result.get("run_name") or progress.get("run_name") or parameters.get("run_name") or row["id"],
        "overrides": parameters.get("overrides", {}),
        "state": row["state"],
        "phase": progress.get("state", "starting"),
        "error": row.get("error", ""),
        "started": row["started"],
        "ended": row.get("ended"),
        "epochs": len(epochs),
        "num_epochs": progress.get("num_epochs"),
        "seconds": [epoch["seconds"] for epoch in epochs[-3:]],
        "batch": progress.get("batch"),
        "batches": progress.get("batches"),
        "last": epochs[-1] if epochs else None,
        "accuracy": (result or progress).get("metrics", {}).get("test_accuracy"),
        "test": progress.get("test", ""),
        "run_id": result.get("run_id") or progress.get("run_id"),
        "tested": "confusion" in progress and row["state"] != "running",
        "notebook": "/".join(Path(row["notebook"]).parts[-2:]),
    }
