"""A page of the network as a picture on disk: the whole page, for papers and slides."""
