// A convolution of a small map as a matrix product: its windows as the rows of a matrix, and the way back.
#include <cstring>

#include "kernel.h"
#include "parallel.h"

namespace gradalign {
namespace {

VECTORISED void add(float* __restrict sum, const float* __restrict x, int64_t n) {
  for (int64_t i = 0; i < n; i++) sum[i] += x[i];
}

struct Windows {
  explicit Windows(Construction& c) : rows(c.integer("rows")), columns(c.integer("columns")), stride(c.integer("stride")), pad(c.integer("pad")) {}

  int64_t count(int64_t length, int64_t window) const { return (length + 2 * pad - window) / stride + 1; }

  int64_t rows;
  int64_t columns;
  int64_t stride;
  int64_t pad;
};

// [batch, height, width, channels] to [batch * windows down * windows across, rows * columns * channels]; zeros beyond the margins.
class Unfold {
 public:
  explicit Unfold(Construction& c) : windows_(c) {}

  void compute(Context& context) const {
    const Windows& w = windows_;
    const Tensor x = context.input(0);
    if (context.failed()) return;
    if (x.shape.size() != 4) return context.fail("expected [batch, height, width, channels]");
    const int64_t batch = x.shape[0], height = x.shape[1], width = x.shape[2], channels = x.shape[3];
    const int64_t down = w.count(height, w.rows), across = w.count(width, w.columns), length = w.rows * w.columns * channels;
    const Tensor out = context.output(0, {batch * down * across, length});
    if (context.failed()) return;
    parallelFor(batch * down, [&](int64_t line) {
      const int64_t n = line / down, top = line % down * w.stride - w.pad;
      for (int64_t q = 0; q < across; q++) {
        const int64_t left = q * w.stride - w.pad;
        float* to = out.floats() + (line * across + q) * length;
        for (int64_t i = 0; i < w.rows; i++)
          for (int64_t j = 0; j < w.columns; j++, to += channels) {
            const int64_t row = top + i, column = left + j;
            if (row < 0 || row >= height || column < 0 || column >= width) std::memset(to, 0, channels * sizeof(float));
            else std::memcpy(to, x.floats() + ((n * height + row) * width + column) * channels, channels * sizeof(float));
          }
      }
    });
  }

 private:
  Windows windows_;
};

// The transpose: adds what every window holds to the place that it came from.
class Fold {
 public:
  explicit Fold(Construction& c) : windows_(c), batch_(c.integer("batch")), height_(c.integer("height")), width_(c.integer("width")) {}

  void compute(Context& context) const {
    const Windows& w = windows_;
    const Tensor columns = context.input(0);
    if (context.failed()) return;
    const int64_t down = w.count(height_, w.rows), across = w.count(width_, w.columns);
    if (columns.shape.size() != 2 || columns.shape[0] != batch_ * down * across || columns.shape[1] % (w.rows * w.columns) != 0)
      return context.fail("expected [batch * windows, rows * columns * channels]");
    const int64_t length = columns.shape[1], channels = length / (w.rows * w.columns);
    const Tensor x = context.output(0, {batch_, height_, width_, channels});
    if (context.failed()) return;
    parallelFor(batch_ * height_, [&](int64_t line) {
      const int64_t n = line / height_, row = line % height_;
      float* to = x.floats() + line * width_ * channels;
      std::memset(to, 0, width_ * channels * sizeof(float));
      for (int64_t i = 0; i < w.rows; i++) {
        const int64_t from = row + w.pad - i;
        if (from < 0 || from % w.stride != 0 || from / w.stride >= down) continue;
        const float* windows = columns.floats() + ((n * down + from / w.stride) * across) * length + i * w.columns * channels;
        for (int64_t q = 0; q < across; q++)
          for (int64_t j = 0; j < w.columns; j++) {
            const int64_t column = q * w.stride - w.pad + j;
            if (column >= 0 && column < width_) add(to + column * channels, windows + q * length + j * channels, channels);
          }
      }
    });
  }

 private:
  Windows windows_;
  int64_t batch_;
  int64_t height_;
  int64_t width_;
};

const bool registered = [] {
  registerKernel<Unfold>("GradalignUnfold", {"rows: int", "columns: int", "stride: int", "pad: int"}, {"x: float"}, {"windows: float"});
  registerKernel<Fold>("GradalignFold", {"rows: int", "columns: int", "stride: int", "pad: int", "batch: int", "height: int", "width: int"},
                       {"windows: float"}, {"x: float"});
  return true;
}();

}  // namespace
}  // namespace gradalign
