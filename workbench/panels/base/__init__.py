"""What all panels share: messages between kernel and browser, polling, static summaries."""
