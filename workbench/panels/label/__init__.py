"""The label panel: themes, a grid and a table of samples, and one image large, labeled by keys."""
