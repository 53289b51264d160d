"""Recognition of whole numbers: a picture -> lines of digits. `recognizer` is the entry point; each other module is one step.

The method is oversegmentation followed by a search over segmentation hypotheses. `component_filter` keeps the connected
components that may be writing and `text_lines` groups them into lines. `segmentation_paths` and `oversegmentation` split
components that may be touching digits, `hypotheses` joins neighboring segments to candidate digits, and `candidate_scorer`
runs the network on them. `best_path` picks the most likely sequence and `word_filter` drops words that are not numbers.

May import `inkling.imaging`, `inkling.models`, `inkling.errors` and `inkling.limits`.
"""
