"""What `xdsl-opt` finds of dspc through the entry point `xdsl.universe`."""

from xdsl.universe import Universe

from dspc.passes import factories


def _dsp():
    from dspc.dialects.dsp import Dsp

    return Dsp


def _rt():
    from dspc.dialects.rt import Rt

    return Rt


DSPC_UNIVERSE = Universe(all_dialects={"dsp": _dsp, "rt": _rt}, all_passes=factories())
