// Convolutions of 3 x 3 windows at stride 1 by Winograd's minimal filtering F(4 x 4, 3 x 3) (Lavin and Gray 2016, arXiv 1509.09308): the map is cut into
// tiles of 4 x 4 results, each read with a margin of one; both tile and window become 6 x 6 values of polynomials at six points, where a convolution is a
// product for each point: 36 matrix products [tiles, in] x [in, out] with a quarter of the multiplications (winograd_points_simd.h). Part of
// convolutions_simd.h.

// How many tiles of so many channels have their 36 points in so many floats: whole steps of kRows, at least two.
static inline int64_t tilesFor(int64_t floats, int64_t channels) {
  const int64_t tiles = floats / (36 * channels) / kRows * kRows;
  return tiles < 2 * kRows ? 2 * kRows : tiles;
}

// Where the values of one tile at each of the 36 points go: point * slab apart; channels in panels [tiles, kPanel] one after the other, or in plain rows.
struct Points {
  float* at;
  int64_t slab;
  // Tiles of a panel; 0 for rows of all channels.
  int64_t panelTiles;

  float* place(int64_t tile, int64_t channel, int64_t channels) const {
    if (panelTiles == 0) return at + tile * channels + channel;
    const int64_t panel = channel / kPanel, left = channels - panel * kPanel;
    return at + panel * kPanel * panelTiles + tile * (left < kPanel ? left : kPanel) + channel % kPanel;
  }
};

// side x side values of a tile, from (top, left) of image n on; zeros beyond the map.
template <int side>
static inline void tilePointers(const Map& map, int64_t n, int64_t top, int64_t left, const float* zeros, const float* pointers[side * side]) {
  for (int i = 0; i < side; i++)
    for (int j = 0; j < side; j++) {
      const int64_t row = top + i, column = left + j;
      const bool inside = row >= 0 && row < map.height && column >= 0 && column < map.width;
      pointers[i * side + j] = inside ? map.data + ((n * map.height + row) * map.width + column) * map.channels : zeros;
    }
}

// Tiles [begin, end) of a map, side x side values each, at the 36 points.
template <int side, void (*points)(const Vector*, Vector*)>
static void transform(const Map& map, const Tiles& tiles, int64_t pad, int64_t begin, int64_t end, int64_t first, const float* zeros, const Points& to) {
  for (int64_t tile = begin; tile < end; tile++) {
    const int64_t n = tile / (tiles.down * tiles.across), p = tile / tiles.across % tiles.down, q = tile % tiles.across;
    const float* from[side * side];
    tilePointers<side>(map, n, p * 4 - pad, q * 4 - pad, zeros, from);
    for (int64_t channel = 0; channel < map.channels; channel += kLanes) {
      Vector half[6][side];
      for (int j = 0; j < side; j++) {
        Vector column[side], result[6];
        for (int i = 0; i < side; i++) column[i] = load(from[i * side + j] + channel);
        points(column, result);
        for (int i = 0; i < 6; i++) half[i][j] = result[i];
      }
      float* place = to.place(tile - first, channel, map.channels);
      for (int i = 0; i < 6; i++) {
        Vector result[6];
        points(half[i], result);
        for (int j = 0; j < 6; j++) store(place + (i * 6 + j) * to.slab, result[j]);
      }
    }
  }
}

// The way back: products of tiles [begin, end), in rows of `row` floats, to 4 x 4 results each, of `width` channels from `channel` on.
static void untransform(const float* products, int64_t slab, int64_t row, const Tiles& tiles, int64_t begin, int64_t end, int64_t first, const MutableMap& y,
                        int64_t channel, int64_t width) {
  for (int64_t tile = begin; tile < end; tile++) {
    const int64_t n = tile / (tiles.down * tiles.across), top = tile / tiles.across % tiles.down * 4, left = tile % tiles.across * 4;
    const int64_t rows = y.height - top < 4 ? y.height - top : 4, columns = y.width - left < 4 ? y.width - left : 4;
    float* to = y.data + ((n * y.height + top) * y.width + left) * y.channels + channel;
    for (int64_t c = 0; c < width; c += kLanes) {
      const float* from = products + (tile - first) * row + c;
      Vector half[4][6];
      for (int j = 0; j < 6; j++) {
        Vector column[6], result[4];
        for (int i = 0; i < 6; i++) column[i] = load(from + (i * 6 + j) * slab);
        resultFromPoints(column, result);
        for (int i = 0; i < 4; i++) half[i][j] = result[i];
      }
      for (int i = 0; i < rows; i++) {
        Vector result[4];
        resultFromPoints(half[i], result);
        for (int j = 0; j < columns; j++) store(to + (i * y.width + j) * y.channels + c, result[j]);
      }
    }
  }
}

