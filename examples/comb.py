"""A building block: a feedback comb filter, a plain function that any program may call. test_comb.py tests it.

    dspc render examples/comb.py --input examples/audio/guitar.wav -o comb.wav
"""

import dspc


def comb(x, samples=400, amount=0.7, longest=None):
    """y[n] = x[n] + amount * y[n - samples]; `samples` may move up to `longest`."""
    return dspc.feedback(lambda y: x + amount * dspc.delay(y, samples - 1, max=longest))


@dspc.effect
def resonator(
    x,
    frequency=dspc.param(220.0, 20.0, 2000.0, unit="Hz", scale="log"),
    amount=dspc.param(0.9, 0.0, 0.99),
):
    return (1 - amount) * comb(x, dspc.sample_rate / frequency, amount, longest=dspc.sample_rate / 20)
