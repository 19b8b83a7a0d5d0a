"""The explore panel: preprocessing and augmentation seen before they are trusted, changed, and saved."""
