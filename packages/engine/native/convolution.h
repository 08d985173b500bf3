// What convolutions of all sets of instructions share (convolutions_simd.h).
#ifndef GRADALIGN_CONVOLUTION_H_
#define GRADALIGN_CONVOLUTION_H_

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <new>

namespace gradalign {
namespace convolution {

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

// Height and width of a map.
struct Extent {
  int64_t height;
  int64_t width;
};

// Windows of rows x columns, `stride` apart, the first `pad` beyond the corner.
struct Geometry {
  int64_t rows;
  int64_t columns;
  int64_t stride;
  int64_t pad;
};

// Tiles of 4 x 4 that cover a map; the last may hang over.
struct Tiles {
  Tiles(int64_t height, int64_t width) : down((height + 3) / 4), across((width + 3) / 4) {}
  int64_t down;
  int64_t across;
};

// Memory of one thread for what it does again and again. Its content is not defined.
class ThreadScratch {
 public:
  ThreadScratch() = default;
  ~ThreadScratch() { free(data_); }
  ThreadScratch(const ThreadScratch&) = delete;
  ThreadScratch& operator=(const ThreadScratch&) = delete;

  float* atLeast(int64_t count) {
    if (count <= size_) return data_;
    free(data_);
    data_ = alignedFloats(count);
    size_ = count;
    return data_;
  }

  static float* alignedFloats(int64_t count) {
    void* block = nullptr;
    if (posix_memalign(&block, 64, count * sizeof(float)) != 0) throw std::bad_alloc();
    return static_cast<float*>(block);
  }

 private:
  float* data_ = nullptr;
  int64_t size_ = 0;
};

// Memory of one call, of the thread that calls operations. It comes from one block that lives as long as the process, one piece behind the other: pieces
// from the heap, each large and soon free again, would tear it into parts that tensors no longer fit into. Its content is not defined.
class Scratch {
 public:
  explicit Scratch(int64_t count) : size_((count + 15) / 16 * 16) {
    Block& block = Block::instance();
    if (block.used == 0 && block.wanted > block.size) block.grow();
    if (block.used + size_ > block.size) {
      if (block.used + size_ > block.wanted) block.wanted = block.used + size_;
      data_ = own_ = ThreadScratch::alignedFloats(size_);
    } else {
      data_ = block.data + block.used;
    }
    block.used += size_;
  }
  Scratch(int64_t count, float value) : Scratch(count) {
    for (int64_t i = 0; i < count; i++) data_[i] = value;
  }
  ~Scratch() {
    Block::instance().used -= size_;
    free(own_);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  float* floats() const { return data_; }

 private:
  struct Block {
    float* data = nullptr;
    int64_t size = 0;
    int64_t used = 0;
    // The most that was ever in use at once.
    int64_t wanted = 0;

    static Block& instance() {
      static Block block;
      return block;
    }

    void grow() {
      if (data != nullptr) munmap(data, size * sizeof(float));
      void* pages = mmap(nullptr, wanted * sizeof(float), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
      data = pages == MAP_FAILED ? nullptr : static_cast<float*>(pages);
      size = data == nullptr ? 0 : wanted;
#ifdef MADV_HUGEPAGE
      if (data != nullptr) madvise(data, size * sizeof(float), MADV_HUGEPAGE);
#endif
    }
  };

  int64_t size_;
  float* data_;
  float* own_ = nullptr;
};

}  // namespace convolution
}  // namespace gradalign

#endif
