"""The answering service. HTTP stands out here, `inference/` inside; nothing here imports the trainer, tensorflow or keras."""
