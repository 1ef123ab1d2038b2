"""CIFAR-10 and CIFAR-100 as their author published them, in both forms."""
