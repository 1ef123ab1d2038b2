"""From document to torch.nn.Module."""
