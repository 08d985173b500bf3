// Convolutions of any windows and stride as one matrix product: what each window reads is a row of a matrix. Channels are multiples of 16. Part of
// convolutions_simd.h.

// Rows that one processor multiplies by a packed part of a panel.
constexpr int64_t kStrip = 192;

// x's windows as the rows of [positions, length]; zeros beyond the margins.
static void unfold(const Map& x, const Geometry& g, const Extent& y, float* rows) {
  const int64_t length = g.rows * g.columns * x.channels;
  parallelFor(x.batch * y.height, [&](int64_t line) {
    const int64_t n = line / y.height, top = line % y.height * g.stride - g.pad;
    for (int64_t q = 0; q < y.width; q++) {
      const int64_t left = q * g.stride - g.pad;
      float* to = rows + (line * y.width + q) * length;
      for (int64_t i = 0; i < g.rows; i++)
        for (int64_t j = 0; j < g.columns; j++, to += x.channels) {
          const int64_t row = top + i, column = left + j;
          if (row < 0 || row >= x.height || column < 0 || column >= x.width) std::memset(to, 0, x.channels * sizeof(float));
          else std::memcpy(to, x.data + ((n * x.height + row) * x.width + column) * x.channels, x.channels * sizeof(float));
        }
    }
  });
}

// The transpose: adds what every window holds to the place that it came from.
static void fold(const float* rows, const Geometry& g, const Extent& dy, const MutableMap& x) {
  const int64_t length = g.rows * g.columns * x.channels;
  parallelFor(x.batch * x.height, [&](int64_t line) {
    const int64_t n = line / x.height, row = line % x.height;
    float* to = x.data + line * x.width * x.channels;
    std::memset(to, 0, x.width * x.channels * sizeof(float));
    for (int64_t i = 0; i < g.rows; i++) {
      const int64_t from = row + g.pad - i;
      if (from < 0 || from % g.stride != 0 || from / g.stride >= dy.height) continue;
      const float* windows = rows + (n * dy.height + from / g.stride) * dy.width * length + i * g.columns * x.channels;
      for (int64_t q = 0; q < dy.width; q++)
        for (int64_t j = 0; j < g.columns; j++) {
          const int64_t column = q * g.stride - g.pad + j;
          if (column < 0 || column >= x.width) continue;
          float* sum = to + column * x.channels;
          const float* value = windows + q * length + j * x.channels;
          for (int64_t c = 0; c < x.channels; c += kLanes) store(sum + c, load(sum + c) + load(value + c));
        }
    }
  });
}

// Rows [0, depth) and `width` columns of a matrix, one behind the other.
static inline void pack(const float* from, int64_t row, int64_t depth, int64_t width, float* to) {
  for (int64_t k = 0; k < depth; k++)
    for (int64_t c = 0; c < width; c += kLanes) store(to + k * width + c, load(from + k * row + c));
}

// The same of the transpose: `from` has `width` rows.
static inline void packTransposed(const float* from, int64_t row, int64_t depth, int64_t width, float* to) {
  for (int64_t c = 0; c < width; c += kLanes)
    for (int64_t k = 0; k < depth; k += kLanes)
      for (int64_t lane = 0; lane < kLanes; lane++)
        for (int64_t i = 0; i < kLanes; i++) to[(k + i) * width + c + lane] = from[(c + lane) * row + k + i];
}

// y of x and w [rows, columns, in, out].
static void windowsConvolve(const Map& x, const float* w, const Geometry& g, const MutableMap& y) {
  const int64_t positions = y.batch * y.height * y.width, length = g.rows * g.columns * x.channels, columns = y.channels;
  const Scratch windows(positions * length);
  unfold(x, g, {y.height, y.width}, windows.floats());
  overParts(positions, kStrip, columns, [&](const Part& part) {
    alignas(64) float packed[kDepth * kPanel];
    for (int64_t k = 0; k < length; k += kDepth) {
      const int64_t depth = length - k < kDepth ? length - k : kDepth;
      pack(w + k * columns + part.panel * kPanel, columns, depth, part.width, packed);
      product(windows.floats() + part.row * length + k, length, 1, packed, depth, y.data + part.row * columns + part.panel * kPanel, columns, part.rows,
              part.width, k > 0);
    }
  });
}

// dx of dy and w.
static void windowsGradientOfX(const Map& dy, const float* w, const Geometry& g, const MutableMap& dx) {
  const int64_t positions = dy.batch * dy.height * dy.width, length = g.rows * g.columns * dx.channels, out = dy.channels;
  const Scratch windows(positions * length);
  parallelFor(panelsOf(length), [&](int64_t panel) {
    const int64_t width = panelWidth(panel, length);
    alignas(64) float packed[kDepth * kPanel];
    for (int64_t k = 0; k < out; k += kDepth) {
      const int64_t depth = out - k < kDepth ? out - k : kDepth;
      packTransposed(w + panel * kPanel * out + k, out, depth, width, packed);
      product(dy.data + k, out, 1, packed, depth, windows.floats() + panel * kPanel, length, positions, width, k > 0);
    }
  });
  fold(windows.floats(), g, {dy.height, dy.width}, dx);
}

// dw of x and dy, in an order of sums that no number of processors changes.
static void windowsGradientOfW(const Map& x, const Map& dy, const Geometry& g, float* dw) {
  const int64_t positions = dy.batch * dy.height * dy.width, length = g.rows * g.columns * x.channels, out = dy.channels;
  const Scratch windows(positions * length);
  unfold(x, g, {dy.height, dy.width}, windows.floats());
  overParts(length, kGradientRows, out, [&](const Part& part) {
    alignas(64) float right[kDepth * kPanel], left[kDepth * kGradientRows];
    for (int64_t k = 0; k < positions; k += kDepth) {
      const int64_t depth = positions - k < kDepth ? positions - k : kDepth;
      pack(dy.data + k * out + part.panel * kPanel, out, depth, part.width, right);
      pack(windows.floats() + k * length + part.row, length, depth, part.rows, left);
      product(left, 1, part.rows, right, depth, dw + part.row * out + part.panel * kPanel, out, part.rows, part.width, k > 0);
    }
  });
}
