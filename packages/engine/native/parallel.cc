#include "parallel.h"

#include <pthread.h>

#include <atomic>
#include <cstdlib>

#if defined(__x86_64__) && defined(__GLIBC__)
// glibc 2.34 moved it into libc.so under a new version: ask for the old one, so that older systems load us.
__asm__(".symver pthread_create,pthread_create@GLIBC_2.2.5");
#endif

namespace gradalign {
namespace {

// Before a thread sleeps it looks for work this many times: the kernels of a layer follow each other within microseconds.
constexpr int kSpins = 4000;

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

struct Job {
  void (*call)(const void*, int64_t);
  const void* work;
  int64_t count;
};

class Pool {
 public:
  explicit Pool(int helpers) : helpers_(helpers) {
    for (int i = 0; i < helpers; i++) {
      pthread_t thread;
      if (pthread_create(&thread, nullptr, &Pool::enter, this) != 0) {
        helpers_ = i;
        break;
      }
      pthread_detach(thread);
    }
  }

  void run(const Job& job) {
    if (helpers_ == 0 || job.count < 2) {
      for (int64_t i = 0; i < job.count; i++) job.call(job.work, i);
      return;
    }
    job_ = job;
    next_.store(0, std::memory_order_relaxed);
    busy_.store(helpers_, std::memory_order_relaxed);
    pthread_mutex_lock(&mutex_);
    round_.fetch_add(1, std::memory_order_release);
    const bool sleeping = sleeping_ > 0;
    pthread_mutex_unlock(&mutex_);
    if (sleeping) pthread_cond_broadcast(&wake_);
    takePart();
    // Helpers that came too late find nothing left; the job may go only when none looks at it any more.
    for (int spins = 0; busy_.load(std::memory_order_acquire) > 0; spins++) {
      if (spins < kSpins) pause();
      else sched_yield();
    }
  }

 private:
  static void* enter(void* pool) {
    static_cast<Pool*>(pool)->help();
    return nullptr;
  }

  void help() {
    uint64_t seen = 0;
    for (;;) {
      for (int spins = 0; spins < kSpins && round_.load(std::memory_order_acquire) == seen; spins++) pause();
      if (round_.load(std::memory_order_acquire) == seen) {
        pthread_mutex_lock(&mutex_);
        sleeping_++;
        while (round_.load(std::memory_order_acquire) == seen) pthread_cond_wait(&wake_, &mutex_);
        sleeping_--;
        pthread_mutex_unlock(&mutex_);
      }
      seen = round_.load(std::memory_order_acquire);
      takePart();
      busy_.fetch_sub(1, std::memory_order_release);
    }
  }

  void takePart() {
    const Job job = job_;
    for (int64_t i = next_.fetch_add(1); i < job.count; i = next_.fetch_add(1)) job.call(job.work, i);
  }

  int helpers_;
  int sleeping_ = 0;
  Job job_{};
  std::atomic<int64_t> next_{0};
  std::atomic<int> busy_{0};
  std::atomic<uint64_t> round_{0};
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t wake_ = PTHREAD_COND_INITIALIZER;
};

int threads() {
  const char* text = getenv("TF_NUM_INTRAOP_THREADS");
  const int wanted = text ? atoi(text) : 1;
  return wanted < 1 ? 1 : wanted;
}

}  // namespace

void parallelForErased(int64_t count, void (*call)(const void*, int64_t), const void* work) {
  // Never destroyed: its threads sleep until the process ends.
  static Pool* const pool = new Pool(threads() - 1);
  pool->run({call, work, count});
}

}  // namespace gradalign
