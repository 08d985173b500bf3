// Binary cross-entropy of a sigmoid, value by value, without overflow at any logit, and its gradient.
#include <cmath>

#include "kernel.h"

namespace gradalign {
namespace {

// max(x, 0) - x z + log(1 + exp(-|x|)) for logit x and label z.
class SigmoidCrossEntropy {
 public:
  explicit SigmoidCrossEntropy(Construction&) {}

  void compute(Context& context) const {
    const Tensor logits = context.input(0), labels = context.input(1), losses = context.output(0, logits.shape);
    if (context.failed()) return;
    if (labels.size != logits.size) return context.fail("the shapes do not fit each other");
    for (int64_t i = 0; i < logits.size; i++) {
      const float x = logits.floats()[i];
      losses.floats()[i] = (x < 0 ? 0 : x) - x * labels.floats()[i] + std::log1p(std::exp(-std::fabs(x)));
    }
  }
};

// dy (sigmoid(x) - z).
class SigmoidCrossEntropyGradient {
 public:
  explicit SigmoidCrossEntropyGradient(Construction&) {}

  void compute(Context& context) const {
    const Tensor dy = context.input(0), logits = context.input(1), labels = context.input(2), dx = context.output(0, logits.shape);
    if (context.failed()) return;
    if (dy.size != logits.size || labels.size != logits.size) return context.fail("the shapes do not fit each other");
    for (int64_t i = 0; i < logits.size; i++) {
      const float x = logits.floats()[i], e = std::exp(-std::fabs(x)), sigmoid = (x < 0 ? e : 1.0f) / (1 + e);
      dx.floats()[i] = dy.floats()[i] * (sigmoid - labels.floats()[i]);
    }
  }
};

const bool registered = [] {
  registerKernel<SigmoidCrossEntropy>("GradalignSigmoidCrossEntropy", {}, {"logits: float", "labels: float"}, {"losses: float"});
  registerKernel<SigmoidCrossEntropyGradient>("GradalignSigmoidCrossEntropyGrad", {}, {"dy: float", "logits: float", "labels: float"}, {"dx: float"});
  return true;
}();

}  // namespace
}  // namespace gradalign
