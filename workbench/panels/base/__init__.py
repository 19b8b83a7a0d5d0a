"""What every panel has: messages between kernel and browser, state between two of them, polling, static summaries."""
