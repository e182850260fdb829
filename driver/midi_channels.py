"""What the channels of a MIDI file mean: how far their pitch wheels bend, and which of them are MPE's zones.

In a zone each note has a channel of its own; the zone's master, the lowest or the highest channel of all, speaks to
all of them. (MIDI Polyphonic Expression, MIDI Association RP-053.)
"""

from dataclasses import dataclass, field

BEND_RANGE, ZONE = (0, 0), (0, 6)  # registered parameters
CHANNELS = 16
MASTERS = (0, CHANNELS - 1)  # of the lower and of the upper zone
SEMITONES, MEMBER_SEMITONES = 2, 48  # how far a wheel bends until the file says otherwise
DATA, DATA_LOW, OTHER_LOW, OTHER_HIGH, LOW, HIGH = 6, 38, 98, 99, 100, 101  # controllers that set parameters


@dataclass
class _Channel:
    selected: list[int | None] = field(default_factory=lambda: [None, None])  # the registered parameter
    bend_range: list[int] = field(default_factory=lambda: [SEMITONES, 0])  # semitones, cents


class Channels:
    """The sixteen channels, as far as a file's controllers have set them."""

    def __init__(self) -> None:
        self._channels = [_Channel() for _ in range(CHANNELS)]
        self._members = [0, 0]  # of the lower and of the upper zone

    def control(self, channel: int, number: int, value: int) -> None:
        """Follows the controllers that select and set registered parameters."""
        selected = self._channels[channel].selected
        if number in (HIGH, LOW):
            selected[HIGH - number] = value
        elif number in (OTHER_LOW, OTHER_HIGH):  # a non-registered parameter is selected
            selected[:] = [None, None]
        elif number in (DATA, DATA_LOW) and tuple(selected) == BEND_RANGE:
            for each in self._alike(channel):
                self._channels[each].bend_range[number == DATA_LOW] = value
        elif number == DATA and tuple(selected) == ZONE and channel in MASTERS:
            self._make_zone(MASTERS.index(channel), value)

    def semitones(self, channel: int, pitch: int) -> float:
        """How far a channel's pitch wheel at -8192..8191 bends."""
        coarse, cents = self._channels[channel].bend_range
        return pitch / 8192 * (coarse + cents / 100)

    def reached(self, channel: int) -> set[int]:
        """The channels that a message for a whole channel is meant for: a master's is for its zone."""
        mine = {channel}
        for zone, master in enumerate(MASTERS):
            if master == channel:
                mine.update(self._zone(zone))
        return mine

    def _zone(self, zone: int) -> range:
        count = self._members[zone]
        return range(CHANNELS - 1 - count, CHANNELS - 1) if zone else range(1, 1 + count)

    def _alike(self, channel: int) -> range:
        """The channels that have one bend range: the members of a zone, or only this one."""
        return next((zone for zone in map(self._zone, (0, 1)) if channel in zone), range(channel, channel + 1))

    def _make_zone(self, zone: int, members: int) -> None:
        """A zone gets its members, at the cost of the other one, and everyone the usual bend range."""
        left = set(self._zone(zone))
        self._members[zone] = min(members, CHANNELS - 1)
        if members:
            self._members[1 - zone] = min(self._members[1 - zone], max(0, CHANNELS - 2 - members))
        for channel in left | {MASTERS[zone]}:
            self._channels[channel].bend_range = [SEMITONES, 0]
        for channel in self._zone(zone):
            self._channels[channel].bend_range = [MEMBER_SEMITONES, 0]
