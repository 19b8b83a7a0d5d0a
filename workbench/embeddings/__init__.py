"""Feature vectors of images.

`encoder` says what every encoder offers; `hog`, `lite0`, `network_encoder` and `onnx_encoder` are encoders, which
`encoders` finds by their names; `vectors` keeps what they make under `db/embeddings/`, `filling` has it made.
"""
