"""Reading: a picture of written numbers -> lines of digits. `read` is the one way in; each other file is one step of it.

The steps: `signs` tells writing from specks and frames, `lines` puts it in order, `cuts` says where touching digits may be
parted, `pieces` and `segments` make the candidates that the network scores, `path` takes the best of them, `words` leaves out
what is no number. What may be imported: what the inner ring may, see the folder above.
"""
