// Declares the device that kernels/cuda runs on where there is no GPU: threads of a block are
// fibers of one thread of the host, which take turns at barriers and at what a warp does together.
//
// It is made to be strict, not fast. Work of a stream waits until something asks for it, so that
// host memory that is used too early or given up too soon shows; the blocks of a grid and the
// threads of a block run in shuffled order, and some blocks let a warp run ahead; a barrier that not
// all threads reach, or a warp operation that lanes are missing from, ends the program. A thread is
// interrupted at barriers and warp operations only, so a race between two of them may stay unseen;
// so do the memory model and speed.
//
// Thread rule: a launch runs in the thread that waits for its stream; several may run at once.
// Lifetime rule: current() and what it names are valid within a kernel.
#ifndef LONGTAKE_TESTS_SIMULATED_CUDA_SIMULATED_DEVICE_H_
#define LONGTAKE_TESTS_SIMULATED_CUDA_SIMULATED_DEVICE_H_

#include <cstddef>
#include <cstdint>
#include <functional>

struct uint3 {
  unsigned x, y, z;
};
struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};

namespace simulated {

inline constexpr int kWarp = 32;

// What the running thread is.
struct Thread {
  uint3 thread{};
  uint3 block{};
  dim3 grid;
  dim3 threads;
  std::byte* shared = nullptr;  // the block's dynamic shared memory
};
extern thread_local Thread* running;  // null outside of kernels
inline Thread& current() {
  return *running;
}

// __syncthreads().
void block_barrier();

// What the lanes of a mask do together: each brings its part, the last one to come calls `act` with
// all 32 (null where a lane is not in the mask), and then all go on.
using Act = void (*)(void* const* parts);
void together(unsigned mask, Act act, void* part);

// cp.async: 16 bytes, zeros where `from` is null. They are copied by wait_copies(), which leaves
// the last `pending` of this thread's groups to come; until then there is garbage.
void copy_later(std::byte* to, const void* from);
void commit_copies();
void wait_copies(int pending);

// Its compute capability, 89 or what LONGTAKE_SIMULATED_ARCHITECTURE says (80, 89, 90); and the
// shared memory that a block can have there, a KB less than its multiprocessor.
int architecture();
std::size_t shared_per_block();

// Ends the program.
[[noreturn]] void fail(const char* what);

// Runs a grid to its end. `kernel` is called once per thread.
void run_grid(dim3 grid, dim3 threads, std::size_t shared_bytes,
              const std::function<void()>& kernel);

// A number of the running thread, under CUDA's name for it.
template <auto kOf, auto kAxis>
struct Number {
  operator unsigned() const { return current().*kOf.*kAxis; }
};
template <auto kOf, auto kX, auto kY, auto kZ>
struct Numbers {
  Number<kOf, kX> x;
  Number<kOf, kY> y;
  Number<kOf, kZ> z;
};

}  // namespace simulated

inline constexpr simulated::Numbers<&simulated::Thread::thread, &uint3::x, &uint3::y, &uint3::z>
    threadIdx;
inline constexpr simulated::Numbers<&simulated::Thread::block, &uint3::x, &uint3::y, &uint3::z>
    blockIdx;
inline constexpr simulated::Numbers<&simulated::Thread::threads, &dim3::x, &dim3::y, &dim3::z>
    blockDim;
inline constexpr simulated::Numbers<&simulated::Thread::grid, &dim3::x, &dim3::y, &dim3::z> gridDim;

#endif  // LONGTAKE_TESTS_SIMULATED_CUDA_SIMULATED_DEVICE_H_
