"""Near duplicates: photos saved, cropped, mirrored or brightened once more, and frames of one film.

`candidates` finds neighbors among feature vectors, `details` looks at the two pictures of a pair, `search` does both
for a theme and records what was found.
"""
