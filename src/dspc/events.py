"""What `Engine.process` and `dspc.render` may be told: notes, parameters, controllers, the transport."""

from dspc.frontend.events import (
    AllNotesOff,
    Bend,
    Choke,
    Controller,
    Event,
    Expression,
    NoteOff,
    NoteOn,
    Param,
    Pressure,
    Transport,
)

__all__ = [
    "AllNotesOff", "Bend", "Choke", "Controller", "Event", "Expression", "NoteOff", "NoteOn", "Param", "Pressure",
    "Transport",
]  # fmt: skip
