"""The host's transport: tempo, and where in the song the sample lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dspc.dialects import dsp
from dspc.frontend.environment import Ambient
from dspc.frontend.errors import MissingAttribute, did_you_mean
from dspc.frontend.places import place_here
from dspc.frontend.primitive import primitive
from dspc.frontend.signal import NotASignal, Signal


def transport_field(field: str) -> Signal:
    """What the transport says: see `dsp.TRANSPORT_FIELDS`."""
    element, rate = dsp.TRANSPORT_FIELDS[field]
    return primitive(dsp.TransportOp, results=element, rate=rate, field=field)


class Transport(NotASignal):
    """`dspc.transport`: signals that a program reads from its host.

    `tempo` (quarter notes a minute), `playing` (bool), `position` (quarter notes from the song's start, f64, at audio
    rate), `bar` (the position at which the current bar began, f64), `numerator` and `denominator` (i32). Without a
    host 120, stopped, 0, 0, 4/4. They follow the host without smoothing, exactly at its events' samples.
    """

    __slots__ = ("_fields",)

    def __init__(self) -> None:
        self._fields = {
            name: Ambient(f"transport.{name}", lambda name=name: transport_field(name), *kind)
            for name, kind in dsp.TRANSPORT_FIELDS.items()
        }

    if TYPE_CHECKING:
        tempo: Signal
        playing: Signal
        position: Signal
        bar: Signal
        numerator: Signal
        denominator: Signal

    else:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            if name not in self._fields:
                hint = did_you_mean(name, self._fields) or f"it has {', '.join(self._fields)}"
                raise MissingAttribute("DSP220", f"the transport has no {name}", hint=hint, place=place_here())
            return self._fields[name]

    def __repr__(self) -> str:
        return f"<dspc.transport: {', '.join(dsp.TRANSPORT_FIELDS)}>"

    def refusal(self) -> tuple[str, str, str]:
        return "DSP110", "the transport", "take one of its signals: dspc.transport.tempo"


transport = Transport()
"""`dspc.transport`."""
