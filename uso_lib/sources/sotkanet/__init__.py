"""Speak with THL's Sotkanet: titles guarded, ids confirmed by a person, rows made tidy."""
