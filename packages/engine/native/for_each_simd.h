// Includes SIMD_FILE once for each set of instructions that a processor of this kind may have, with SIMD_NAMESPACE (avx512, avx2, plain), SIMD_LANES
// (floats of a register) and SIMD_VECTORS (registers side by side in a product: six rows of them, and a row of factors, fit into the registers).
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
#include SIMD_FILE
#undef SIMD_NAMESPACE
#undef SIMD_LANES
#undef SIMD_VECTORS
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
#include SIMD_FILE
#undef SIMD_NAMESPACE
#undef SIMD_LANES
#undef SIMD_VECTORS
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#define SIMD_NAMESPACE plain
#define SIMD_LANES 4
#define SIMD_VECTORS 2
#else
#define SIMD_NAMESPACE plain
#define SIMD_LANES 4
#define SIMD_VECTORS 4
#endif
#include SIMD_FILE
#undef SIMD_NAMESPACE
#undef SIMD_LANES
#undef SIMD_VECTORS
