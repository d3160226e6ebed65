"""Golden pictures: the window and its painted parts in fixed states, as people looked at them and agreed."""
