// Batch normalisation of [positions, channels] together with what follows it in a residual network: a summand, and max(., 0).
#include <cmath>

#include "kernel.h"
#include "parallel.h"
#include "vectors.h"

namespace gradalign {
namespace {

// Floats of one piece of work, so that its second reading comes from the cache, and positions, so that sums in single precision stay exact enough:
// the same whatever the number of threads.
constexpr int64_t kPiece = 16384;
constexpr int64_t kRows = 512;

int64_t rowsOfPiece(int64_t channels) {
  const int64_t rows = channels ? kPiece / channels : 1;
  return rows < 1 ? 1 : rows < kRows ? rows : kRows;
}

VECTORISED void addSquares(float* __restrict rest, float* __restrict squares, const float* __restrict x, const float* __restrict mean,
                           int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++) {
      const float centred = x[r * channels + c] - mean[c];
      rest[c] += centred;
      squares[c] += centred * centred;
    }
}

// y = (x - mean) scale + shift (+ summand), at least `floor` (minus infinity: no limit).
VECTORISED void affine(float* __restrict y, const float* __restrict x, const float* __restrict mean, const float* __restrict scale,
                       const float* __restrict shift, float floor, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++) {
      const float value = (x[r * channels + c] - mean[c]) * scale[c] + shift[c];
      y[r * channels + c] = value < floor ? floor : value;
    }
}

VECTORISED void affineWithSummand(float* __restrict y, const float* __restrict x, const float* __restrict mean, const float* __restrict scale,
                                  const float* __restrict shift, const float* __restrict summand, float floor, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++) {
      const float value = (x[r * channels + c] - mean[c]) * scale[c] + shift[c] + summand[r * channels + c];
      y[r * channels + c] = value < floor ? floor : value;
    }
}

// Sums for dBeta and dGamma: of the gradient, and of the gradient times the centred x.
VECTORISED void addGradients(float* __restrict sum, float* __restrict product, const float* __restrict dy, const float* __restrict x,
                             const float* __restrict mean, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++) {
      const float d = dy[r * channels + c];
      sum[c] += d;
      product[c] += d * (x[r * channels + c] - mean[c]);
    }
}

// The same through max(., 0): where y is 0 nothing passes.
VECTORISED void addGradientsThroughRelu(float* __restrict sum, float* __restrict product, const float* __restrict dy, const float* __restrict y,
                                        const float* __restrict x, const float* __restrict mean, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++) {
      const float d = y[r * channels + c] > 0 ? dy[r * channels + c] : 0.0f;
      sum[c] += d;
      product[c] += d * (x[r * channels + c] - mean[c]);
    }
}

VECTORISED void keepPositive(float* __restrict out, const float* __restrict dy, const float* __restrict y, int64_t n) {
  for (int64_t i = 0; i < n; i++) out[i] = y[i] > 0 ? dy[i] : 0.0f;
}

// dx = scale d - (offset + slope (x - mean)), with the channel's constants.
VECTORISED void gradientOfX(float* __restrict dx, const float* __restrict dy, const float* __restrict x, const float* __restrict mean,
                            const float* __restrict scale, const float* __restrict slope, const float* __restrict offset, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++)
      dx[r * channels + c] = scale[c] * dy[r * channels + c] - (offset[c] + slope[c] * (x[r * channels + c] - mean[c]));
}

VECTORISED void gradientOfXThroughRelu(float* __restrict dx, const float* __restrict dy, const float* __restrict y, const float* __restrict x,
                                       const float* __restrict mean, const float* __restrict scale, const float* __restrict slope, const float* __restrict offset, int64_t rows,
                                       int64_t channels) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++) {
      const float d = y[r * channels + c] > 0 ? dy[r * channels + c] : 0.0f;
      dx[r * channels + c] = scale[c] * d - (offset[c] + slope[c] * (x[r * channels + c] - mean[c]));
    }
}

// Rows of one piece after another.
template <typename Work>
void overPieces(int64_t rows, int64_t channels, const Work& work) {
  const int64_t each = rowsOfPiece(channels);
  parallelFor((rows + each - 1) / each, [&](int64_t piece) {
    const int64_t begin = piece * each;
    work(piece, begin * channels, rows - begin < each ? rows - begin : each);
  });
}

