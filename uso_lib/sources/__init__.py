"""Carry published figures over into tidy tables. Does not analyse them."""