// Windows [3, 3, in, out] as one panel of a right factor wants them. Turned: by half a turn, in and out exchanged.
struct Windows {
  const float* data;
  int64_t in;
  int64_t out;
  bool turned;

  int64_t depth() const { return turned ? out : in; }
  int64_t columns() const { return turned ? in : out; }

  // Rows [begin, end) of the depth and the columns of `panel`, at the 36 points, slab apart: [end - begin, the panel's width] each.
  void transform(int64_t panel, int64_t begin, int64_t end, float* to, int64_t slab) const {
    const int64_t width = panelWidth(panel, columns());
    for (int64_t k = begin; k < end; k += kLanes) {
      const int64_t last = k + kLanes < end ? k + kLanes : end;
      for (int64_t column = 0; column < width; column += kLanes) part(panel * kPanel + column, k, last, to + (k - begin) * width + column, slab, width);
    }
  }

 private:
  void part(int64_t column, int64_t begin, int64_t end, float* to, int64_t slab, int64_t width) const {
    float taps[9][SIMD_LANES][SIMD_LANES];
    if (turned)
      for (int tap = 0; tap < 9; tap++)
        for (int i = 0; i < kLanes; i++) {
          const float* row = data + ((8 - tap) * in + column + i) * out + begin;
          for (int64_t o = 0; o < end - begin; o++) taps[tap][o][i] = row[o];
        }
    for (int64_t k = begin; k < end; k++, to += width) {
      Vector half[6][3];
      for (int j = 0; j < 3; j++) {
        Vector given[3], result[6];
        for (int i = 0; i < 3; i++) given[i] = load(turned ? taps[i * 3 + j][k - begin] : data + ((i * 3 + j) * in + k) * out + column);
        windowPoints(given, result);
        for (int i = 0; i < 6; i++) half[i][j] = result[i];
      }
      for (int i = 0; i < 6; i++) {
        Vector result[6];
        windowPoints(half[i], result);
        for (int j = 0; j < 6; j++) store(to + (i * 6 + j) * slab, result[j]);
      }
    }
  }
};

// The windows at the points are few enough to stay in a near cache: each processor takes some tiles the whole way.
static void winogradByTiles(const Map& x, const Windows& w, int64_t pad, const MutableMap& y) {
  const Tiles tiles(y.height, y.width);
  const int64_t count = x.batch * tiles.down * tiles.across, depth = w.depth(), columns = w.columns(), panels = panelsOf(columns);
  const int64_t windowSlab = depth * columns + kSkew;
  const Scratch windows(36 * windowSlab), zeros(depth, 0);
  overParts(depth, kLanes, columns, [&](const Part& part) {
    w.transform(part.panel, part.row, part.row + part.rows, windows.floats() + part.panel * kPanel * depth + part.row * part.width, windowSlab);
  });
  const int64_t block = tilesFor(kNearTiles, depth + columns);
  const int64_t dataSlab = block * depth + kSkew, productSlab = block * columns + kSkew;
  parallelFor((count + block - 1) / block, [&](int64_t index) {
    const int64_t begin = index * block, end = begin + block < count ? begin + block : count;
    static thread_local ThreadScratch scratch;
    float* const data = scratch.atLeast(36 * (dataSlab + productSlab));
    float* const products = data + 36 * dataSlab;
    transform<6, dataPoints>(x, tiles, pad, begin, end, begin, zeros.floats(), {data, dataSlab, 0});
    for (int64_t point = 0; point < 36; point++)
      for (int64_t panel = 0; panel < panels; panel++)
        product(data + point * dataSlab, depth, 1, windows.floats() + point * windowSlab + panel * kPanel * depth, depth,
                products + point * productSlab + panel * kPanel, columns, end - begin, panelWidth(panel, columns), false);
    untransform(products, productSlab, columns, tiles, begin, end, begin, y, 0, columns);
  });
}

