"""The launch panel: trainings started without code, in programs of their own, and how each of them stands."""
