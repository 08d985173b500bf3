// Products of matrices by panels: what convolutions come down to. The right factor lies in panels of kPanel columns, [depth, kPanel] one after the other
// (the last may be narrower); the left one anywhere, by two strides. Part of convolutions_simd.h.

constexpr int kLanes = SIMD_LANES;
constexpr int kVectors = SIMD_VECTORS;
// Columns of one panel of a right factor.
constexpr int64_t kPanel = kLanes * kVectors;
constexpr int kRows = 6;

typedef float Vector __attribute__((vector_size(SIMD_LANES * 4)));
typedef float Anywhere __attribute__((vector_size(SIMD_LANES * 4), aligned(4), may_alias));

static inline Vector load(const float* from) { return *reinterpret_cast<const Anywhere*>(from); }
static inline void store(float* to, Vector value) { *reinterpret_cast<Anywhere*>(to) = value; }

static inline int64_t panelsOf(int64_t columns) { return (columns + kPanel - 1) / kPanel; }
static inline int64_t panelWidth(int64_t panel, int64_t columns) { return columns - panel * kPanel < kPanel ? columns - panel * kPanel : kPanel; }

// A part of a matrix: `rows` rows from `row` on, and the columns of a panel.
struct Part {
  int64_t index;
  int64_t row;
  int64_t rows;
  int64_t panel;
  int64_t width;
};

static inline int64_t partsOf(int64_t rows, int64_t step, int64_t columns) { return (rows + step - 1) / step * panelsOf(columns); }

// Calls work(part) for all parts of a matrix of `step` rows each (the last may have fewer), on several processors.
template <typename Work>
static void overParts(int64_t rows, int64_t step, int64_t columns, const Work& work) {
  const int64_t strips = (rows + step - 1) / step;
  parallelFor(partsOf(rows, step, columns), [&](int64_t index) {
    const int64_t panel = index / strips, row = index % strips * step;
    work(Part{index, row, rows - row < step ? rows - row : step, panel, panelWidth(panel, columns)});
  });
}

// c[rows, width] (+)= a[rows, depth] b[depth, width]; a's entries lie aRow and aDepth apart, b is one panel.
template <int rows, int vectors>
static inline void smallProduct(const float* a, int64_t aRow, int64_t aDepth, const float* b, int64_t depth, float* c, int64_t cRow, bool add) {
  Vector sums[rows][vectors];
#pragma GCC unroll 8
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 8
    for (int j = 0; j < vectors; j++) sums[i][j] = add ? load(c + i * cRow + j * kLanes) : Vector{};
  for (int64_t k = 0; k < depth; k++, a += aDepth, b += vectors * kLanes) {
    Vector factors[vectors];
#pragma GCC unroll 8
    for (int j = 0; j < vectors; j++) factors[j] = load(b + j * kLanes);
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
      const float value = a[i * aRow];
#pragma GCC unroll 8
      for (int j = 0; j < vectors; j++) sums[i][j] += value * factors[j];
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 8
    for (int j = 0; j < vectors; j++) store(c + i * cRow + j * kLanes, sums[i][j]);
}

template <int vectors>
static void panelProduct(const float* a, int64_t aRow, int64_t aDepth, const float* b, int64_t depth, float* c, int64_t cRow, int64_t rows, bool add) {
  int64_t i = 0;
  for (; i + kRows <= rows; i += kRows) smallProduct<kRows, vectors>(a + i * aRow, aRow, aDepth, b, depth, c + i * cRow, cRow, add);
  a += i * aRow;
  c += i * cRow;
  switch (rows - i) {
    case 1: return smallProduct<1, vectors>(a, aRow, aDepth, b, depth, c, cRow, add);
    case 2: return smallProduct<2, vectors>(a, aRow, aDepth, b, depth, c, cRow, add);
    case 3: return smallProduct<3, vectors>(a, aRow, aDepth, b, depth, c, cRow, add);
    case 4: return smallProduct<4, vectors>(a, aRow, aDepth, b, depth, c, cRow, add);
    case 5: return smallProduct<5, vectors>(a, aRow, aDepth, b, depth, c, cRow, add);
  }
}

// The same in steps of a depth whose panel stays in the nearest cache.
static void product(const float* a, int64_t aRow, int64_t aDepth, const float* b, int64_t depth, float* c, int64_t cRow, int64_t rows, int64_t width, bool add) {
  for (int64_t k = 0; k < depth; k += kDepth) {
    const int64_t part = depth - k < kDepth ? depth - k : kDepth;
    const float* left = a + k * aDepth;
    const float* right = b + k * width;
    const bool goesOn = add || k > 0;
    switch (width / kLanes) {
      case 1: panelProduct<1>(left, aRow, aDepth, right, part, c, cRow, rows, goesOn); break;
      case 2: panelProduct<2>(left, aRow, aDepth, right, part, c, cRow, rows, goesOn); break;
#if SIMD_VECTORS > 2
      case 3: panelProduct<3>(left, aRow, aDepth, right, part, c, cRow, rows, goesOn); break;
      case 4: panelProduct<4>(left, aRow, aDepth, right, part, c, cRow, rows, goesOn); break;
#endif
    }
  }
}
