"""The asyncio heart: asks, reduces, records, publishes."""
