"""Model versions and their stages."""

import pytest

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.decisions import Decision
from workbench.store.labels import labels_of
from workbench.store.model_versions import (
    add_model_version,
    get_model_version,
    model_in_stage,
    model_versions,
    set_stage,
)
from workbench.store.single_edits import Edit, decide
from workbench.store.splits import assign_splits

PROMOTING = """
    import sys
    from workbench.store import open_store
    from workbench.store.model_versions import set_stage

    store, theme_id, version = open_store(), int(sys.argv[1]), int(sys.argv[2])
    print("ready", flush=True)
    sys.stdin.readline()
    for stage in ["production", "none"] * 10 + ["production"]:
        with store.write() as session:
            set_stage(theme_id, version, stage, session=session)
"""


@pytest.fixture
def split_theme(store, make_theme, add_samples):
    theme_id = make_theme(store, labels=("cat", "dog"))
    ids = add_samples(store, theme_id, range(20))
    with store.write() as session:
        cat, dog = labels_of(theme_id, session=session)
        decisions = [
            Edit(sample_id, Decision.of((cat if number % 2 else dog).id)) for number, sample_id in enumerate(ids)
        ]
        decide(theme_id, decisions, annotator="ann", session=session)
        assign_splits(theme_id, annotator="ann", session=session)
    return theme_id, ids


def _versions(store, theme_id, number):
    with store.write() as session:
        for version in range(1, number + 1):
            add_model_version(
                theme_id, version, run_id=f"run{version}", snapshot_id=None, metrics={"accuracy": 0.9}, session=session
            )


def test_promoting_archives_the_former_version(store, split_theme):
    theme_id, _ = split_theme
    _versions(store, theme_id, 3)
    with store.write() as session:
        set_stage(theme_id, 1, "production", session=session)
        changed = set_stage(theme_id, 2, "production", session=session)
        assert {(row.version, row.stage) for row in changed} == {(1, "archived"), (2, "production")}
        assert set_stage(theme_id, 2, "production", session=session) == []
        assert model_in_stage(theme_id, "production", session=session).version == 2
        assert model_in_stage(theme_id, "staging", session=session) is None
        assert [row.version for row in model_versions(theme_id, session=session)] == [3, 2, 1]
        with pytest.raises(NotFoundError, match="Known: 3, 2, 1"):
            get_model_version(theme_id, 4, session=session)
        with pytest.raises(WorkbenchError, match="Allowed: none, staging, production, archived"):
            set_stage(theme_id, 1, "prod", session=session)


def test_two_that_promote_at_once_leave_one_production_version(store, split_theme, run_python):
    theme_id, _ = split_theme
    _versions(store, theme_id, 2)
    children = [run_python(PROMOTING, theme_id, version) for version in (1, 2)]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        assert child.communicate()[1] == ""
        assert child.returncode == 0
    with store.read() as session:
        assert sorted(row.stage for row in model_versions(theme_id, session=session)) == ["archived", "production"]
