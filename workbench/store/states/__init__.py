"""States of a theme's labels: their names, what stood on each sample then, and what differs between two of them."""
