"""The tags by which MLflow's runs of a study are known: the parent's, the trials', and those of what came of it."""

STUDY_TAG = "workbench.study"
TRIAL_TAG = "workbench.trial"
STATE_TAG = "workbench.trial_state"
KIND_TAG = "workbench.kind"
