"""``config``: this Gateway's own settings, as workflows read them."""
