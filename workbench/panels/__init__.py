"""The interactive parts of the notebooks, a folder a panel; their browser halves are in `widgets/`."""
