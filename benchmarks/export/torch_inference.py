"""Speed of a torchvision network with random weights and one output: <name> <size> <batch> <batches> <repeats>; prints JSON. Images a second on all
threads; milliseconds of processor time that an image takes on one, since PyTorch's threads spin while they wait for each other."""
import json
import sys
import time

import torch
import torchvision

name, size, batch, batches, repeats = sys.argv[1], *map(int, sys.argv[2:])
network = getattr(torchvision.models, name)(weights=None, num_classes=1).eval().to(memory_format=torch.channels_last)
image = torch.full((batch, 3, size, size), 0.5).contiguous(memory_format=torch.channels_last)


def median_seconds(clock):
    network(image)
    rounds = []
    for _ in range(repeats):
        start = clock()
        for _ in range(batches):
            torch.sigmoid(network(image))
        rounds.append(clock() - start)
    return sorted(rounds)[repeats // 2]


with torch.inference_mode():
    wall = median_seconds(time.perf_counter)
    torch.set_num_threads(1)
    processor = median_seconds(time.process_time)
images = batch * batches
print(json.dumps({"perSecond": images / wall, "processor": 1000 * processor / images}))
