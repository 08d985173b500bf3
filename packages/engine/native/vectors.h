// Loops over floats that several operations share.
#ifndef GRADALIGN_VECTORS_H_
#define GRADALIGN_VECTORS_H_

#include "parallel.h"

namespace gradalign {

// out = p a.
static VECTORISED void scale(float* __restrict out, const float* __restrict a, float p, int64_t n) {
  for (int64_t i = 0; i < n; i++) out[i] = p * a[i];
}

// Adds each of so many rows of x to `sum`.
static VECTORISED void addRows(float* __restrict sum, const float* __restrict x, int64_t rows, int64_t channels) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < channels; c++) sum[c] += x[r * channels + c];
}

}  // namespace gradalign

#endif
