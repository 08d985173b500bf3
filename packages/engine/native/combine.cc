// Sums over whole lists of tensors in one call and one pass: what an optimizer does to eleven million weights in sixty tensors.
#include <cmath>

#include "kernel.h"
#include "parallel.h"
#include "vectors.h"

namespace gradalign {
namespace {

// Floats of one piece of work: small enough for the caches, and the same whatever the number of threads.
constexpr int64_t kPiece = 16384;

struct Piece {
  int tensor;
  int64_t begin;
  int64_t length;
};

std::vector<Piece> pieces(const std::vector<Tensor>& tensors, size_t count) {
  std::vector<Piece> result;
  for (size_t i = 0; i < count; i++) {
    for (int64_t begin = 0; begin < tensors[i].size; begin += kPiece) {
      const int64_t left = tensors[i].size - begin;
      result.push_back({static_cast<int>(i), begin, left < kPiece ? left : kPiece});
    }
  }
  return result;
}

VECTORISED void sum2(float* __restrict out, const float* __restrict a, float p, const float* __restrict b, float q, int64_t n) {
  for (int64_t i = 0; i < n; i++) out[i] = p * a[i] + q * b[i];
}

VECTORISED void sum3(float* __restrict out, const float* __restrict a, float p, const float* __restrict b, float q, const float* __restrict c,
                     float r, int64_t n) {
  for (int64_t i = 0; i < n; i++) out[i] = p * a[i] + q * b[i] + r * c[i];
}

VECTORISED void add(float* __restrict out, const float* __restrict a, float p, int64_t n) {
  for (int64_t i = 0; i < n; i++) out[i] += p * a[i];
}

// Lanes are summed apart, so that the compiler may use wide registers without changing the order of any sum.
constexpr int kLanes = 64;

VECTORISED double product(const float* a, const float* b, int64_t n) {
  float lanes[kLanes] = {0};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (int lane = 0; lane < kLanes; lane++) lanes[lane] += a[i + lane] * b[i + lane];
  double sum = 0;
  for (float lane : lanes) sum += lane;
  for (; i < n; i++) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

// out[p] = sum over the terms t of scales[t] * tensors[t * count + p].
class Combine {
 public:
  explicit Combine(Construction& c) : count_(c.integer("count")), terms_(c.integer("terms")) {}

  void compute(Context& context) const {
    const Tensor scales = context.input(0);
    std::vector<Tensor> in;
    std::vector<Tensor> out;
    for (int i = 0; i < terms_ * count_; i++) in.push_back(context.input(1 + i));
    for (int p = 0; p < count_; p++) out.push_back(context.output(p, in[p].shape));
    if (context.failed()) return;
    for (int i = 0; i < terms_ * count_; i++)
      if (in[i].size != out[i % count_].size) return context.fail("the terms have tensors of different sizes");
    const float* s = scales.floats();
    const std::vector<Piece> work = pieces(in, count_);
    parallelFor(static_cast<int64_t>(work.size()), [&](int64_t index) {
      const Piece& piece = work[index];
      const auto at = [&](int term) { return in[term * count_ + piece.tensor].floats() + piece.begin; };
      float* to = out[piece.tensor].floats() + piece.begin;
      int done = 3;
      if (terms_ == 1) scale(to, at(0), s[0], piece.length);
      else if (terms_ == 2) sum2(to, at(0), s[0], at(1), s[1], piece.length);
      else sum3(to, at(0), s[0], at(1), s[1], at(2), s[2], piece.length);
      for (; done < terms_; done++) add(to, at(done), s[done], piece.length);
    });
  }

 private:
  int count_;
  int terms_;
};

// Sum over all entries of a[p] * b[p], in double from piece to piece.
class Dot {
 public:
  explicit Dot(Construction& c) : count_(c.integer("count")) {}

  void compute(Context& context) const {
    std::vector<Tensor> in;
    for (int i = 0; i < 2 * count_; i++) in.push_back(context.input(i));
    const Tensor out = context.output(0, {});
    if (context.failed()) return;
    for (int p = 0; p < count_; p++)
      if (in[p].size != in[count_ + p].size) return context.fail("the factors have different sizes");
    const std::vector<Piece> work = pieces(in, count_);
    std::vector<double> sums(work.size());
    parallelFor(static_cast<int64_t>(work.size()), [&](int64_t index) {
      const Piece& piece = work[index];
      sums[index] = product(in[piece.tensor].floats() + piece.begin, in[count_ + piece.tensor].floats() + piece.begin, piece.length);
    });
    double total = 0;
    for (double sum : sums) total += sum;
    *out.floats() = static_cast<float>(total);
  }

 private:
  int count_;
};

const bool registered = [] {
  registerKernel<Combine>("GradalignCombine", {"count: int >= 1", "terms: int >= 1", "inputs: int >= 1"}, {"scales: float", "tensors: inputs * float"},
                          {"sums: count * float"});
  registerKernel<Dot>("GradalignDot", {"count: int >= 1"}, {"a: count * float", "b: count * float"}, {"sum: float"});
  return true;
}();

}  // namespace
}  // namespace gradalign
