"""Bodies and queries of requests: from bytes to images, labelled sets and checked values.

What belongs here knows the forms that a client may send. What a picture or a labelled set is inside, `inkling`
knows. Every count is checked before what it counts is unpacked.
"""
