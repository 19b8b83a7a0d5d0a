"""The box panel: rectangles around what is to be seen, image by image, drawn with jupyter-bbox-widget."""
