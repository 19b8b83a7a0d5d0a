"""Progress of what runs for hours unwatched."""

from workbench.progress import progress_lines


def test_a_log_gets_a_line_after_growing_times(capsys):
    now = 0.0
    update = progress_lines(40_000, "predict", initial=1_000, clock=lambda: now)
    for _ in range(75):
        now += 1
        update(100)
    assert capsys.readouterr().out.splitlines() == [
        "predict: 2,000 of 40,000 images, 100 a second",
        "predict: 3,000 of 40,000 images, 100 a second",
        "predict: 5,000 of 40,000 images, 100 a second",
    ]
