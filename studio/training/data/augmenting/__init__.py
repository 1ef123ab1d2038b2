"""How each augmentation changes a whole batch, by numbers from 0 to 1 that were drawn before."""
