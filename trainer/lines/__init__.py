"""Line models: networks that read a whole line of digits at once, without segmentation, trained with CTC."""
