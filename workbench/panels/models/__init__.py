"""The panel of registered models."""
