// Convolutions on the widest registers that there are: of 3 x 3 windows at stride 1 with a quarter of the multiplications, of any windows and stride as a
// matrix product; and their gradients.
#include "convolution.h"

#include <cstring>

#include "kernel.h"
#include "parallel.h"

#define SIMD_FILE "convolutions_simd.h"
#include "for_each_simd.h"

namespace gradalign {
namespace {

using convolution::Geometry;
using convolution::Map;
using convolution::MutableMap;

struct Algorithms {
  void (*winograd)(const Map& x, const float* w, int64_t in, int64_t out, bool turned, int64_t pad, const MutableMap& y);
  void (*winogradFilterGradient)(const Map& x, const Map& dy, int64_t pad, float* dw);
  void (*windows)(const Map& x, const float* w, const Geometry& g, const MutableMap& y);
  void (*windowsGradientOfX)(const Map& dy, const float* w, const Geometry& g, const MutableMap& dx);
  void (*windowsGradientOfW)(const Map& x, const Map& dy, const Geometry& g, float* dw);
};

#define ALGORITHMS(instructions)                                                                                    \
  {convolution::instructions::winograd, convolution::instructions::winogradFilterGradient, convolution::instructions::windowsConvolve, \
   convolution::instructions::windowsGradientOfX, convolution::instructions::windowsGradientOfW}

// GRADALIGN_INSTRUCTIONS=avx2 or plain takes less than there is: to find a fault, and for tests.
Algorithms choose() {
#if defined(__x86_64__)
  const char* wanted = getenv("GRADALIGN_INSTRUCTIONS");
  const bool any = wanted == nullptr || strcmp(wanted, "avx512") == 0;
  const bool narrow = any || strcmp(wanted, "avx2") == 0;
  if (any && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq"))
    return ALGORITHMS(avx512);
  if (narrow && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return ALGORITHMS(avx2);
#endif
  return ALGORITHMS(plain);
}

const Algorithms& algorithms() {
  static const Algorithms chosen = choose();
  return chosen;
}

MutableMap outputOf(const Tensor& tensor) { return {tensor.floats(), tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.shape[3]}; }

Map mapOf(const Tensor& tensor) { return {tensor.floats(), tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.shape[3]}; }

bool isMap(const Tensor& tensor) { return tensor.shape.size() == 4 && tensor.shape[3] % 16 == 0; }

// y [batch, height + 2 pad - 2, width + 2 pad - 2, out] of x [batch, height, width, in] and windows [3, 3, in, out]. Turned: x has `out` channels and y
// `in`, the windows are turned by half a turn: x's gradient of y's, with 2 - pad for pad.
class Winograd {
 public:
  explicit Winograd(Construction& c) : pad_(c.integer("pad")), turned_(c.flag("turned")) {}

  void compute(Context& context) const {
    const Tensor x = context.input(0);
    const Tensor w = context.input(1);
    if (context.failed()) return;
    if (!isMap(x) || !isMap(w) || w.shape[0] != 3 || w.shape[1] != 3 || w.shape[2] % 16 != 0 || x.shape[3] != w.shape[turned_ ? 3 : 2])
      return context.fail("expected [batch, height, width, in] and [3, 3, in, out] with multiples of 16 for in and out");
    const int64_t grown = 2 * pad_ - 2;
    const Tensor y = context.output(0, {x.shape[0], x.shape[1] + grown, x.shape[2] + grown, w.shape[turned_ ? 2 : 3]});
    if (context.failed()) return;
    algorithms().winograd(mapOf(x), w.floats(), w.shape[2], w.shape[3], turned_, pad_, outputOf(y));
  }

 private:
  int64_t pad_;
  bool turned_;
};

// dw [3, 3, in, out] of x [batch, height, width, in] and dy [batch, height + 2 pad - 2, width + 2 pad - 2, out].
class WinogradFilterGradient {
 public:
  explicit WinogradFilterGradient(Construction& c) : pad_(c.integer("pad")) {}

  void compute(Context& context) const {
    const Tensor x = context.input(0);
    const Tensor dy = context.input(1);
    if (context.failed()) return;
    if (!isMap(x) || !isMap(dy) || x.shape[0] != dy.shape[0] || x.shape[1] + 2 * pad_ - 2 != dy.shape[1] || x.shape[2] + 2 * pad_ - 2 != dy.shape[2])
      return context.fail("expected [batch, height, width, in] and [batch, height + 2 pad - 2, width + 2 pad - 2, out] with multiples of 16 channels");
    const Tensor dw = context.output(0, {3, 3, x.shape[3], dy.shape[3]});
    if (context.failed()) return;
    if (dy.size == 0) memset(dw.data, 0, dw.size * sizeof(float));
    else algorithms().winogradFilterGradient(mapOf(x), mapOf(dy), pad_, dw.floats());
  }

 private:
  int64_t pad_;
};

// The geometry of a convolution as a matrix product, and the shapes that go with it.
class Windows {
 public:
  explicit Windows(Construction& c) : stride_(c.integer("stride")), pad_(c.integer("pad")) {}

  Geometry with(const std::vector<int64_t>& w) const { return {w[0], w[1], stride_, pad_}; }
  int64_t count(int64_t length, int64_t window) const { return (length + 2 * pad_ - window) / stride_ + 1; }
  bool fits(const Tensor& x, const Tensor& dy, const std::vector<int64_t>& w) const {
    return x.shape[0] == dy.shape[0] && x.shape[3] == w[2] && dy.shape[3] == w[3] && dy.shape[1] == count(x.shape[1], w[0]) &&
           dy.shape[2] == count(x.shape[2], w[1]);
  }

 private:
  int64_t stride_;
  int64_t pad_;
};

constexpr const char* kWindowsExpected = "expected [batch, height, width, in] and [rows, columns, in, out] that fit, with multiples of 16 for in and out";

// y of x and w [rows, columns, in, out].
class WindowsConvolution {
 public:
  explicit WindowsConvolution(Construction& c) : windows_(c) {}

  void compute(Context& context) const {
    const Tensor x = context.input(0), w = context.input(1);
    if (context.failed()) return;
    if (!isMap(x) || !isMap(w) || w.shape[2] != x.shape[3]) return context.fail(kWindowsExpected);
    const Tensor y = context.output(0, {x.shape[0], windows_.count(x.shape[1], w.shape[0]), windows_.count(x.shape[2], w.shape[1]), w.shape[3]});
    if (context.failed()) return;
    algorithms().windows(mapOf(x), w.floats(), windows_.with(w.shape), outputOf(y));
  }

 private:
  Windows windows_;
};

// dx [batch, height, width, in] of dy and w.
class WindowsGradientOfX {
 public:
  explicit WindowsGradientOfX(Construction& c) : windows_(c), height_(c.integer("height")), width_(c.integer("width")) {}

  void compute(Context& context) const {
    const Tensor dy = context.input(0), w = context.input(1);
    if (context.failed()) return;
    if (!isMap(dy) || !isMap(w)) return context.fail(kWindowsExpected);
    const Tensor dx = context.output(0, {dy.shape[0], height_, width_, w.shape[2]});
    if (context.failed()) return;
    if (!isMap(dx) || !windows_.fits(dx, dy, w.shape)) return context.fail(kWindowsExpected);
    algorithms().windowsGradientOfX(mapOf(dy), w.floats(), windows_.with(w.shape), outputOf(dx));
  }

 private:
  Windows windows_;
  int64_t height_;
  int64_t width_;
};

// dw [rows, columns, in, out] of x and dy.
class WindowsGradientOfW {
 public:
  explicit WindowsGradientOfW(Construction& c) : windows_(c), rows_(c.integer("rows")), columns_(c.integer("columns")) {}

  void compute(Context& context) const {
    const Tensor x = context.input(0), dy = context.input(1);
    if (context.failed()) return;
    if (!isMap(x) || !isMap(dy)) return context.fail(kWindowsExpected);
    const Tensor dw = context.output(0, {rows_, columns_, x.shape[3], dy.shape[3]});
    if (context.failed()) return;
    if (!windows_.fits(x, dy, dw.shape)) return context.fail(kWindowsExpected);
    if (dy.size == 0) memset(dw.data, 0, dw.size * sizeof(float));
    else algorithms().windowsGradientOfW(mapOf(x), mapOf(dy), windows_.with(dw.shape), dw.floats());
  }

 private:
  Windows windows_;
  int64_t rows_;
  int64_t columns_;
};

const bool registered = [] {
  registerKernel<Winograd>("GradalignWinograd", {"pad: int", "turned: bool"}, {"x: float", "w: float"}, {"y: float"});
  registerKernel<WinogradFilterGradient>("GradalignWinogradFilterGradient", {"pad: int"}, {"x: float", "dy: float"}, {"dw: float"});
  registerKernel<WindowsConvolution>("GradalignWindows", {"stride: int", "pad: int"}, {"x: float", "w: float"}, {"y: float"});
  registerKernel<WindowsGradientOfX>("GradalignWindowsGradientOfX", {"stride: int", "pad: int", "height: int", "width: int"}, {"dy: float", "w: float"},
                                     {"dx: float"});
  registerKernel<WindowsGradientOfW>("GradalignWindowsGradientOfW", {"stride: int", "pad: int", "rows: int", "columns: int"}, {"x: float", "dy: float"},
                                     {"dw: float"});
  return true;
}();

}  // namespace
}  // namespace gradalign
