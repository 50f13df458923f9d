"""Official services emulated on loopback, well behaved or misbehaving; test code only.

Does not hold real figures: what ``world`` makes up is deterministic and wrong.
"""
