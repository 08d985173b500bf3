"""Two augmented views of each JPEG file by torchvision and PIL in a DataLoader: the other side of `npm run bench -- data`.

Arguments: folder, output side, workers. Answers each line of JSON { seconds } with { views, seconds }.
"""
import json
import os
import sys
import time

import torch
from PIL import Image
from torchvision import transforms as T


class Views(torch.utils.data.Dataset):
    def __init__(self, folder, size):
        self.paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
        self.transform = T.Compose([
            T.RandomResizedCrop(size, scale=(0.08, 1)),
            T.RandomHorizontalFlip(),
            T.RandomRotation(180),
            T.ColorJitter(0.2, 0.2, 0.2, 0.05),
            T.ToTensor(),
            T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
            T.RandomErasing(p=0.5),
        ])

    def __len__(self):
        return 1_000_000

    def __getitem__(self, index):
        image = Image.open(self.paths[index % len(self.paths)]).convert("RGB")
        return torch.stack([self.transform(image), self.transform(image)])


def main():
    folder, size, workers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    loader = torch.utils.data.DataLoader(Views(folder, size), batch_size=32, shuffle=False, num_workers=workers)
    batches = iter(loader)
    next(batches)
    print(json.dumps({"ready": torch.__version__}), flush=True)
    for line in sys.stdin:
        seconds = json.loads(line)["seconds"]
        views, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            batch = next(batches)
            views += batch.shape[0] * batch.shape[1]
        print(json.dumps({"views": views, "seconds": time.perf_counter() - started}), flush=True)


if __name__ == "__main__":
    main()
