// Work on several processors at once, and on the widest registers that the processor has.
#ifndef GRADALIGN_PARALLEL_H_
#define GRADALIGN_PARALLEL_H_

#include <cstdint>

#ifndef __has_attribute
#define __has_attribute(name) 0
#endif

// A loop over floats, compiled for each set of instructions; the processor's best is chosen when the module is loaded.
#if defined(__x86_64__) && defined(__linux__) && __has_attribute(target_clones)
#define VECTORISED __attribute__((target_clones("avx512f", "avx2", "default"), noinline))
#else
#define VECTORISED __attribute__((noinline))
#endif

namespace gradalign {

void parallelForErased(int64_t count, void (*call)(const void* work, int64_t i), const void* work);

// Calls work(i) for i = 0 .. count - 1, in no order, on as many threads as TF_NUM_INTRAOP_THREADS says. Returns when all are done.
// Called from one thread, as the engine is. Results must not depend on which thread takes which i.
template <typename Work>
void parallelFor(int64_t count, const Work& work) {
  parallelForErased(count, [](const void* each, int64_t i) { (*static_cast<const Work*>(each))(i); }, &work);
}

}  // namespace gradalign

#endif
