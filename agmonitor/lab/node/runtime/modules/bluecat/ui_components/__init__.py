"""``bluecat.ui_components``: parts of pages."""
