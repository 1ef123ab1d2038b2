"""What a plan is made of: optimizers, schedules, losses, augmentations, declared without torch."""