int64_t countPieces(int64_t rows, int64_t channels) {
  const int64_t each = rowsOfPiece(channels);
  return (rows + each - 1) / each;
}

// Normalised values to y, with what follows.
void finish(const Tensor& y, const Tensor& x, const float* mean, const float* scale, const float* shift, const Tensor& summand, bool relu, int64_t begin,
            int64_t rows, int64_t channels) {
  const float floor = relu ? 0.0f : -INFINITY;
  overPieces(rows, channels, [&](int64_t, int64_t within, int64_t n) {
    const int64_t at = begin + within;
    if (summand.data) affineWithSummand(y.floats() + at, x.floats() + at, mean, scale, shift, summand.floats() + at, floor, n, channels);
    else affine(y.floats() + at, x.floats() + at, mean, scale, shift, floor, n, channels);
  });
}

// Rows of x that are normalised by statistics of their own.
struct Group {
  int64_t index;
  // Where it begins, in floats.
  int64_t at;
  int64_t rows;
};

// From the share of the batch that each group has, in the order of the rows; empty where they do not add up to the batch.
std::vector<Group> groupsOf(const std::vector<int32_t>& sizes, const Tensor& x, int64_t channels) {
  std::vector<Group> groups;
  if (x.shape.empty() || x.shape[0] == 0 || channels == 0 || x.size % channels != 0) return groups;
  const int64_t batch = x.shape[0], each = x.size / batch;
  int64_t begin = 0;
  for (const int64_t share : sizes) {
    groups.push_back({static_cast<int64_t>(groups.size()), begin * each, share * each / channels});
    begin += share;
  }
  if (begin != batch) groups.clear();
  return groups;
}

// Inputs x, gamma, beta, and a summand where summands is 1. Outputs y, and for each group mean, unbiased variance,
// 1 / deviation: [channels] for one group, else [groups, channels].
class BatchNorm {
 public:
  explicit BatchNorm(Construction& c)
      : sizes_(c.integers("groups")), epsilon_(c.real("epsilon")), relu_(c.flag("relu")), summands_(c.integer("summands")) {}

  void compute(Context& context) const {
    const Tensor x = context.input(0), gamma = context.input(1), beta = context.input(2);
    const Tensor summand = summands_ ? context.input(3) : Tensor();
    const Tensor y = context.output(0, x.shape);
    const int64_t channels = gamma.size;
    const int64_t count = static_cast<int64_t>(sizes_.size());
    const std::vector<int64_t> shape = count == 1 ? std::vector<int64_t>{channels} : std::vector<int64_t>{count, channels};
    const Tensor mean = context.output(1, shape), variance = context.output(2, shape), inverse = context.output(3, shape);
    if (context.failed()) return;
    const std::vector<Group> groups = groupsOf(sizes_, x, channels);
    if (groups.empty() || beta.size != channels || (summands_ && summand.size != x.size)) return context.fail("the shapes do not fit each other");
    std::vector<float> scale(channels);
    for (const Group& group : groups) {
      const int64_t at = group.index * channels;
      moments(x.floats() + group.at, group.rows, channels, mean.floats() + at, variance.floats() + at, inverse.floats() + at);
      for (int64_t c = 0; c < channels; c++) scale[c] = gamma.floats()[c] * inverse.floats()[at + c];
      finish(y, x, mean.floats() + at, scale.data(), beta.floats(), summand, relu_, group.at, group.rows, channels);
    }
  }

