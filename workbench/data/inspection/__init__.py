"""Looking at a theme and at what preprocessing and augmentation make of it; pure functions, pictures come elsewhere."""
