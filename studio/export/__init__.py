"""What is said of a network, written down for papers, spreadsheets and notes; no torch, no Qt."""
