"""Carry published figure files over into tidy tables, as carryover.yml declares. Does not fetch."""
