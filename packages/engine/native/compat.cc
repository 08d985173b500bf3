// The headers of GCC 11 and later call this function of libstdc++ 3.4.29. A copy of our own keeps the binding
// loadable wherever TensorFlow itself loads (libstdc++ 3.4.22 and later).
#include <cstdlib>

namespace std {
__attribute__((visibility("hidden"))) void __throw_bad_array_new_length() { std::abort(); }
}  // namespace std
