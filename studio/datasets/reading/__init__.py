"""How lines and rows are read from somebody's text file: encoding, delimiter, quotes, faults."""
