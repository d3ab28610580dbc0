"""This machine: git repositories and virtual environments."""
