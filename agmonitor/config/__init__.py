"""Settings, paths and secrets of this program."""
