"""BufferBudget: bounds the bytes of request bodies that a process holds."""


class BufferBudget:
    """An upper estimate of the bytes held: the last exact count, plus everything received since. Used by one thread.

    capacity: in bytes. The server sets the exact count every second.
    """

    def __init__(self, capacity: int):
        self.capacity = capacity
        self.held = 0

    def receive(self, n: int) -> bool:
        """Count n more bytes. Returns whether they fit."""
        self.held += n
        return self.held <= self.capacity
