"""Drills: a pair broken on purpose and the monitor judged by what it said, in virtual time or on the live lab."""
