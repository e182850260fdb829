"""Programs with mistakes, for the tests of dspopt."""

import dspc


@dspc.effect
def condition(x):
    return x if x > 0 else -x


@dspc.effect
def fine(x):
    return x


@dspc.effect
def missing(x):
    return scaled(x)


def scaled(x):
    return x * undefined_name  # noqa: F821
