"""``bluecat_portal``: the Gateway program itself, as far as workflows import it."""
