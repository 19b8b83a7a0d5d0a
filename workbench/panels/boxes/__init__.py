"""The kernel half of the box panel, apart from the widget itself."""
