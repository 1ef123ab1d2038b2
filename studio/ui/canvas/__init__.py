"""The network as a drawing that can be edited: cards, wires, gestures and floating tools."""
