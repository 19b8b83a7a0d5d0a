"""The search of a learning rate."""

import pytest


def test_a_learning_rate_is_searched_used_and_remembered(colors):
    overrides = {"training.find_learning_rate": True, "training.scheduler": "none", "data.batch_size": 4}
    result = colors.train(overrides, num_epochs=1)
    run = colors.client.get_run(result.run_id)
    found = float(run.data.params["training.found_learning_rate"])
    assert [row["learning_rate"] for row in result.epochs] == [pytest.approx(found)]
    assert found != 0.01
    assert 1e-6 <= found <= 1
    from workbench.training import reproduce

    assert reproduce(result.run_id).equal
