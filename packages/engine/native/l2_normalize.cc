// x / max(|x|, epsilon) along one axis of a matrix, and its gradient, in one call each.
#include <cmath>

#include "kernel.h"

namespace gradalign {
namespace {

// A matrix as vectors to be normalised: `vectors` of `length` values, `step` apart; the next vector begins `next` further.
struct Vectors {
  Vectors(const Tensor& x, int axis)
      : vectors(x.shape[1 - axis]), length(x.shape[axis]), step(axis == 1 ? 1 : x.shape[1]), next(axis == 1 ? x.shape[1] : 1) {}
  int64_t vectors;
  int64_t length;
  int64_t step;
  int64_t next;
};

double product(const float* a, const float* b, const Vectors& v) {
  double sum = 0;
  for (int64_t i = 0; i < v.length; i++) sum += static_cast<double>(a[i * v.step]) * b[i * v.step];
  return sum;
}

// Outputs y, and the divisor of each vector.
class L2Normalize {
 public:
  explicit L2Normalize(Construction& c) : axis_(c.integer("axis")), epsilon_(c.real("epsilon")) {}

  void compute(Context& context) const {
    const Tensor x = context.input(0);
    if (context.failed()) return;
    if (x.shape.size() != 2) return context.fail("expected a matrix");
    const Vectors v(x, axis_);
    const Tensor y = context.output(0, x.shape), divisors = context.output(1, {v.vectors});
    if (context.failed()) return;
    for (int64_t n = 0; n < v.vectors; n++) {
      const float* from = x.floats() + n * v.next;
      float* to = y.floats() + n * v.next;
      const float norm = static_cast<float>(std::sqrt(product(from, from, v))), divisor = norm > epsilon_ ? norm : epsilon_;
      for (int64_t i = 0; i < v.length; i++) to[i * v.step] = from[i * v.step] / divisor;
      divisors.floats()[n] = divisor;
    }
  }

 private:
  int axis_;
  float epsilon_;
};

// dx = (dy - y <y, dy>) / divisor; dy / divisor where the divisor is epsilon.
class L2NormalizeGradient {
 public:
  explicit L2NormalizeGradient(Construction& c) : axis_(c.integer("axis")), epsilon_(c.real("epsilon")) {}

  void compute(Context& context) const {
    const Tensor dy = context.input(0), y = context.input(1), divisors = context.input(2);
    if (context.failed()) return;
    if (y.shape.size() != 2 || dy.size != y.size || divisors.size != y.shape[1 - axis_]) return context.fail("the shapes do not fit each other");
    const Vectors v(y, axis_);
    const Tensor dx = context.output(0, y.shape);
    if (context.failed()) return;
    for (int64_t n = 0; n < v.vectors; n++) {
      const int64_t at = n * v.next;
      const float divisor = divisors.floats()[n];
      const float radial = divisor > epsilon_ ? static_cast<float>(product(y.floats() + at, dy.floats() + at, v)) : 0.0f;
      for (int64_t i = 0; i < v.length; i++) {
        const int64_t p = at + i * v.step;
        dx.floats()[p] = (dy.floats()[p] - y.floats()[p] * radial) / divisor;
      }
    }
  }

 private:
  int axis_;
  float epsilon_;
};

const bool registered = [] {
  registerKernel<L2Normalize>("GradalignL2Normalize", {"axis: int", "epsilon: float"}, {"x: float"}, {"y: float", "divisors: float"});
  registerKernel<L2NormalizeGradient>("GradalignL2NormalizeGrad", {"axis: int", "epsilon: float"}, {"dy: float", "y: float", "divisors: float"},
                                      {"dx: float"});
  return true;
}();

}  // namespace
}  // namespace gradalign
