// Declares FaultyBackend: a device that fails when a test wants it to, without any device. It
// computes on the CPU, calls itself a graphics card, and has Faults.
//
// Thread rule: as Backend; Faults may be set from any thread, on_gone before any backend is made.
// Lifetime rule: it owns the backend that it computes on; Faults are shared with the test.
#ifndef LONGTAKE_TESTS_SUPPORT_FAULTY_BACKEND_H_
#define LONGTAKE_TESTS_SUPPORT_FAULTY_BACKEND_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

#include "kernels/backend.h"

namespace longtake::tests {

// What is wrong with every FaultyBackend that was made with them.
struct Faults {
  // The n-th operation from now on (1 = the next one) finds the device lost; a backend that has
  // lost its device throws from every operation. 0: none does.
  std::atomic<std::int64_t> lost_in = 0;
  // The n-th allocation from now on finds no room. 0: none does.
  std::atomic<std::int64_t> full_in = 0;
  // No single tensor may be larger.
  std::atomic<std::size_t> largest = std::numeric_limits<std::size_t>::max();

  std::atomic<std::int64_t> thrown = 0;  // so far, all backends together
  std::atomic<int> made = 0;             // backends
  std::atomic<int> recordings = 0;       // that were wished for; there are none

  std::function<void()> on_gone;  // called as a backend goes, in its thread
};

// `rows_per_pass` as the CUDA backend has it.
std::unique_ptr<kernels::Backend> make_faulty_backend(std::shared_ptr<Faults> faults,
                                                      const kernels::BackendOptions& options);

}  // namespace longtake::tests

#endif  // LONGTAKE_TESTS_SUPPORT_FAULTY_BACKEND_H_
