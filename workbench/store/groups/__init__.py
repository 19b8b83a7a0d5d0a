"""Samples that belong together and are never to be in two splits.

`given` are groups that somebody named, `pairs` the near duplicates that were found; `together` makes one partition of
both. `straddling` lists and mends what lies in two splits all the same, `certificate` says it of a snapshot.
"""
