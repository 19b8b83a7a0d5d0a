"""Importing images and labels into a theme."""
