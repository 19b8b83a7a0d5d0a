"""The prediction gallery: a model version's answers, the least certain first, to be accepted or corrected by keys."""
