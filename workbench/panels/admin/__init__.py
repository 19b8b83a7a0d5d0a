"""The admin panel: tables of themes, labels, samples and models, what a deletion means, and the store as a whole."""
