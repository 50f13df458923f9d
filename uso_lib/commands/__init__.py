"""Carry out what the command line asks for, one module per command. Do not read arguments (cli/)."""
