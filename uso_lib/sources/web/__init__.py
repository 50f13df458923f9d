"""Speak HTTP with the manners the services ask for. Does not know what the answers mean."""
