// Included by for_each_simd.h, once for each set of instructions.
namespace gradalign {
namespace convolution {
namespace SIMD_NAMESPACE {

#include "product_simd.h"
#include "winograd_points_simd.h"
#include "winograd_simd.h"
#include "windows_simd.h"

}  // namespace SIMD_NAMESPACE
}  // namespace convolution
}  // namespace gradalign
