"""DSP200 to DSP209: graph classes."""

from dspc.frontend.explain import Code

GRAPHS = (
    Code(
        "DSP200",
        "A graph class without its graph",
        """\
A Voice, an Effect or a Node has a method graph(self), which connects its nodes. It runs once, before there are signals,
and returns nothing.""",
        """
class Thin(dspc.Voice):
    osc = dspc.Saw()
""",
        """
class Thin(dspc.Voice):
    osc = dspc.Saw()

    def graph(self):
        self.connect(self.osc >> self.output)
""",
    ),
    Code(
        "DSP201",
        "Something that cannot be connected",
        """\
Nodes, their ports, parameters and numbers are connected with >> and combined with + - * / and comparisons. What else is
to be computed is a function of signals, of which dspc.node makes a node class.""",
        """
class Thin(dspc.Voice):
    osc = dspc.Saw()

    def graph(self):
        self.connect(self.osc ** 2 >> self.output)
""",
        """
Square = dspc.node(lambda x: x ** 2)

class Thin(dspc.Voice):
    osc, square = dspc.Saw(), Square()

    def graph(self):
        self.connect(self.osc >> self.square >> self.output)
""",
    ),
    Code(
        "DSP202",
        "No such inlet or outlet",
        """\
The inlets of a node are the arguments of its function, or what a Node class declares with dspc.inlet(); its outlets are
the parts of the function's result, or what is declared with dspc.outlet(). Indexes count from 0.""",
        """
class Dark(dspc.Effect):
    filter = dspc.LowPass()

    def graph(self):
        self.connect(self.input >> self.filter >> self.output, 800.0 >> self.filter.cutof)
""",
        """
class Dark(dspc.Effect):
    filter = dspc.LowPass()

    def graph(self):
        self.connect(self.input >> self.filter >> self.output, 800.0 >> self.filter.cutoff)
""",
    ),
    Code(
        "DSP203",
        "An inlet that is not connected",
        """\
Arguments without a default have to be connected, or set when the node is made: dspc.LowPass(cutoff=800.0). In a Voice,
frequency, gate and trigger take the note's.""",
        """
class Dark(dspc.Effect):
    filter = dspc.LowPass()

    def graph(self):
        self.connect(self.input >> self.filter >> self.output)
""",
        """
class Dark(dspc.Effect):
    filter = dspc.LowPass(cutoff=800.0)

    def graph(self):
        self.connect(self.input >> self.filter >> self.output)
""",
    ),
    Code(
        "DSP204",
        "A cycle without feedback",
        """\
What comes back to a node is a sample old: a dspc.Feedback() somewhere on the cycle holds it that long. A node counts
as a whole: each of its outlets is taken to depend on each of its inlets.""",
        """
class Comb(dspc.Effect):
    sum, late = dspc.Mixer(2), dspc.node(dspc.delay)(samples=99)

    def graph(self):
        self.connect(self.input >> self.sum[0], self.sum >> self.late, self.late * 0.7 >> self.sum[1],
                     self.sum >> self.output)
""",
        """
class Comb(dspc.Effect):
    sum, late, again = dspc.Mixer(2), dspc.node(dspc.delay)(samples=98), dspc.Feedback()

    def graph(self):
        self.connect(self.input >> self.sum[0], self.sum >> self.again >> self.late, self.late * 0.7 >> self.sum[1],
                     self.sum >> self.output)
""",
    ),
    Code(
        "DSP205",
        "A node of another graph",
        """\
Nodes are connected in the method graph of the class that declares them. What a class declares is copied for each graph,
and a graph's nodes are its own: from outside, only its inlets and outlets can be connected.""",
        """
class Thin(dspc.Voice):
    osc = dspc.Saw()

    def graph(self):
        self.connect(Thin.osc >> self.output)
""",
        """
class Thin(dspc.Voice):
    osc = dspc.Saw()

    def graph(self):
        self.connect(self.osc >> self.output)
""",
    ),
    Code(
        "DSP206",
        "An outlet to which nothing is connected",
        "A Voice and an Effect have the channels that are connected, from 0 on; a Node has the outlets it declares.",
        """
class Wide(dspc.Effect):
    def graph(self):
        self.connect(self.input >> self.output[1])
""",
        """
class Wide(dspc.Effect):
    def graph(self):
        self.connect(self.input >> self.output[0], -self.input >> self.output[1])
""",
    ),
    Code(
        "DSP207",
        "What a node is made or called with",
        """\
A node takes constants for its inlets, by name: numbers, texts, arrays. Ports and parameters are connected in graph.
Of a function of *signals the node takes their number: dspc.Mixer(2). In a trace, a node is called with signals.""",
        """
class Dark(dspc.Effect):
    filter = dspc.LowPass(cutof=800.0)

    def graph(self):
        self.connect(self.input >> self.filter >> self.output, 900.0 >> self.filter.cutoff)
""",
        """
class Dark(dspc.Effect):
    filter = dspc.LowPass(cutoff=800.0)

    def graph(self):
        self.connect(self.input >> self.filter >> self.output)
""",
    ),
    Code(
        "DSP208",
        "Something that cannot become a node class",
        "dspc.node takes a function of signals, decorated or not, whose arguments have names; or *signals, all alike.",
        """
Half = dspc.node(0.5)
""",
        """
Half = dspc.node(lambda x: 0.5 * x)
""",
    ),
    Code(
        "DSP209",
        "An attribute that means nothing there",
        """\
A Voice has what @dspc.instrument takes (voices, legato, …) and after; an Effect has inputs; a Node has inlets and
outlets. input, output, note, connect and graph are taken.""",
        """
class Quiet(dspc.Effect):
    voices = 4

    def graph(self):
        self.connect(self.input * 0.5 >> self.output)
""",
        """
class Quiet(dspc.Effect):
    inputs = 2

    def graph(self):
        self.connect((self.input[0] + self.input[1]) * 0.5 >> self.output)
""",
    ),
)
