"""What is trained is what is served: the one way of an image into a network, and of its answer back to the image.

`inputs` decodes, preprocesses and normalizes; `dataset` and `sampling` make the batches of a training; `forward` turns
batches into probabilities per image. Training, evaluation, prediction, the registered model and the explore panel all
use these, so that none of them can see an image otherwise than the others.
"""
