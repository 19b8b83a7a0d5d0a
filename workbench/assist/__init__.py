"""The model beside the annotator: pages of look-alikes, suggestions, label errors, and how right the labels are.

`features`, `classifier`, `lookalikes`, `pages`, `estimate`, `check` and `label_errors` are pure functions; `assistant`
is the one object per theme that uses them.
"""
