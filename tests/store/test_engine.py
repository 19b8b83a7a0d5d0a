"""One PostgreSQL database for the store, MLflow and Optuna, each in a schema of its own."""

import optuna
from sqlalchemy import text

from workbench.registry.tracking import connect, experiment_for
from workbench.store import open_store
from workbench.store.engine import create_store_engine
from workbench.store.themes import create_theme
from workbench.store.upkeep import migrations
from workbench.tuning.storage import open_storage


def test_each_has_its_tables_in_its_own_schema(project, postgresql_url, monkeypatch):
    names = {"DATABASE_URL": "workbench", "MLFLOW_URI": "mlflow", "OPTUNA_URL": "optuna"}
    for variable, schema in names.items():
        monkeypatch.setenv(f"WORKBENCH_{variable}", f"{postgresql_url}&options=-csearch_path%3D{schema}")
    store = open_store(project)
    with store.write() as session:
        create_theme("pets", session=session)
    experiment = experiment_for("pets", project)
    run = connect(project).create_run(experiment)
    storage = open_storage(project)
    optuna.create_study(storage=storage, study_name="pets")
    administrator = create_store_engine(postgresql_url)
    with administrator.connect() as connection:
        query = text("SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'")
        tables = {(schema, table) for schema, table in connection.execute(query) if "pg_" not in schema}
        one_each = [
            connection.scalar(text(f"SELECT count(*) FROM {table}"))
            for table in ("workbench.themes", "mlflow.runs", "optuna.studies")
        ]
    assert one_each == [1, 1, 1]
    assert {
        ("workbench", migrations.VERSION_TABLE),
        ("mlflow", "alembic_version"),
        ("optuna", "alembic_version"),
    } <= tables
    assert {schema for schema, _ in tables} == {"workbench", "mlflow", "optuna", "information_schema"}
    assert connect(project).get_run(run.info.run_id).info.experiment_id == experiment
    storage.remove_session()
    storage.engine.dispose()
    administrator.dispose()
    store.close()
    assert not list(project.db.glob("*.db"))
