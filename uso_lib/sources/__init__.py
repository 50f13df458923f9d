"""Bring figures in: from services, from files, from published figure files. Do not analyse them.

service.py says what every service's adapter takes and gives. ``web`` speaks HTTP; ``pxweb``, ``sotkanet``,
``open_data``, ``accounts`` and classification.py speak with the services; ``imports`` reads files; ``drift``
compares new figures with old ones; ``keeping`` stores answers and tables; ``fetching`` does it all in order;
``carryover`` and snapshot.py make the bundled figures.
"""
