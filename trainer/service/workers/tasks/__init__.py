"""Tasks: what child processes do, one a file, each with a function `run(inside, …)` that gives a dict for JSON.

A "body" in that dict, bytes, is sent as it is. Keras is imported only inside of functions: who looks at data needs none.
"""
