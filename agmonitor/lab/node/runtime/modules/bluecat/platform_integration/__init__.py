"""``bluecat.platform_integration``: the platforms a Gateway can stand before."""
