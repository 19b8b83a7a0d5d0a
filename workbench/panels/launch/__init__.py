"""The launch panel: trainings started without code."""
