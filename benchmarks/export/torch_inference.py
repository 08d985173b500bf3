"""Images a second of a torchvision network with random weights and one output: <name> <size> <batch> <batches> <repeats>; prints a number."""
import sys
import time

import torch
import torchvision

name, size, batch, batches, repeats = sys.argv[1], *map(int, sys.argv[2:])
network = getattr(torchvision.models, name)(weights=None, num_classes=1).eval().to(memory_format=torch.channels_last)
image = torch.full((batch, 3, size, size), 0.5).contiguous(memory_format=torch.channels_last)
with torch.inference_mode():
    network(image)
    speeds = []
    for _ in range(repeats):
        start = time.perf_counter()
        for _ in range(batches):
            torch.sigmoid(network(image))
        speeds.append(batch * batches / (time.perf_counter() - start))
print(sorted(speeds)[repeats // 2])
