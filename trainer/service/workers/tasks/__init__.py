"""Tasks of worker processes, one per module, each with a function `run(runner, …)` that returns a dict for JSON.

The value "body" of that dict, bytes, is sent unchanged. Keras is imported only inside functions: reading data does not need it.
"""
