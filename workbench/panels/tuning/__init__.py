"""The tuning panel: a study as it runs, a stop after the present trial, the way to its reviews and results."""
