"""Several annotators on one theme: who is at which sample, second opinions, how far they agree."""
