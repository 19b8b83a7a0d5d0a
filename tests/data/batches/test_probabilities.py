"""From batches to one answer per image."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workbench.data.batches.inputs import Inputs
from workbench.data.batches.probabilities import Forward, combine_patches, probabilities_per_image


def test_probabilities_are_averaged_over_the_patches_of_each_image() -> None:
    probabilities = np.array([[0.2, 0.8], [0.6, 0.4], [1.0, 0.0], [0.4, 0.6]])
    images, combined = combine_patches(probabilities, np.array([7, 7, 3, 7]))
    assert images.tolist() == [7, 3]
    assert combined == pytest.approx(np.array([[0.4, 0.6], [1.0, 0.0]]))


def test_the_mean_of_an_image_does_not_depend_on_what_else_is_in_the_batch() -> None:
    random = np.random.default_rng(0)
    probabilities = random.random((30, 5), dtype=np.float32)
    owners = np.repeat(np.arange(10), 3)
    images, together = combine_patches(probabilities, owners)
    alone = [combine_patches(probabilities[owners == image], owners[owners == image])[1][0] for image in images]
    assert np.array_equal(together, alone)
    assert together.dtype == np.float32


def test_images_that_the_network_refuses_are_named_and_the_others_answered() -> None:
    class Picky(torch.nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            if images.shape[-1] < 4:
                raise RuntimeError("Kernel size can't be greater than actual input size")
            return images.mean(dim=(2, 3))

    inputs = [
        Inputs(torch.ones(2, 3, 8, 8), np.array([0, 2])),
        Inputs(torch.ones(1, 3, 2, 3), np.array([1])),
    ]
    images, probabilities, errors = probabilities_per_image(inputs, Forward(Picky(), torch.device("cpu")))
    assert images.tolist() == [0, 2]
    assert probabilities.tolist() == [pytest.approx([1 / 3] * 3)] * 2
    assert errors == {
        1: "the network cannot take an image of 2 x 3 pixels: Kernel size can't be greater than actual input size"
    }
    none, _, errors = probabilities_per_image(inputs[1:], Forward(Picky(), torch.device("cpu")))
    assert (len(none), list(errors)) == (0, [1])


def test_running_out_of_memory_is_no_fault_of_an_image() -> None:
    def exhausted(images: torch.Tensor) -> np.ndarray:
        raise torch.OutOfMemoryError("no memory left")

    with pytest.raises(torch.OutOfMemoryError):
        probabilities_per_image([Inputs(torch.ones(1, 3, 2, 2), np.array([0]))], exhausted)
