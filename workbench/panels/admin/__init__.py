"""The kernel half of the admin panel: its tables, what a change would mean, and the store as a whole."""
