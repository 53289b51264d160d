"""The Inside view: the activations of every layer, how each value is computed, the occlusion map, the custom kernel."""
