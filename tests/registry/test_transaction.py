"""Changes of a theme's versions in MLflow and in the store: both or neither, one after the other."""

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from workbench import register
from workbench.errors import WorkbenchError
from workbench.registry.sync import check_registry
from workbench.registry.transaction import registry_transaction
from workbench.registry.versions import history_of_stages


def test_when_mlflow_fails_half_way_both_sides_stay_as_they_were(shades, client, monkeypatch, aliases, stages):
    run_id = shades.log_run()
    real = MlflowClient.set_model_version_tag

    def fail(self, *arguments):
        monkeypatch.setattr(MlflowClient, "set_model_version_tag", real)
        raise MlflowException("the server has gone away")

    monkeypatch.setattr(MlflowClient, "set_model_version_tag", fail)
    with pytest.raises(MlflowException, match="gone away"):
        register("shades", run_id, "production")
    assert stages() == {1: "production"}
    assert aliases() == {"production": 1}
    assert [int(version.version) for version in client.search_model_versions("name = 'shades'")] == [1]
    assert check_registry("shades").ok


PROMOTE = """
import sys
import mlflow.store.db.utils, mlflow.store.tracking.sqlalchemy_store
from workbench.registry.versions import promote
print("ready", flush=True)
sys.stdin.readline()
for _ in range(3):
    promote("shades", int(sys.argv[1]), "production", annotator=f"process {sys.argv[1]}")
"""


def test_two_who_promote_at_once_follow_one_another(shades, run_python, aliases, stages):
    register("shades", shades.log_run(), "none")
    register("shades", shades.log_run(), "none")
    children = [run_python(PROMOTE, version) for version in (2, 3)]
    assert [child.stdout.readline() for child in children] == ["ready\n", "ready\n"]
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    errors = [child.communicate()[1] for child in children]
    assert [child.returncode for child in children] == [0, 0], errors
    assert sorted(stages().values()) == ["archived", "archived", "production"]
    holder = next(version for version, stage in stages().items() if stage == "production")
    assert aliases()["production"] == holder
    assert check_registry("shades").ok
    # Every step of the history begins where the one before it ended.
    held: dict[int, str | None] = {}
    for event in history_of_stages("shades"):
        assert held.get(event.version) == event.before
        held[event.version] = event.after


@pytest.mark.parametrize("error", [ValueError("the store's side failed"), KeyboardInterrupt()])
def test_when_the_stores_side_fails_mlflow_shows_what_it_showed(shades, client, aliases, stages, error):
    run = client.get_run(shades.log_run())

    def fail_half_way():
        with registry_transaction("shades", shades.project, annotator="ann") as transaction:
            transaction.add_row(transaction.create_version(run), run)
            transaction.set_stage(2, "production")
            assert aliases() == {"production": 2, "archived": 1}
            raise error

    with pytest.raises(type(error)):
        fail_half_way()
    assert stages() == {1: "production"}
    assert aliases() == {"production": 1}
    assert [int(version.version) for version in client.search_model_versions("name = 'shades'")] == [1]
    assert len(history_of_stages("shades")) == 1


def test_a_run_of_a_snapshot_that_the_store_lacks_becomes_no_version(shades, client, stages):
    run_id = shades.log_run(tags={"workbench.snapshot": "f" * 64})
    with pytest.raises(WorkbenchError, match="ffffffffffff, which this store lacks"):
        register("shades", run_id)
    assert stages() == {1: "production"}
    assert len(client.search_model_versions("name = 'shades'")) == 1
