"""The training panel: curves that move, the epochs, a stop button; afterwards what the model confuses, in pictures."""
