"""The parts of the explore panel: its calls, its static figures."""
