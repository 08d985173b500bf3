// Between values and polynomials: the tile of a map, a window and a result at the six points of Winograd's F(4, 3), in one dimension. Matrices as Lavin and
// Gray (2016) name them. The points are 0, +-sqrt(1/2), +-sqrt(2) and infinity: their largest rounding errors are a quarter of those of the usual
// 0, +-1, +-2. Part of convolutions_simd.h.

// The points a and b, and their powers.
constexpr float kA = 0.70710678118654752f, kB = 1.41421356237309505f;
constexpr float kA2 = 0.5f, kB2 = 2.0f, kA3 = kA * kA2, kB3 = kB * kB2;
// 1 / (product of the differences to the other finite points).
constexpr float kNa = -1 / 1.5f, kNb = 1 / 6.0f;

// At a, -a, b and -b, from the even and the odd part of a polynomial there.
static inline void bothSigns(Vector evenA, Vector oddA, Vector evenB, Vector oddB, Vector points[6]) {
  points[1] = evenA + oddA;
  points[2] = evenA - oddA;
  points[3] = evenB + oddB;
  points[4] = evenB - oddB;
}

// B^T d.
static inline void dataPoints(const Vector d[6], Vector v[6]) {
  const Vector evenA = d[4] - kB2 * d[2], oddA = kA * d[3] - (kA * kB2) * d[1];
  const Vector evenB = d[4] - kA2 * d[2], oddB = kB * d[3] - (kB * kA2) * d[1];
  v[0] = d[4] - (kA2 + kB2) * d[2] + d[0];
  bothSigns(evenA, oddA, evenB, oddB, v);
  v[5] = d[5] - (kA2 + kB2) * d[3] + d[1];
}

// G w.
static inline void windowPoints(const Vector w[3], Vector u[6]) {
  const Vector evenA = kNa * w[0] + (kNa * kA2) * w[2], oddA = (kNa * kA) * w[1];
  const Vector evenB = kNb * w[0] + (kNb * kB2) * w[2], oddB = (kNb * kB) * w[1];
  u[0] = w[0];
  bothSigns(evenA, oddA, evenB, oddB, u);
  u[5] = w[2];
}

// G^T u, the transpose.
static inline void windowFromPoints(const Vector u[6], Vector w[3]) {
  const Vector sumA = u[1] + u[2], sumB = u[3] + u[4], differenceA = u[1] - u[2], differenceB = u[3] - u[4];
  w[0] = u[0] + kNa * sumA + kNb * sumB;
  w[1] = (kNa * kA) * differenceA + (kNb * kB) * differenceB;
  w[2] = (kNa * kA2) * sumA + (kNb * kB2) * sumB + u[5];
}

// A^T m.
static inline void resultFromPoints(const Vector m[6], Vector y[4]) {
  const Vector sumA = m[1] + m[2], sumB = m[3] + m[4], differenceA = m[1] - m[2], differenceB = m[3] - m[4];
  y[0] = m[0] + sumA + sumB;
  y[1] = kA * differenceA + kB * differenceB;
  y[2] = kA2 * sumA + kB2 * sumB;
  y[3] = kA3 * differenceA + kB3 * differenceB + m[5];
}

// A dy, the transpose.
static inline void resultPoints(const Vector y[4], Vector m[6]) {
  const Vector evenA = y[0] + kA2 * y[2], oddA = kA * y[1] + kA3 * y[3];
  const Vector evenB = y[0] + kB2 * y[2], oddB = kB * y[1] + kB3 * y[3];
  m[0] = y[0];
  bothSigns(evenA, oddA, evenB, oddB, m);
  m[5] = y[3];
}
