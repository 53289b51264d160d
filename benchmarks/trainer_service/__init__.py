"""Parts of the benchmark `jobs`: each module measures one property of the trainer service and formats its table and notes."""
