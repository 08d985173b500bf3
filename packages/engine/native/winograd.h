// What the Winograd convolutions of all sets of instructions share (winograd_simd.h).
#ifndef GRADALIGN_WINOGRAD_H_
#define GRADALIGN_WINOGRAD_H_

#include <cstdint>
#include <cstdlib>
#include <new>

namespace gradalign {
namespace winograd {

// Floats of the windows at one point up to which they are small: all 36 points of them stay in a processor's own cache.
constexpr int64_t kSmallWindows = 128 * 128;
// Floats at the 36 points of the tiles that one processor works on at once.
constexpr int64_t kNearTiles = 300000;
// The same for tiles that all processors work on together.
constexpr int64_t kFarTiles = 4 << 20;
// Terms of a sum that are added up in registers.
constexpr int64_t kDepth = 128;
// Rows of a filter gradient that are summed up together.
constexpr int64_t kGradientRows = 96;
// At most so many sums of groups of tiles, of at least so many tiles each.
constexpr int64_t kGroups = 8, kGroupTiles = 24;
// Floats between the values at one point and the next, so that they do not fall onto the same lines of a cache.
constexpr int64_t kSkew = 16;

// [batch, height, width, channels].
template <typename Float>
struct AnyMap {
  Float* data;
  int64_t batch;
  int64_t height;
  int64_t width;
  int64_t channels;
};
using Map = AnyMap<const float>;
using MutableMap = AnyMap<float>;

// Tiles of 4 x 4 that cover a map; the last may hang over.
struct Tiles {
  explicit Tiles(int64_t height, int64_t width) : down((height + 3) / 4), across((width + 3) / 4) {}
  int64_t down;
  int64_t across;
};

// Memory for a while, aligned to the lines of a cache. Its content is not defined.
class Scratch {
 public:
  Scratch() = default;
  explicit Scratch(int64_t count) { atLeast(count); }
  Scratch(int64_t count, float value) : Scratch(count) {
    for (int64_t i = 0; i < count; i++) data_[i] = value;
  }
  ~Scratch() { free(data_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  float* atLeast(int64_t count) {
    if (count <= size_) return data_;
    free(data_);
    void* block = nullptr;
    if (posix_memalign(&block, 64, count * sizeof(float)) != 0) throw std::bad_alloc();
    data_ = static_cast<float*>(block);
    size_ = count;
    return data_;
  }
  float* floats() const { return data_; }

 private:
  float* data_ = nullptr;
  int64_t size_ = 0;
};

}  // namespace winograd
}  // namespace gradalign

#endif