 private:
  // For each piece a rough mean, then the sums of what x is from there and of its squares, while the piece lies in the cache; put together in double
  // (the corrected two-pass and pairwise formulas of Chan, Golub and LeVeque 1983).
  void moments(const float* x, int64_t rows, int64_t channels, float* mean, float* variance, float* inverse) const {
    const int64_t pieces = countPieces(rows, channels), each = rowsOfPiece(channels);
    std::vector<float> means(pieces * channels), rests(pieces * channels), squares(pieces * channels);
    overPieces(rows, channels, [&](int64_t piece, int64_t at, int64_t n) {
      float* m = means.data() + piece * channels;
      addRows(m, x + at, n, channels);
      for (int64_t c = 0; c < channels; c++) m[c] /= static_cast<float>(n);
      addSquares(rests.data() + piece * channels, squares.data() + piece * channels, x + at, m, n, channels);
    });
    for (int64_t c = 0; c < channels; c++) {
      const auto of = [&](int64_t piece) {
        const double n = count(piece, each, rows), rest = rests[piece * channels + c];
        return Moments{n, means[piece * channels + c] + rest / n, squares[piece * channels + c] - rest * rest / n};
      };
      double total = 0, about = 0;
      for (int64_t piece = 0; piece < pieces; piece++) total += of(piece).mean * of(piece).count;
      const double middle = rows ? total / rows : 0;
      for (int64_t piece = 0; piece < pieces; piece++) {
        const Moments part = of(piece);
        about += part.squares + (part.mean - middle) * (part.mean - middle) * part.count;
      }
      mean[c] = static_cast<float>(middle);
      variance[c] = static_cast<float>(about / (rows > 1 ? rows - 1 : 1));
      inverse[c] = static_cast<float>(1 / std::sqrt((rows ? about / rows : 0) + epsilon_));
    }
  }

  struct Moments {
    double count;
    double mean;
    double squares;
  };

  static double count(int64_t piece, int64_t each, int64_t rows) {
    const int64_t left = rows - piece * each;
    return static_cast<double>(left < each ? left : each);
  }

  // Shares of the batch, in order.
  std::vector<int32_t> sizes_;
  float epsilon_;
  bool relu_;
  int summands_;
};

// Inputs dy, x, gamma, mean, 1 / deviation, and y where relu. Outputs dx, dGamma, dBeta, and the summand's gradient where summands
// is 1 and relu (without relu it is dy itself). With d the gradient behind max(., 0), x^ = (x - mean) / deviation, m positions of a group:
// dBeta = sum d, dGamma = sum d x^, dx = gamma / deviation (d - (dBeta + x^ dGamma) / m); dBeta and dGamma are then summed over the groups.
class BatchNormGradient {
 public:
  explicit BatchNormGradient(Construction& c) : sizes_(c.integers("groups")), relu_(c.flag("relu")), summands_(c.integer("summands")) {}

  void compute(Context& context) const {
    const Tensor dy = context.input(0), x = context.input(1), gamma = context.input(2);
    const Tensor mean = context.input(3), inverse = context.input(4), y = relu_ ? context.input(5) : Tensor();
    const int64_t channels = gamma.size;
    const Tensor dx = context.output(0, x.shape), dGamma = context.output(1, {channels}), dBeta = context.output(2, {channels});
    const Tensor dSummand = summands_ ? context.output(3, x.shape) : Tensor();
    if (context.failed()) return;
    const std::vector<Group> groups = groupsOf(sizes_, x, channels);
    const int64_t each = static_cast<int64_t>(sizes_.size()) * channels;
    if (groups.empty() || dy.size != x.size || mean.size != each || inverse.size != each || (relu_ && y.size != x.size))
      return context.fail("the shapes do not fit each other");
    std::vector<double> gammas(channels), betas(channels);
    for (const Group& group : groups) {
      const float* m = mean.floats() + group.index * channels;
      const float* i = inverse.floats() + group.index * channels;
      oneGroup(group, channels, dy.floats(), x.floats(), relu_ ? y.floats() : nullptr, gamma.floats(), m, i, dx.floats(),
               summands_ ? dSummand.floats() : nullptr, gammas.data(), betas.data());
    }
    for (int64_t c = 0; c < channels; c++) {
      dGamma.floats()[c] = static_cast<float>(gammas[c]);
      dBeta.floats()[c] = static_cast<float>(betas[c]);
    }
  }

