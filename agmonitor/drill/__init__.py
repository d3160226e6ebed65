"""Drills: a pair broken, in virtual time or in the live lab, and the monitor judged by its words."""
