"""A pair of Gateways in virtual time; ``world.World`` is the way in."""