// The windows are larger than the map: each processor takes some of their columns, for as many tiles as there is room for, and brings those to the
// points only where it needs them.
static void winogradByColumns(const Map& x, const Windows& w, int64_t pad, const MutableMap& y) {
  const Tiles tiles(y.height, y.width);
  const int64_t count = x.batch * tiles.down * tiles.across, depth = w.depth(), columns = w.columns();
  int64_t block = tilesFor(kFarTiles, depth);
  if (block > count) block = count;
  const int64_t dataSlab = block * depth + kSkew, windowSlab = kDepth * kPanel + kSkew, productSlab = block * kPanel + kSkew;
  const Scratch data(36 * dataSlab), zeros(depth, 0);
  for (int64_t first = 0; first < count; first += block) {
    const int64_t last = first + block < count ? first + block : count;
    parallelFor(last - first, [&](int64_t i) {
      transform<6, dataPoints>(x, tiles, pad, first + i, first + i + 1, first, zeros.floats(), {data.floats(), dataSlab, 0});
    });
    parallelFor(panelsOf(columns), [&](int64_t panel) {
      static thread_local ThreadScratch scratch;
      float* const windows = scratch.atLeast(36 * (windowSlab + productSlab));
      float* const products = windows + 36 * windowSlab;
      const int64_t width = panelWidth(panel, columns);
      for (int64_t k = 0; k < depth; k += kDepth) {
        const int64_t end = k + kDepth < depth ? k + kDepth : depth;
        w.transform(panel, k, end, windows, windowSlab);
        for (int64_t point = 0; point < 36; point++)
          product(data.floats() + point * dataSlab + k, depth, 1, windows + point * windowSlab, end - k, products + point * productSlab, width, last - first,
                  width, k > 0);
      }
      untransform(products, productSlab, width, tiles, first, last, first, y, panel * kPanel, width);
    });
  }
}

static void winograd(const Map& x, const float* w, int64_t in, int64_t out, bool turned, int64_t pad, const MutableMap& y) {
  (in * out <= kSmallWindows ? winogradByTiles : winogradByColumns)(x, {w, in, out, turned}, pad, y);
}

// Sums at the points, of a part of dw[3, 3, in, out], to their place there.
static void windowsFromSums(const float* sums, int64_t slab, int64_t groups, int64_t groupSize, float* dw, int64_t in, int64_t out, const Part& part) {
  for (int64_t row = 0; row < part.rows; row++)
    for (int64_t c = 0; c < part.width; c += kLanes) {
      Vector half[3][6];
      for (int j = 0; j < 6; j++) {
        Vector points[6], taps[3];
        for (int k = 0; k < 6; k++) {
          const float* from = sums + (k * 6 + j) * slab + row * part.width + c;
          points[k] = load(from);
          for (int64_t group = 1; group < groups; group++) points[k] += load(from + group * groupSize);
        }
        windowFromPoints(points, taps);
        for (int k = 0; k < 3; k++) half[k][j] = taps[k];
      }
      for (int k = 0; k < 3; k++) {
        Vector taps[3];
        windowFromPoints(half[k], taps);
        for (int j = 0; j < 3; j++) store(dw + ((k * 3 + j) * in + part.row + row) * out + part.panel * kPanel + c, taps[j]);
      }
    }
}

