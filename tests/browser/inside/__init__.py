"""The view Inside: every layer as it answers, every number with its arithmetic, the evidence, a kernel of one's own."""
