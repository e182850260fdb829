"""DSP300 and above: engines, backends, and the compiler's own checks."""

from dspc.frontend.explain import Code

_INTERNAL = """\
A pass left the program in a state that its level does not allow. This is a mistake in the compiler, or in a pass that
was added to it, not in the program."""

HOSTS = (
    Code("DSP300", "No runtime", "dspc was installed without its compiled part. Installing it again builds that."),
    Code("DSP301", "No such parameter", "A parameter is known by its id: engine.parameters lists them."),
    Code("DSP302", "Channels", "An array is [channels, frames], with as many channels as the program has."),
    Code("DSP303", "Frames", "process needs an input, or frames=; both have to agree."),
    Code(
        "DSP304", "An event's frame", "The frame of an event counts from the start of the call, up to its last frame."
    ),
    Code("DSP305", "A note", "Keys are 0 to 127, velocities 0 to 1, channels 0 to 15, ids 0 and above."),
    Code("DSP306", "A value", "A value that a parameter, a controller, the transport … does not take; or no event."),
    Code("DSP307", "Saved state", "restore takes what save returned, of the same program and version."),
    Code("DSP308", "Prepare", "A sample rate from 1,000 to 1,000,000 Hz, and delay lines that fit into memory."),
    Code("DSP309", "A core that failed", "The compiled program could not be loaded, or stopped while it ran."),
    Code(
        "DSP310",
        "A fault of dspc",
        "Something failed in dspc that should not have; the place is where the program asked for it. The exception "
        "itself is the error's cause. Please report it, with the program.",
    ),
    Code(
        "DSP311",
        "A function that is not Python's",
        "Functions that were compiled, such as Python's own and cached ones, take numbers, not signals.",
        """
import functools

@dspc.effect
@functools.cache
def doubled(x, mode=dspc.choice("soft", "hard")):
    return dspc.select(mode == "hard", 2.0 * x, x)
""",
        """
@dspc.effect
def doubled(x, mode=dspc.choice("soft", "hard")):
    return dspc.select(mode == "hard", 2.0 * x, x)
""",
    ),
    Code(
        "DSP312",
        "What a library function cannot compute with",
        "The functions of dspc.stdlib are written in the language itself; this is what Python says of their arguments.",
        """
from dspc.stdlib import waveshaper

@dspc.effect
def cubed(x):
    return waveshaper(x, lambda: x**3)
""",
        """
from dspc.stdlib import waveshaper

@dspc.effect
def cubed(x):
    return waveshaper(x, lambda x: x**3)
""",
    ),
    Code("DSP320", "The C compiler failed", "Its own words follow. CC= names another one."),
    Code("DSP321", "No C compiler", "The backend c needs cc, gcc or clang; the others do not."),
    Code("DSP322", "No such backend", "dspc backends lists those that are installed."),
    Code("DSP323", "No backend can run", "Each says what it is missing."),
    Code("DSP324", "max_block", "The hint of the largest block is a number of samples, 1 or more."),
    Code("DSP325", "How long to render", "Give an input, a MIDI file, or seconds=, 0 or more."),
    Code("DSP326", "A MIDI file", "midi= is the path of a MIDI file of type 0 or 1 that holds notes."),
    Code("DSP340", "Not for bytecode", "The bytecode backend takes the legal level, with one lane."),
    Code("DSP341", "Too large for bytecode", "The virtual machine has so many registers and nested loops, no more."),
    Code("DSP342", "A damaged image", "The bytes are no image, or one of another version: emit it again."),
    Code("DSP401", "Not of the level graph", _INTERNAL),
    Code("DSP402", "Not of the level rates", _INTERNAL),
    Code("DSP403", "Not of the level lanes", _INTERNAL),
    Code("DSP404", "Not of the level expanded", _INTERNAL),
    Code("DSP405", "Not of the level scheduled", _INTERNAL),
    Code("DSP406", "Not of the level legal", _INTERNAL),
)
