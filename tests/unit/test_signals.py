"""News reaches those who asked for it, in order."""

from studio.signals import Signal


def test_receivers_hear_values_in_the_order_they_connected():
    signal, heard = Signal[int](), []
    signal.connect(lambda value: heard.append(("first", value)))
    signal.connect(lambda value: heard.append(("second", value)))

    signal.emit(3)

    assert heard == [("first", 3), ("second", 3)]


def test_a_receiver_that_disconnects_while_hearing_does_not_disturb_the_others():
    signal, heard = Signal[int](), []
    leave = signal.connect(lambda _value: leave())
    signal.connect(heard.append)

    signal.emit(1)
    signal.emit(2)

    assert heard == [1, 2]


def test_disconnecting_twice_is_harmless():
    signal = Signal[int]()
    leave = signal.connect(print)

    leave()
    leave()
