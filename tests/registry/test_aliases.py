"""Which alias belongs on which version, and how MLflow comes to show it."""

import pytest

from workbench.registry.aliases import MlflowStages, StoreStages, mlflow_stages, stage_differences, store_stages
from workbench.registry.tracking import connect
from workbench.store.model_versions import add_model_version, set_stage
from workbench.store.stage_history import record_stage


@pytest.fixture
def put(sqlite_store, make_theme):
    """`put(version, stage)` records a change of stage and returns what the store has then."""
    theme_id = make_theme(sqlite_store)
    known: dict[int, str] = {}

    def change(version: int, stage: str) -> StoreStages:
        with sqlite_store.write() as session:
            if version not in known:
                run_id = str(version) * 32
                add_model_version(theme_id, version, run_id=run_id, snapshot_id=None, metrics={}, session=session)
            for row in set_stage(theme_id, version, stage, session=session):
                before = known.get(row.version)
                record_stage(theme_id, row.version, before=before, after=row.stage, annotator="ann", session=session)
                known[row.version] = row.stage
            return store_stages(theme_id, session=session)

    return change


def test_the_alias_archived_is_on_the_version_that_was_archived_last(put):
    put(1, "production")
    put(2, "staging")
    assert put(2, "archived").aliases == {"production": 1, "archived": 2}
    found = put(3, "production")
    assert found.aliases == {"production": 3, "archived": 1}
    assert found.stages == {1: "archived", 2: "archived", 3: "production"}
    assert put(1, "staging").aliases == {"staging": 1, "production": 3, "archived": 2}


def test_each_difference_is_a_sentence():
    store = StoreStages({"production": 2}, {1: "archived", 2: "production", 3: "none"})
    shown = MlflowStages({"production": 1, "staging": 2}, {1: "archived", 2: "staging"}, {1: "a", 2: "b"})
    assert stage_differences(store, shown) == [
        "the alias 'staging' is on version 2 in MLflow and belongs on no version",
        "the alias 'production' is on version 1 in MLflow and belongs on version 2",
        "version 2 is tagged 'staging' in MLflow and is 'production'",
    ]
    assert stage_differences(store, MlflowStages(store.aliases, store.stages, {})) == []


def test_a_theme_without_a_model_has_no_stages_in_mlflow(project):
    assert mlflow_stages(connect(project), "pets") == MlflowStages({}, {}, {})
