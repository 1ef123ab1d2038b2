"""How much of the input each value of a network can see.

The window of a value is found axis by axis, exactly: what each place along an axis sees is followed
through kernels, strides, dilations, up-sampling, joins and repeated blocks.
"""

from studio.analysis.receptive.field import Field, receptive_fields

__all__ = ["Field", "receptive_fields"]
