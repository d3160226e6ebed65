"""What can go wrong with the lab that a person can do something about."""


class LabError(Exception):
    """One clear sentence, to be shown as it is."""
