"""The reference that ours is measured against: the same network, batch and mathematics in PyTorch, written as one writes PyTorch.

Reads one JSON object a line, {"steps": n}, takes n steps, answers one line {"milliseconds": [...], "peakKilobytes": ...}; ends with its input.
The argument is a JSON object: workload (inference, erm, sam, gac), size, perDomain, domains, views, layout (contiguous, channels_last), threads.
GAC keeps a proxy of the model for each domain, copied deeply once, as the released code does.
"""

import copy
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional

RHO, ALPHA, LOGIT_SCALE, SEED = 0.1, 2e-4, 12.0, 7
LEARNING_RATE, MOMENTUM, WEIGHT_DECAY = 5e-3, 0.9, 1e-4


class Block(nn.Module):
    """Basic block of He et al. 2016: two 3x3 convolutions beside a shortcut."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        same = stride == 1 and inputs == outputs
        self.downsample = None if same else nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)
        )
        stages = [64, 128, 256, 512]
        self.stages = nn.Sequential(
            *[
                Block(outputs if block == 1 or stage == 0 else outputs // 2, outputs, 2 if block == 0 and stage > 0 else 1)
                for stage, outputs in enumerate(stages)
                for block in (0, 1)
            ]
        )
        self.head = nn.Parameter(torch.randn(1, 512) / 512**0.5)

    def forward(self, x):
        z = self.stages(self.stem(x)).mean((2, 3))
        return (functional.normalize(z) @ functional.normalize(self.head).T).flatten()


def keep_statistics(model, keep):
    """At an ascending point the batch's statistics normalise, and the running ones stay."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.0 if keep else 0.1


class Workload:
    def __init__(self, workload, size, perDomain, domains, views, layout):
        torch.manual_seed(SEED)
        n = perDomain * domains
        form = torch.channels_last if layout == "channels_last" else torch.contiguous_format
        self.model = ResNet18().to(memory_format=form)
        self.images = torch.randn(n * views, 3, size, size).contiguous(memory_format=form)
        self.labels = (torch.arange(n) % 2).float().repeat(views)
        self.domain = torch.arange(n).div(perDomain, rounding_mode="floor").repeat(views)
        self.k = domains
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=LEARNING_RATE, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY)
        self.proxies = [copy.deepcopy(self.model) for _ in range(domains)] if workload == "gac" else []
        self.step = getattr(self, workload)
        self.model.train(workload != "inference")

    def risks(self, model):
        losses = functional.binary_cross_entropy_with_logits(LOGIT_SCALE * model(self.images), self.labels, reduction="none")
        return [losses[self.domain == i].mean() / self.k for i in range(self.k)]

    def inference(self):
        with torch.inference_mode():
            return torch.sigmoid(LOGIT_SCALE * self.model(self.images)).sum().item()

    def erm(self):
        self.optimizer.zero_grad()
        risk = sum(self.risks(self.model))
        risk.backward()
        self.optimizer.step()
        return risk.item()

    def sam(self):
        self.optimizer.zero_grad()
        risk = sum(self.risks(self.model))
        risk.backward()
        parameters = list(self.model.parameters())
        with torch.no_grad():
            norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm([p.grad for p in parameters])))
            saved = [p.clone() for p in parameters]
            scale = (RHO / (norm + 1e-12)).item()
            torch._foreach_add_(parameters, [p.grad for p in parameters], alpha=scale)
        self.optimizer.zero_grad()
        keep_statistics(self.model, True)
        sum(self.risks(self.model)).backward()
        keep_statistics(self.model, False)
        with torch.no_grad():
            torch._foreach_copy_(parameters, saved)
        self.optimizer.step()
        return risk.item()

    def gac(self):
        parameters = list(self.model.parameters())
        risks = self.risks(self.model)
        by_domain = [torch.autograd.grad(risk, parameters, retain_graph=i < self.k - 1) for i, risk in enumerate(risks)]
        with torch.no_grad():
            full = [gradient.clone() for gradient in by_domain[0]]
            for gradients in by_domain[1:]:
                torch._foreach_add_(full, gradients)
            for proxy, gradients in zip(self.proxies, by_domain):
                norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
                scale = (RHO / (norm + 1e-12)).item()
                points = list(proxy.parameters())
                torch._foreach_copy_(points, parameters)
                torch._foreach_add_(points, gradients, alpha=scale)
                torch._foreach_add_(points, full, alpha=-ALPHA)
        del by_domain
        direction = full
        for proxy in self.proxies:
            proxy.zero_grad()
            sum(self.risks(proxy)).backward()
            torch._foreach_add_(direction, [p.grad for p in proxy.parameters()], alpha=1 / self.k)
        for parameter, gradient in zip(parameters, direction):
            parameter.grad = gradient
        self.optimizer.step()
        return sum(risk.item() for risk in risks)


def peak_kilobytes():
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith("VmHWM")).split()[1])


def main():
    options = json.loads(sys.argv[1])
    torch.set_num_threads(options.pop("threads"))
    workload = Workload(**options)
    print(json.dumps({"ready": torch.__version__}), flush=True)
    for line in sys.stdin:
        milliseconds = []
        for _ in range(json.loads(line)["steps"]):
            started = time.perf_counter()
            workload.step()
            milliseconds.append((time.perf_counter() - started) * 1000)
        print(json.dumps({"milliseconds": milliseconds, "peakKilobytes": peak_kilobytes()}), flush=True)


main()