// Small windows, many tiles: groups of tiles, each summed up on its own and near the processor; then the groups in their order.
static void winogradFilterGradientByTiles(const Map& x, const Map& dy, int64_t pad, float* dw) {
  const Tiles tiles(dy.height, dy.width);
  const int64_t count = x.batch * tiles.down * tiles.across, in = x.channels, out = dy.channels, panels = panelsOf(out);
  const int64_t wanted = count / kGroupTiles, groups = wanted < 1 ? 1 : wanted < kGroups ? wanted : kGroups, block = tilesFor(kNearTiles, in + out);
  const int64_t sumSlab = in * out + kSkew, dataSlab = block * in + kSkew, gradientSlab = block * out + kSkew;
  const Scratch sums(groups * 36 * sumSlab), zeros(in > out ? in : out, 0);
  parallelFor(groups, [&](int64_t group) {
    static thread_local ThreadScratch scratch;
    float* const data = scratch.atLeast(36 * (dataSlab + gradientSlab));
    float* const gradients = data + 36 * dataSlab;
    float* const sum = sums.floats() + group * 36 * sumSlab;
    const int64_t first = count * group / groups, last = count * (group + 1) / groups;
    for (int64_t begin = first; begin < last; begin += block) {
      const int64_t end = begin + block < last ? begin + block : last;
      transform<6, dataPoints>(x, tiles, pad, begin, end, begin, zeros.floats(), {data, dataSlab, 0});
      transform<4, resultPoints>(dy, tiles, 0, begin, end, begin, zeros.floats(), {gradients, gradientSlab, block});
      for (int64_t point = 0; point < 36; point++)
        for (int64_t panel = 0; panel < panels; panel++) {
          const int64_t width = panelWidth(panel, out);
          product(data + point * dataSlab, 1, in, gradients + point * gradientSlab + panel * kPanel * block, end - begin,
                  sum + point * sumSlab + panel * kPanel * in, width, in, width, begin > first);
        }
    }
  });
  overParts(in, 1, out, [&](const Part& part) {
    windowsFromSums(sums.floats() + part.panel * kPanel * in + part.row * part.width, sumSlab, groups, 36 * sumSlab, dw, in, out, part);
  });
}

// Large windows: each processor sums up some of their rows and columns over all tiles.
static void winogradFilterGradientByWindows(const Map& x, const Map& dy, int64_t pad, float* dw) {
  const Tiles tiles(dy.height, dy.width);
  const int64_t count = x.batch * tiles.down * tiles.across, in = x.channels, out = dy.channels;
  int64_t block = tilesFor(kFarTiles, in + out);
  if (block > count) block = count;
  const int64_t dataSlab = block * in + kSkew, gradientSlab = block * out + kSkew, sumSlab = kGradientRows * kPanel + kSkew;
  const Scratch data(36 * dataSlab), gradients(36 * gradientSlab), zeros(in > out ? in : out, 0);
  // Sums that go on with the next block of tiles.
  const Scratch kept(block < count ? partsOf(in, kGradientRows, out) * 36 * sumSlab : 0);
  for (int64_t first = 0; first < count; first += block) {
    const int64_t last = first + block < count ? first + block : count;
    parallelFor(last - first, [&](int64_t i) {
      transform<6, dataPoints>(x, tiles, pad, first + i, first + i + 1, first, zeros.floats(), {data.floats(), dataSlab, 0});
      transform<4, resultPoints>(dy, tiles, 0, first + i, first + i + 1, first, zeros.floats(), {gradients.floats(), gradientSlab, block});
    });
    overParts(in, kGradientRows, out, [&](const Part& part) {
      static thread_local ThreadScratch scratch;
      float* const sums = block < count ? kept.floats() + part.index * 36 * sumSlab : scratch.atLeast(36 * sumSlab);
      for (int64_t point = 0; point < 36; point++)
        product(data.floats() + point * dataSlab + part.row, 1, in, gradients.floats() + point * gradientSlab + part.panel * kPanel * block, last - first,
                sums + point * sumSlab, part.width, part.rows, part.width, first > 0);
      if (last == count) windowsFromSums(sums, sumSlab, 1, 0, dw, in, out, part);
    });
  }
}

// dw[3, 3, in, out] of x and dy. The order of every sum is the same whatever the number of processors.
static void winogradFilterGradient(const Map& x, const Map& dy, int64_t pad, float* dw) {
  (x.channels * dy.channels <= kSmallWindows ? winogradFilterGradientByTiles : winogradFilterGradientByWindows)(x, dy, pad, dw);
}
