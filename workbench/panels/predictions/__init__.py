"""The kernel half of the prediction gallery, one module per idea."""
