"""Changes of many samples, written a step at a time so that nobody else waits: one batch each, wholly or not at all."""
