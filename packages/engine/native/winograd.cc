// Convolutions of 3 x 3 windows at stride 1 with a quarter of the multiplications, and their gradients, on the widest registers that there are.
#include "winograd.h"

#include <cstring>

#include "kernel.h"
#include "parallel.h"

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")
#endif
#define SIMD_NAMESPACE avx512
#define SIMD_LANES 16
#define SIMD_VECTORS 4
#include "winograd_simd.h"
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
#define SIMD_NAMESPACE avx2
#define SIMD_LANES 8
#define SIMD_VECTORS 2
#include "winograd_simd.h"
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#define SIMD_NAMESPACE plain
#define SIMD_LANES 4
#define SIMD_VECTORS 2
#include "winograd_simd.h"
#else
#define SIMD_NAMESPACE plain
#define SIMD_LANES 4
#define SIMD_VECTORS 4
#include "winograd_simd.h"
#endif

namespace gradalign {
namespace {

using winograd::Map;
using winograd::MutableMap;

struct Algorithm {
  void (*convolve)(const Map& x, const float* w, int64_t in, int64_t out, bool turned, int64_t pad, const MutableMap& y);
  void (*filterGradient)(const Map& x, const Map& dy, int64_t pad, float* dw);
};

// GRADALIGN_INSTRUCTIONS=avx2 or plain takes less than there is: to find a fault, and for tests.
Algorithm choose() {
#if defined(__x86_64__)
  const char* wanted = getenv("GRADALIGN_INSTRUCTIONS");
  const bool any = wanted == nullptr || strcmp(wanted, "avx512") == 0;
  const bool narrow = any || strcmp(wanted, "avx2") == 0;
  if (any && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq"))
    return {winograd::avx512::convolve, winograd::avx512::filterGradient};
  if (narrow && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {winograd::avx2::convolve, winograd::avx2::filterGradient};
#endif
  return {winograd::plain::convolve, winograd::plain::filterGradient};
}

const Algorithm& algorithm() {
  static const Algorithm chosen = choose();
  return chosen;
}

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
    algorithm().convolve(mapOf(x), w.floats(), w.shape[2], w.shape[3], turned_, pad_, {y.floats(), y.shape[0], y.shape[1], y.shape[2], y.shape[3]});
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
    else algorithm().filterGradient(mapOf(x), mapOf(dy), pad_, dw.floats());
  }

 private:
  int64_t pad_;
};

const bool registered = [] {
  registerKernel<Winograd>("GradalignWinograd", {"pad: int", "turned: bool"}, {"x: float", "w: float"}, {"y: float"});
  registerKernel<WinogradFilterGradient>("GradalignWinogradFilterGradient", {"pad: int"}, {"x: float", "dy: float"}, {"dw: float"});
  return true;
}();

}  // namespace
}  // namespace gradalign
