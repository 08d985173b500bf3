// The mean of each channel over a map, and its gradient.
#include "kernel.h"
#include "parallel.h"
#include "vectors.h"

namespace gradalign {
namespace {

// [batch, height, width, channels] to [batch, channels].
class AveragePool {
 public:
  explicit AveragePool(Construction&) {}

  void compute(Context& context) const {
    const Tensor x = context.input(0);
    if (context.failed()) return;
    if (x.shape.size() != 4) return context.fail("expected [batch, height, width, channels]");
    const int64_t batch = x.shape[0], places = x.shape[1] * x.shape[2], channels = x.shape[3];
    const Tensor y = context.output(0, {batch, channels});
    if (context.failed()) return;
    parallelFor(batch, [&](int64_t n) {
      float* to = y.floats() + n * channels;
      for (int64_t c = 0; c < channels; c++) to[c] = 0;
      addRows(to, x.floats() + n * places * channels, places, channels);
      for (int64_t c = 0; c < channels; c++) to[c] /= static_cast<float>(places);
    });
  }
};

// [batch, channels] to [batch, height, width, channels]: each place has its share.
class AveragePoolGradient {
 public:
  explicit AveragePoolGradient(Construction& c) : height_(c.integer("height")), width_(c.integer("width")) {}

  void compute(Context& context) const {
    const Tensor dy = context.input(0);
    if (context.failed()) return;
    if (dy.shape.size() != 2) return context.fail("expected [batch, channels]");
    const int64_t batch = dy.shape[0], places = height_ * width_, channels = dy.shape[1];
    const Tensor dx = context.output(0, {batch, height_, width_, channels});
    if (context.failed()) return;
    parallelFor(batch, [&](int64_t n) {
      float* first = dx.floats() + n * places * channels;
      for (int64_t p = 0; p < places; p++) scale(first + p * channels, dy.floats() + n * channels, 1 / static_cast<float>(places), channels);
    });
  }

 private:
  int64_t height_;
  int64_t width_;
};

const bool registered = [] {
  registerKernel<AveragePool>("GradalignAveragePool", {}, {"x: float"}, {"y: float"});
  registerKernel<AveragePoolGradient>("GradalignAveragePoolGrad", {"height: int", "width: int"}, {"dy: float"}, {"dx: float"});
  return true;
}();

}  // namespace
}  // namespace gradalign
