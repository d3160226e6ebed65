"""What a Gateway gives to its workflows: modules to import, hooks, and a loader."""
