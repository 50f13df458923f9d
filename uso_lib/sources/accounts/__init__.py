"""Read the municipalities' accounts from the State Treasury's service."""
