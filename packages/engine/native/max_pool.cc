// Max pooling with a margin that never wins. It remembers which place of each window won, so that its gradient is one pass without comparisons.
#include <cmath>

#include "kernel.h"
#include "parallel.h"

namespace gradalign {
namespace {

// One window: the largest of its values in each channel, and where it lies. `x` is the first value that lies inside the map, `place` its place in the
// window; `lineStride` floats further lies the next line. The first of equal values wins. A few channels at a time stay in registers meanwhile.
VECTORISED void largest(float* __restrict y, uint8_t* __restrict places, const float* __restrict x, int64_t lines, int64_t columns, int64_t lineStride,
                        int32_t place, int32_t size, int64_t channels) {
  constexpr int kLanes = 16;
  int64_t c = 0;
  for (; c + kLanes <= channels; c += kLanes) {
    float best[kLanes];
    int32_t winner[kLanes];
    for (int lane = 0; lane < kLanes; lane++) best[lane] = x[c + lane];
    for (int lane = 0; lane < kLanes; lane++) winner[lane] = place;
    for (int64_t i = 0; i < lines; i++)
      for (int64_t j = 0; j < columns; j++) {
        const float* from = x + i * lineStride + j * channels + c;
        const int32_t index = place + static_cast<int32_t>(i * size + j);
        for (int lane = 0; lane < kLanes; lane++) {
          const bool larger = from[lane] > best[lane];
          best[lane] = larger ? from[lane] : best[lane];
          winner[lane] = larger ? index : winner[lane];
        }
      }
    for (int lane = 0; lane < kLanes; lane++) y[c + lane] = best[lane];
    for (int lane = 0; lane < kLanes; lane++) places[c + lane] = static_cast<uint8_t>(winner[lane]);
  }
  for (; c < channels; c++) {
    float best = x[c];
    int32_t winner = place;
    for (int64_t i = 0; i < lines; i++)
      for (int64_t j = 0; j < columns; j++)
        if (x[i * lineStride + j * channels + c] > best) {
          best = x[i * lineStride + j * channels + c];
          winner = place + static_cast<int32_t>(i * size + j);
        }
    y[c] = best;
    places[c] = static_cast<uint8_t>(winner);
  }
}

VECTORISED void addWhere(float* __restrict dx, const float* __restrict dy, const uint8_t* __restrict place, uint8_t index, int64_t channels) {
  for (int64_t c = 0; c < channels; c++) dx[c] += place[c] == index ? dy[c] : 0.0f;
}

struct Window {
  explicit Window(Construction& c) : size(c.integer("size")), stride(c.integer("stride")), pad(c.integer("pad")) {}
  int64_t size;
  int64_t stride;
  int64_t pad;
};

int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

// Input x; outputs y, and the winner's place in its window, row * size + column.
class MaxPool {
 public:
  explicit MaxPool(Construction& c) : window_(c) {}

  void compute(Context& context) const {
    const int64_t size = window_.size, stride = window_.stride, pad = window_.pad;
    const Tensor x = context.input(0);
    if (context.failed()) return;
    if (x.shape.size() != 4 || size > 15) return context.fail("expected [batch, height, width, channels] and a window of at most 15");
    const int64_t height = x.shape[1], width = x.shape[2], channels = x.shape[3];
    const int64_t rows = (height + 2 * pad - size) / stride + 1, columns = (width + 2 * pad - size) / stride + 1;
    const std::vector<int64_t> shape = {x.shape[0], rows, columns, channels};
    const Tensor y = context.output(0, shape), places = context.output(1, shape, TF_UINT8);
    if (context.failed()) return;
    parallelFor(x.shape[0] * rows, [&](int64_t line) {
      const int64_t n = line / rows, top = line % rows * stride - pad;
      for (int64_t column = 0; column < columns; column++) {
        const int64_t left = column * stride - pad, at = (line * columns + column) * channels;
        const int64_t i = larger(0, -top), j = larger(0, -left);
        largest(y.floats() + at, places.bytes() + at, x.floats() + ((n * height + top + i) * width + left + j) * channels,
                smaller(size, height - top) - i, smaller(size, width - left) - j, width * channels, static_cast<int32_t>(i * size + j),
                static_cast<int32_t>(size), channels);
      }
    });
  }

 private:
  Window window_;
};

// Inputs dy and the places; output dx of height x width.
class MaxPoolGradient {
 public:
  explicit MaxPoolGradient(Construction& c) : window_(c), height_(c.integer("height")), width_(c.integer("width")) {}

  void compute(Context& context) const {
    const int64_t size = window_.size, stride = window_.stride, pad = window_.pad;
    const Tensor dy = context.input(0), places = context.input(1);
    if (context.failed()) return;
    const int64_t batch = dy.shape[0], rows = dy.shape[1], columns = dy.shape[2], channels = dy.shape[3];
    const Tensor dx = context.output(0, {batch, height_, width_, channels});
    if (context.failed()) return;
    // Each line of dx asks the windows that reach it.
    parallelFor(batch * height_, [&](int64_t line) {
      const int64_t n = line / height_, row = line % height_;
      float* to = dx.floats() + line * width_ * channels;
      for (int64_t i = 0; i < width_ * channels; i++) to[i] = 0;
      for (int64_t r = first(row); r < rows && r * stride - pad <= row; r++) {
        const int64_t i = row - (r * stride - pad);
        for (int64_t column = 0; column < width_; column++)
          for (int64_t q = first(column); q < columns && q * stride - pad <= column; q++) {
            const int64_t j = column - (q * stride - pad), at = ((n * rows + r) * columns + q) * channels;
            addWhere(to + column * channels, dy.floats() + at, places.bytes() + at, static_cast<uint8_t>(i * size + j), channels);
          }
      }
    });
  }

 private:
  // The first window that reaches a position.
  int64_t first(int64_t position) const {
    const int64_t beyond = position + window_.pad - window_.size + 1;
    return beyond <= 0 ? 0 : (beyond + window_.stride - 1) / window_.stride;
  }

  Window window_;
  int64_t height_;
  int64_t width_;
};

const bool registered = [] {
  registerKernel<MaxPool>("GradalignMaxPool", {"size: int", "stride: int", "pad: int"}, {"x: float"}, {"y: float", "places: uint8"});
  registerKernel<MaxPoolGradient>("GradalignMaxPoolGrad", {"size: int", "stride: int", "pad: int", "height: int", "width: int"},
                                  {"dy: float", "places: uint8"}, {"dx: float"});
  return true;
}();

}  // namespace
}  // namespace gradalign
