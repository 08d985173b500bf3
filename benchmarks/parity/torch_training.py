"""The released GAC-FAS training in PyTorch, written from its description (docs/fidelity.md), one step on request.

The argument is a JSON object: variant (released, paper), dtype (float32, float64), stepsPerEpoch, domains, weights (a safetensors file in torchvision's
naming; written first, from random weights, where it does not exist), threads. Each line of input is a JSON object: images (file of float32 values,
[views * n, size, size, 3]), shape, labels and domains (of the n samples), views, output, and, where the step is to start from another state than the
last one ended with, start and momentum (safetensors files). It takes one step and writes the network's state to `output`.
The answer is one line: the risk of each domain in the batch over the number of domains (null where it is absent), the contrastive loss, the epoch.

released: what the released code computes once it runs. Domain gradients are differences of accumulated sums, the ascent is always adaptive, and the
proxies were copied while the backbone was frozen, so that gradients exist at the ascending points for the head alone.
paper: the method as the paper writes it: g_i as they are, g in -alpha g, no scaling, gradients of all weights at the ascending points.
"""

import copy
import json
import os
import struct
import sys

import numpy
import torch
import torchvision
from torch import nn
from torch.nn import functional

# The published settings for OCI to M.
LEARNING_RATE, HEAD_SCALE, MOMENTUM, WEIGHT_DECAY = 5e-3, 10, 0.9, 1e-4
DECAY, DECAY_EVERY = 0.5, 5
HEAD_ALONE_EPOCHS, GAC_FROM_EPOCH = 1, 2
LOGIT_SCALE = 12.0
SUPCON_WEIGHT, TEMPERATURE, BASE_TEMPERATURE = 0.2, 0.1, 0.07
RHO, ALPHA, ETA = 0.1, 2e-4, 0.0


class CosineHead(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(1, inputs).uniform_(-1, 1) / inputs**0.5)

    def forward(self, features):
        return functional.normalize(features) @ functional.normalize(self.weight).T


class Network(nn.Module):
    """torchvision's ResNet-18 with a cosine head; returns features and one logit an image."""

    def __init__(self):
        super().__init__()
        self.net = torchvision.models.resnet18(weights=None)
        self.net.fc = nn.Identity()
        self.head = CosineHead(512)

    def forward(self, images):
        features = self.net(images)
        return features, self.head(features).flatten()

    def backbone(self):
        return [p for name, p in self.named_parameters() if not name.startswith("head.")]

    def tensors(self):
        """State by torchvision's names."""
        return {
            name.removeprefix("net.").replace("head.", "fc."): value
            for name, value in self.state_dict().items()
            if not name.endswith("num_batches_tracked")
        }


