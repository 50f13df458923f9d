"""Verify a finished report from nothing but itself: recompute its numbers and hold its page against them.

Has its own arithmetic and its own Finnish numbers; imports neither the analysis nor the store, and needs no
workspace. Does not make reports (reports/) and does not decide what a proof must hold (analysis/).
"""
