"""What torchvision's transforms make of the pictures in a folder: single results to the pixel, and figures of many random draws.

python torchvision_reference.py <folder> <draws> prints one JSON object; see reference.json.
"""

import base64
import json
import os
import random
import sys

import numpy
import PIL
import torch
import torchvision
from PIL import Image
from torchvision.transforms import functional as F
from torchvision.transforms import transforms as T

folder, draws = sys.argv[1], int(sys.argv[2])
size = 64
bicubic = T.InterpolationMode.BICUBIC
pictures = {name: Image.open(os.path.join(folder, name + ".png")).convert("RGB") for name in ("noise", "scene", "white")}


def pixels(image):
    return base64.b64encode(numpy.asarray(image).tobytes()).decode()


def singles():
    noise = pictures["noise"]
    square = F.resize(noise, [16, 16], bicubic)
    return {
        "resize to 32 x 32, bicubic": pixels(F.resize(noise, [32, 32], bicubic)),
        "resize to 9 x 9, bicubic": pixels(F.resize(noise, [9, 9], bicubic)),
        "resize to 9 x 9, bilinear": pixels(F.resize(noise, [9, 9], T.InterpolationMode.BILINEAR)),
        "crop of 17 x 13 at 3, 5 to 16 x 16, bicubic": pixels(F.resized_crop(noise, 5, 3, 13, 17, [16, 16], bicubic)),
        "resize to 16 x 16 and turn by 37 degrees, bicubic": pixels(F.rotate(square, 37, bicubic)),
        "brightness 1.3": pixels(F.adjust_brightness(noise, 1.3)),
        "contrast 0.6": pixels(F.adjust_contrast(noise, 0.6)),
        "saturation 1.7": pixels(F.adjust_saturation(noise, 1.7)),
        "hue -0.21": pixels(F.adjust_hue(noise, -0.21)),
        "scene to 64 x 64, bilinear": pixels(F.resize(pictures["scene"], [size, size], T.InterpolationMode.BILINEAR)),
        "scene to 64 x 64, bicubic": pixels(F.resize(pictures["scene"], [size, size], bicubic)),
    }


class Cutout:
    """As the released configurations of GAC-FAS describe it: a square, cut off by the border."""

    def __init__(self, p, mean_of_region):
        self.p, self.mean_of_region = p, mean_of_region

    def __call__(self, tensor):
        if random.random() >= self.p:
            return tensor
        side = int(size * (1 - random.random()) ** 0.5)
        x, y = random.randrange(size), random.randrange(size)
        left, right = max(0, x - side // 2), min(size, x + side // 2)
        top, bottom = max(0, y - side // 2), min(size, y + side // 2)
        region = tensor[:, top:bottom, left:right]
        if region.numel() == 0:
            return tensor
        tensor[:, top:bottom, left:right] = region.mean((1, 2), keepdim=True) if self.mean_of_region else 0
        return tensor


crop = T.RandomResizedCrop(size, (0.08, 1), (3 / 4, 4 / 3), bicubic, antialias=True)
turn = T.RandomRotation(180, bicubic)
cases = {
    "crop": ("scene", [crop, T.ToTensor()]),
    "rotation": ("white", [turn, T.ToTensor()]),
    "color jitter": ("scene", [T.Resize([size, size]), T.ColorJitter(0.4, 0.4, 0.4, 0.1), T.ToTensor()]),
    "cutout": ("white", [T.ToTensor(), Cutout(1, False)]),
    "random erasing": ("white", [T.ToTensor(), T.RandomErasing(1, (0.02, 0.33), (0.3, 3.3), 0)]),
    "released training views": ("scene", [crop, T.RandomHorizontalFlip(), turn, T.ToTensor(), Cutout(0.5, True)]),
}


def figures(tensor):
    view = tensor.numpy() * 255
    return {
        **{name: float(view[c].mean()) for c, name in enumerate(("red", "green", "blue"))},
        "deviation": float(view.std()),
        "slope": float(numpy.abs(numpy.diff(view, axis=2)).mean()),
        "black": float((view.max(axis=0) == 0).mean()),
    }


def statistics(name, transforms):
    transform = T.Compose(transforms)
    rows = [figures(transform(pictures[name])) for _ in range(draws)]
    values = {key: numpy.array([row[key] for row in rows]) for key in rows[0]}
    return {key: {"mean": float(v.mean()), "error": float(v.std(ddof=1) / draws**0.5)} for key, v in values.items()}


random.seed(1)
numpy.random.seed(1)
torch.manual_seed(1)
print(
    json.dumps(
        {
            "versions": {"torchvision": torchvision.__version__, "torch": torch.__version__, "pillow": PIL.__version__},
            "draws": draws,
            "single": singles(),
            "statistics": {case: statistics(*settings) for case, settings in cases.items()},
        },
        indent=1,
    )
)
