"""The typed form of auguments.yaml (`augment`), and edits of the file that keep its comments (`edits`)."""
