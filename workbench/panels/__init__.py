"""The Python halves of the panels; their browser halves are in `widgets/`."""
