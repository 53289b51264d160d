"""peers: ours beside the systems that people would take otherwise, in one table of ratios.

`section` puts it together: `learning` fits networks beside ConvNetJS and TensorFlow.js under Node, `answering` loads servers
of other frameworks. `apps` holds those servers and `node` the scripts, each written the way the peer's own documentation
shows it; they run in environments that `install` makes from `requirements` and `npm`, and import nothing of ours.
A peer that is not there is named with the reason, and never left out.
"""

from benchmarks.peers import measure

__all__ = ["measure"]
