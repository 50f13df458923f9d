"""The exit statuses of the command line. Does not leave anything."""

#: Something failed (a report, a table); the rest was done.
FAILED = 1
#: Something in the input is wrong and nothing was written.
WRONG_INPUT = 2
#: Stopped by Ctrl-C.
INTERRUPTED = 130
