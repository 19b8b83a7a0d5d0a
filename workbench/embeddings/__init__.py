"""Feature vectors of images.

`encoder` says what every encoder offers, `hog` and `efficientnet_lite` are encoders, `vectors` keeps what they make
under `db/embeddings/`.
"""
