"""Parts of the benchmark `peers`: other systems that read digits, next to Inkling.

`training` fits networks next to ConvNetJS and TensorFlow.js under Node, `serving` loads servers of other frameworks. `apps`
holds those servers and `node` the scripts, each written as the peer's own documentation shows it; they run in environments
that `install` creates from `requirements` and `npm`, and import none of our code. A peer that does not install or run is
reported with the reason.
"""
