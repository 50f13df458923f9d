"""Compare new figures with the previous ones before they replace them. Does not decide what is right."""
