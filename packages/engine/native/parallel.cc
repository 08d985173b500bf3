#include "parallel.h"

#include <pthread.h>

#include <atomic>
#include <cstdlib>

#if defined(__x86_64__) && defined(__GLIBC__)
// glibc 2.34 moved these two into libc.so under a new version: ask for the old one, so that older systems load us.
__asm__(".symver pthread_create,pthread_create@GLIBC_2.2.5");
__asm__(".symver pthread_detach,pthread_detach@GLIBC_2.2.5");
#endif

namespace gradalign {
namespace {

struct Job {
  void (*call)(const void*, int64_t);
  const void* work;
  int64_t count;
};

// Helpers sleep between jobs: TensorFlow's own threads need the processors then. Nobody waits for a helper that wakes up too late to find work.
class Pool {
 public:
  explicit Pool(int helpers) {
    for (int i = 0; i < helpers; i++) {
      pthread_t thread;
      if (pthread_create(&thread, nullptr, &Pool::enter, this) != 0) break;
      pthread_detach(thread);
      helpers_++;
    }
  }

  void run(const Job& job) {
    if (helpers_ == 0 || job.count < 2) {
      for (int64_t i = 0; i < job.count; i++) job.call(job.work, i);
      return;
    }
    next_.store(0, std::memory_order_relaxed);
    pthread_mutex_lock(&mutex_);
    job_ = job;
    open_ = true;
    round_++;
    pthread_mutex_unlock(&mutex_);
    pthread_cond_broadcast(&wake_);
    takePart(job);
    pthread_mutex_lock(&mutex_);
    open_ = false;
    while (active_ > 0) pthread_cond_wait(&done_, &mutex_);
    pthread_mutex_unlock(&mutex_);
  }

 private:
  static void* enter(void* pool) {
    static_cast<Pool*>(pool)->help();
    return nullptr;
  }

  void help() {
    uint64_t seen = 0;
    pthread_mutex_lock(&mutex_);
    for (;;) {
      while (!open_ || round_ == seen) pthread_cond_wait(&wake_, &mutex_);
      seen = round_;
      active_++;
      const Job job = job_;
      pthread_mutex_unlock(&mutex_);
      takePart(job);
      pthread_mutex_lock(&mutex_);
      if (--active_ == 0) pthread_cond_signal(&done_);
    }
  }

  void takePart(const Job& job) {
    for (int64_t i = next_.fetch_add(1); i < job.count; i = next_.fetch_add(1)) job.call(job.work, i);
  }

  int helpers_ = 0;
  std::atomic<int64_t> next_{0};
  // Under the mutex.
  Job job_{};
  bool open_ = false;
  uint64_t round_ = 0;
  int active_ = 0;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t wake_ = PTHREAD_COND_INITIALIZER;
  pthread_cond_t done_ = PTHREAD_COND_INITIALIZER;
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