def start_weights(network):
    """Random weights with batch norms as a trained network has them: no factor is exactly 1, no offset exactly 0."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.1)
            nn.init.normal_(module.bias, 0.0, 0.1)


def write_safetensors(path, tensors):
    header, parts, offset = {}, [], 0
    for name, value in tensors.items():
        data = value.detach().to(torch.float32).contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + len(data)]}
        parts.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    return {
        name: torch.from_numpy(numpy.frombuffer(data, "<f4", offset=of["data_offsets"][0], count=int(numpy.prod(of["shape"]))).copy()).reshape(of["shape"])
        for name, of in header.items()
        if of["dtype"] == "F32"
    }


def contrastive(features, classes, views):
    """Khosla et al. 2020 on all views; a class is a label within a domain."""
    z = functional.normalize(features)
    classes = classes.repeat(views)
    itself = torch.eye(len(z), dtype=torch.bool)
    same = (classes[:, None] == classes[None, :]) & ~itself
    logits = z @ z.T / TEMPERATURE
    log_probability = logits - torch.logsumexp(logits.masked_fill(itself, -torch.inf), 1, keepdim=True)
    mean = torch.where(same, log_probability, 0).sum(1) / same.sum(1)
    return -(TEMPERATURE / BASE_TEMPERATURE) * mean.mean()


class Training:
    def __init__(self, variant, dtype, stepsPerEpoch, domains, weights):
        self.released = variant == "released"
        self.dtype, self.k, self.steps_per_epoch, self.step_number = getattr(torch, dtype), domains, stepsPerEpoch, 0
        torch.manual_seed(1223)
        self.network = Network()
        if not os.path.exists(weights):
            start_weights(self.network)
            write_safetensors(weights, self.network.tensors())
        self.load(weights)
        self.network.to(self.dtype).train()
        self.thaw(False)
        # The proxies are copied here, before the backbone thaws.
        self.proxies = [copy.deepcopy(self.network) for _ in range(domains)]
        if not self.released:
            for proxy in self.proxies:
                proxy.requires_grad_(True)
        self.optimizer = torch.optim.SGD(
            [{"params": self.network.backbone()}, {"params": self.network.head.parameters(), "lr": LEARNING_RATE * HEAD_SCALE}],
            lr=LEARNING_RATE,
            momentum=MOMENTUM,
            weight_decay=WEIGHT_DECAY,
        )
        self.schedule = torch.optim.lr_scheduler.StepLR(self.optimizer, DECAY_EVERY, DECAY)

    @torch.no_grad()
    def load(self, path):
        own = self.network.tensors()
        for name, value in read_safetensors(path).items():
            if name in own and own[name].shape == value.shape:
                own[name].copy_(value)

    def load_momentum(self, path):
        known = read_safetensors(path)
        names = {"head.weight": "fc.weight"}
        for name, p in self.network.named_parameters():
            buffer = known.get(names.get(name, name.removeprefix("net.")))
            if buffer is None:
                self.optimizer.state.pop(p, None)
            else:
                self.optimizer.state[p]["momentum_buffer"] = buffer.to(self.dtype)

    def thaw(self, thawed):
        for parameter in self.network.backbone():
            parameter.requires_grad_(thawed)

    def risks(self, logits, batch):
        """R_i: the mean over the samples of domain i, over the number of domains; None where the batch has no sample of it."""
        losses = functional.binary_cross_entropy(torch.sigmoid(LOGIT_SCALE * logits), batch["targets"], reduction="none")
        return [losses[batch["domain"] == i].mean() / self.k if (batch["domain"] == i).any() else None for i in range(self.k)]

    def step(self, batch):
        epoch = self.step_number // self.steps_per_epoch
        if self.step_number % self.steps_per_epoch == 0:
            self.thaw(epoch >= HEAD_ALONE_EPOCHS)
            if epoch > 0:
                self.schedule.step()
        self.step_number += 1
        self.optimizer.zero_grad()
        features, logits = self.network(batch["images"])
        risks = self.risks(logits, batch)
        auxiliary = SUPCON_WEIGHT * contrastive(features, batch["classes"], batch["views"])
        if epoch < GAC_FROM_EPOCH:
            (sum(risk for risk in risks if risk is not None) + auxiliary).backward()
        else:
            self.gac(batch, risks, auxiliary)
        self.optimizer.step()
        return {"risks": [None if risk is None else risk.item() for risk in risks], "auxiliary": auxiliary.item(), "epoch": epoch}

    def gac(self, batch, risks, auxiliary):
        """Leaves g + (1/k') sum of h_i + the gradient of A in .grad."""
        trained = {name: p for name, p in self.network.named_parameters() if p.requires_grad}
        ascents, anchor = self.accumulated(trained, risks) if self.released else self.separated(trained, risks)
        auxiliary.backward()
        there = []
        for proxy, ascent in zip(self.proxies, ascents):
            if ascent is None:
                continue
            self.ascend(proxy, trained, ascent, anchor)
            proxy.zero_grad()
            sum(risk for risk in self.risks(proxy(batch["images"])[1], batch) if risk is not None).backward()
            there.append({name: p.grad for name, p in proxy.named_parameters() if p.grad is not None})
        for gradients in there:
            for name, gradient in gradients.items():
                trained[name].grad += gradient / len(there)

    def accumulated(self, trained, risks):
        """Ascents and anchor from sums: .grad grows from domain to domain, and the sum of what it was is taken off."""
        total = {name: torch.zeros_like(p) for name, p in trained.items()}
        ascents = []
        for risk in risks:
            if risk is not None:
                risk.backward(retain_graph=True)
            running = {name: torch.zeros_like(p) if p.grad is None else p.grad for name, p in trained.items()}
            ascents.append(None if risk is None else {name: running[name] - total[name] for name in trained})
            for name in trained:
                total[name] += running[name]
        return ascents, total

    def separated(self, trained, risks):
        """g_i, and g, which stays in .grad."""
        own = [None if r is None else torch.autograd.grad(r, list(trained.values()), retain_graph=True) for r in risks]
        ascents = [None if gradients is None else dict(zip(trained, gradients)) for gradients in own]
        for i, (name, p) in enumerate(trained.items()):
            p.grad = sum(gradients[i] for gradients in own if gradients is not None)
        return ascents, {name: p.grad.clone() for name, p in trained.items()}

    @torch.no_grad()
    def ascend(self, proxy, trained, ascent, anchor):
        scale = {name: p.abs() + ETA if self.released and "weight" in name else torch.ones_like(p) for name, p in trained.items()}
        delta = 1e-16 if self.released else 1e-12
        norm = torch.stack([(scale[name] * ascent[name]).norm() for name in trained]).norm() + delta
        points = dict(proxy.named_parameters())
        for name, p in self.network.named_parameters():
            points[name].copy_(p)
        for name in trained:
            points[name].add_(RHO * scale[name] ** 2 * ascent[name] / norm - ALPHA * anchor[name])


def read_batch(request, dtype):
    images = torch.from_numpy(numpy.fromfile(request["images"], "<f4").reshape(request["shape"])).permute(0, 3, 1, 2).contiguous()
    labels, domains, views = torch.tensor(request["labels"]), torch.tensor(request["domains"]), request["views"]
    return {
        "images": images.to(dtype),
        "targets": labels.repeat(views).to(dtype),
        "domain": domains.repeat(views),
        "classes": 10 * domains + labels,
        "views": views,
    }


def main():
    options = json.loads(sys.argv[1])
    torch.set_num_threads(options.pop("threads"))
    training = Training(**options)
    print(json.dumps({"ready": torch.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "start" in request:
            training.load(request["start"])
            training.load_momentum(request["momentum"])
        answer = training.step(read_batch(request, training.dtype))
        write_safetensors(request["output"], training.network.tensors())
        print(json.dumps(answer), flush=True)


main()