 private:
  void oneGroup(const Group& group, int64_t channels, const float* dy, const float* x, const float* y, const float* gamma, const float* mean,
                const float* inverse, float* dx, float* dSummand, double* gammas, double* betas) const {
    const int64_t rows = group.rows, pieces = countPieces(rows, channels);
    std::vector<float> sums(pieces * channels), products(pieces * channels);
    // Behind max(., 0) the summand's gradient is d: once written, it serves for dx too.
    const bool written = dSummand != nullptr && relu_;
    const bool masked = relu_ && !written;
    const float* d = written ? dSummand : dy;
    overPieces(rows, channels, [&](int64_t piece, int64_t within, int64_t n) {
      const int64_t at = group.at + within;
      float* sum = sums.data() + piece * channels;
      float* product = products.data() + piece * channels;
      if (written) keepPositive(dSummand + at, dy + at, y + at, n * channels);
      if (masked) addGradientsThroughRelu(sum, product, dy + at, y + at, x + at, mean, n, channels);
      else addGradients(sum, product, d + at, x + at, mean, n, channels);
    });

    std::vector<float> scale(channels), slope(channels), offset(channels);
    for (int64_t c = 0; c < channels; c++) {
      double sum = 0, product = 0;
      for (int64_t piece = 0; piece < pieces; piece++) {
        sum += sums[piece * channels + c];
        product += products[piece * channels + c];
      }
      const double deviation = inverse[c], outer = gamma[c] * deviation;
      betas[c] += sum;
      gammas[c] += product * deviation;
      scale[c] = static_cast<float>(outer);
      slope[c] = static_cast<float>(outer * deviation * deviation * product / rows);
      offset[c] = static_cast<float>(outer * sum / rows);
    }
    overPieces(rows, channels, [&](int64_t, int64_t within, int64_t n) {
      const int64_t at = group.at + within;
      if (masked) gradientOfXThroughRelu(dx + at, dy + at, y + at, x + at, mean, scale.data(), slope.data(), offset.data(), n, channels);
      else gradientOfX(dx + at, d + at, x + at, mean, scale.data(), slope.data(), offset.data(), n, channels);
    });
  }

  std::vector<int32_t> sizes_;
  bool relu_;
  int summands_;
};

// Inputs x, gamma, beta, mean, variance, and a summand where summands is 1: by given statistics.
class BatchNormInference {
 public:
  explicit BatchNormInference(Construction& c) : epsilon_(c.real("epsilon")), relu_(c.flag("relu")), summands_(c.integer("summands")) {}

  void compute(Context& context) const {
    const Tensor x = context.input(0), gamma = context.input(1), beta = context.input(2), mean = context.input(3), variance = context.input(4);
    const Tensor summand = summands_ ? context.input(5) : Tensor();
    const Tensor y = context.output(0, x.shape);
    const int64_t channels = gamma.size, rows = channels ? x.size / channels : 0;
    if (context.failed()) return;
    if (beta.size != channels || mean.size != channels || variance.size != channels || rows * channels != x.size || (summands_ && summand.size != x.size))
      return context.fail("the shapes do not fit each other");
    std::vector<float> scale(channels);
    for (int64_t c = 0; c < channels; c++) scale[c] = gamma.floats()[c] / std::sqrt(variance.floats()[c] + epsilon_);
    finish(y, x, mean.floats(), scale.data(), beta.floats(), summand, relu_, 0, rows, channels);
  }

 private:
  float epsilon_;
  bool relu_;
  int summands_;
};

const bool registered = [] {
  registerKernel<BatchNorm>("GradalignBatchNorm", {"groups: list(int)", "epsilon: float", "relu: bool", "summands: int >= 0"},
                            {"x: float", "gamma: float", "beta: float", "summand: summands * float"},
                            {"y: float", "mean: float", "variance: float", "inverse_deviation: float"});
  registerKernel<BatchNormGradient>("GradalignBatchNormGrad", {"groups: list(int)", "relu: bool", "summands: int >= 0", "outputs: int >= 0"},
                                    {"dy: float", "x: float", "gamma: float", "mean: float", "inverse_deviation: float", "y: outputs * float"},
                                    {"dx: float", "dgamma: float", "dbeta: float", "dsummand: summands * float"});
  registerKernel<BatchNormInference>("GradalignBatchNormInference", {"epsilon: float", "relu: bool", "summands: int >= 0"},
                                     {"x: float", "gamma: float", "beta: float", "mean: float", "variance: float", "summand: summands * float"},
                                     {"y: float"});
  return true;
}();

}  // namespace
}  // namespace gradalign
