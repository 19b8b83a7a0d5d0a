"""Feature vectors of images: the encoders that make them, and where they are kept on disk.

`encoders` names what there is, `hog`, `efficientnet_lite` and `networks` are the encoders, `vectors` keeps their output
under `db/embeddings/`, `embed` fills it for a theme.
"""
