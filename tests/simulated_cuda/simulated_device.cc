#include "simulated_device.h"

#include <algorithm>
#include <boost/context/fiber.hpp>
#include <boost/context/fixedsize_stack.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

#include "kernels/cpu/thread_pool.h"

namespace simulated {
namespace {

namespace context = boost::context;

constexpr std::size_t kStackBytes = 256 << 10;

// Stacks go round: a grid of a thousand blocks needs those of one.
class StackPool {
 public:
  ~StackPool() {
    for (context::stack_context& stack : free_) allocator_.deallocate(stack);
  }
  context::stack_context take() {
    if (free_.empty()) return allocator_.allocate();
    const context::stack_context stack = free_.back();
    free_.pop_back();
    return stack;
  }
  void give_back(const context::stack_context& stack) { free_.push_back(stack); }

 private:
  context::fixedsize_stack allocator_{kStackBytes};
  std::vector<context::stack_context> free_;
};

struct PooledStack {
  StackPool* pool;
  context::stack_context allocate() const { return pool->take(); }
  void deallocate(context::stack_context& stack) const { pool->give_back(stack); }
};

// A place where fibers meet: `arrived` of this round, and how many rounds there were.
struct Meeting {
  int arrived = 0;
  std::uint64_t round = 0;
};

struct Warp {
  Meeting meeting;
  unsigned mask = 0;
  void* parts[kWarp] = {};
};

struct Copy {
  std::byte* to;
  const void* from;
  int group;
};

struct Fiber {
  Thread thread;
  std::vector<Copy> copies;
  int group = 0;  // that copies are added to
  context::fiber self;
  int warp = 0;
  int lane = 0;
  bool done = false;
  // What it waits for: that this meeting's round is over.
  const Meeting* waits_at = nullptr;
  std::uint64_t waits_round = 0;
};

// The block that runs in this thread of the host.
class Block {
 public:
  Block(dim3 grid, dim3 threads, std::size_t shared_bytes, const std::function<void()>& kernel)
      : kernel_(kernel),
        count_(static_cast<int>(threads.x * threads.y * threads.z)),
        fibers_(static_cast<std::size_t>(count_)),
        warps_(static_cast<std::size_t>((count_ + kWarp - 1) / kWarp)),
        shared_((shared_bytes + 63) / 16),
        order_(static_cast<std::size_t>(count_)),
        warp_order_(warps_.size()) {
    std::iota(order_.begin(), order_.end(), 0);
    std::iota(warp_order_.begin(), warp_order_.end(), 0);
    if (count_ < 1 || count_ > 1024) fail("a block has 1 to 1024 threads");
    for (int i = 0; i < count_; ++i) {
      Fiber& fiber = fibers_[static_cast<std::size_t>(i)];
      const auto n = static_cast<unsigned>(i);
      fiber.thread.thread = {n % threads.x, n / threads.x % threads.y, n / threads.x / threads.y};
      fiber.thread.grid = grid;
      fiber.thread.threads = threads;
      fiber.thread.shared = reinterpret_cast<std::byte*>(shared_.data());
      fiber.warp = i / kWarp;
      fiber.lane = i % kWarp;
    }
  }

  void run(uint3 block);
  Fiber& fiber() { return *running_; }
  void block_barrier();
  void together(unsigned mask, Act act, void* part);

 private:
  struct alignas(16) Chunk {
    std::byte bytes[16];
  };

  void wait_at(Meeting& meeting);
  Fiber* next_ready();
  void go_on_with(Fiber* next);
  [[noreturn]] void explain_standstill() const;

  const std::function<void()>& kernel_;
  const int count_;
  std::vector<Fiber> fibers_;
  std::vector<Warp> warps_;
  std::vector<Chunk> shared_;
  std::vector<int> order_;
  std::vector<int> warp_order_;
  bool greedy_ = false;
  Meeting barrier_;
  Fiber* running_ = nullptr;
  Fiber* last_ = nullptr;  // that ran before; null: run()
  context::fiber owner_;   // run(), while fibers run
  std::size_t at_ = 0;     // in order_
  int done_ = 0;
};

thread_local Block* running_block = nullptr;

std::mt19937& random() {
  thread_local std::mt19937 generator(1);
  return generator;
}

StackPool& stacks() {
  thread_local StackPool pool;
  return pool;
}

void Block::run(uint3 block) {
  // Shared memory starts with what nobody wrote: numbers that are not any.
  std::fill(reinterpret_cast<std::uint8_t*>(shared_.data()),
            reinterpret_cast<std::uint8_t*>(shared_.data() + shared_.size()), 0xFF);
  done_ = 0;
  running_ = nullptr;
  barrier_ = {};
  std::fill(warps_.begin(), warps_.end(), Warp{});
  for (Fiber& fiber : fibers_) {
    fiber.thread.block = block;
    fiber.done = false;
    fiber.waits_at = nullptr;
    fiber.copies.clear();
    fiber.group = 0;
    fiber.self = context::fiber(std::allocator_arg, PooledStack{&stacks()},
                                [this, &fiber](context::fiber&& left) {
                                  if (left)
                                    (last_ != nullptr ? last_->self : owner_) = std::move(left);
                                  kernel_();
                                  fiber.done = true;
                                  ++done_;
                                  running_ = next_ready();
                                  if (running_ == nullptr) return std::move(owner_);
                                  running = &running_->thread;
                                  return std::move(running_->self);
                                });
  }
  // In another order in every block: what one thread leaves for another without a barrier shows.
  // Some blocks let one warp run as far ahead of the others as barriers allow.
  greedy_ = random()() % 4 == 0;
  if (greedy_) {
    std::shuffle(warp_order_.begin(), warp_order_.end(), random());
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = static_cast<int>(i);
    std::stable_sort(order_.begin(), order_.end(), [this](int a, int b) {
      return warp_order_[static_cast<std::size_t>(a / kWarp)] <
             warp_order_[static_cast<std::size_t>(b / kWarp)];
    });
  } else {
    std::shuffle(order_.begin(), order_.end(), random());
  }
  at_ = 0;
  last_ = nullptr;
  go_on_with(next_ready());
}

// The next one in turn; null if there is none, which is an end or a standstill.
Fiber* Block::next_ready() {
  if (greedy_) at_ = 0;
  for (int tried = 0; tried < count_; ++tried) {
    Fiber& fiber = fibers_[static_cast<std::size_t>(order_[at_])];
    at_ = at_ + 1 < order_.size() ? at_ + 1 : 0;
    if (fiber.done) continue;
    if (fiber.waits_at != nullptr && fiber.waits_at->round == fiber.waits_round) continue;
    fiber.waits_at = nullptr;
    return &fiber;
  }
  if (done_ < count_) explain_standstill();
  return nullptr;
}

// Whoever is switched away from is resumed by whoever switches to it: its handle arrives there.
void Block::go_on_with(Fiber* next) {
  Fiber* const self = running_;
  last_ = self;
  running_ = next;
  running = &next->thread;
  context::fiber left = std::move(next->self).resume();
  if (left) (last_ != nullptr ? last_->self : owner_) = std::move(left);
}

void Block::wait_at(Meeting& meeting) {
  Fiber& fiber = *running_;
  fiber.waits_at = &meeting;
  fiber.waits_round = meeting.round;
  go_on_with(next_ready());
}

void Block::block_barrier() {
  if (done_ > 0) fail("a barrier that threads have passed by, by leaving the kernel");
  if (++barrier_.arrived < count_) return wait_at(barrier_);
  barrier_.arrived = 0;
  ++barrier_.round;
}

void Block::together(unsigned mask, Act act, void* part) {
  Fiber& fiber = *running_;
  Warp& warp = warps_[static_cast<std::size_t>(fiber.warp)];
  const int lanes = std::min(kWarp, count_ - fiber.warp * kWarp);
  if (lanes < kWarp) mask &= (1U << lanes) - 1;
  if ((mask >> fiber.lane & 1) == 0) fail("a lane takes part whose bit is not in the mask");
  if (warp.meeting.arrived > 0 && warp.mask != mask) fail("lanes name different masks");
  warp.mask = mask;
  warp.parts[fiber.lane] = part;
  if (++warp.meeting.arrived < __builtin_popcount(mask)) return wait_at(warp.meeting);
  act(warp.parts);
  std::fill(std::begin(warp.parts), std::end(warp.parts), nullptr);
  warp.meeting.arrived = 0;
  ++warp.meeting.round;
}

void Block::explain_standstill() const {
  int at_barrier = 0;
  for (const Fiber& fiber : fibers_) at_barrier += fiber.waits_at == &barrier_ && !fiber.done;
  std::fprintf(stderr, "simulated device: of %d threads %d left, %d wait at the barrier\n", count_,
               done_, at_barrier);
  fail("the others wait for lanes of their warp that do not come");
}

}  // namespace

thread_local Thread* running = nullptr;

void block_barrier() {
  running_block->block_barrier();
}

void together(unsigned mask, Act act, void* part) {
  running_block->together(mask, act, part);
}

void copy_later(std::byte* to, const void* from) {
  Fiber& fiber = running_block->fiber();
  const auto misplaced = [](const void* at) { return reinterpret_cast<std::uintptr_t>(at) % 16; };
  if (misplaced(to) || misplaced(from)) fail("cp.async wants multiples of 16 bytes");
  std::memset(to, 0xFF, 16);
  fiber.copies.push_back({to, from, fiber.group});
}

void commit_copies() {
  ++running_block->fiber().group;
}

void wait_copies(int pending) {
  Fiber& fiber = running_block->fiber();
  const int until = fiber.group - pending;
  std::erase_if(fiber.copies, [until](const Copy& copy) {
    if (copy.group >= until) return false;
    if (copy.from != nullptr) {
      std::memcpy(copy.to, copy.from, 16);
    } else {
      std::memset(copy.to, 0, 16);
    }
    return true;
  });
}

int architecture() {
  static const int one = [] {
    const char* const asked = std::getenv("LONGTAKE_SIMULATED_ARCHITECTURE");
    return asked != nullptr ? std::atoi(asked) : 89;
  }();
  return one;
}
std::size_t shared_per_block() {
  const std::size_t kilobytes = architecture() >= 90 ? 227 : architecture() == 80 ? 163 : 99;
  return kilobytes << 10;
}

void fail(const char* what) {
  std::fprintf(stderr, "simulated device: %s\n", what);
  std::abort();
}

void run_grid(dim3 grid, dim3 threads, std::size_t shared_bytes,
              const std::function<void()>& kernel) {
  const std::size_t count = std::size_t{grid.x} * grid.y * grid.z;
  if (grid.y > 65535 || grid.z > 65535 || grid.x > 0x7FFFFFFF || count == 0) {
    fail("a grid of a size that CUDA refuses");
  }
  if (shared_bytes > shared_per_block()) fail("more shared memory than the device has");
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), random());
  // A block per thread of the host, which is built when the thread first gets work.
  const auto run_all = [&](longtake::kernels::cpu::ThreadPool& pool) {
    std::vector<std::unique_ptr<Block>> blocks(static_cast<std::size_t>(pool.threads()));
    pool.parallel_for(static_cast<std::int64_t>(count), [&](std::int64_t i, int worker) {
      std::unique_ptr<Block>& block = blocks[static_cast<std::size_t>(worker)];
      if (!block) block = std::make_unique<Block>(grid, threads, shared_bytes, kernel);
      running_block = block.get();
      const std::size_t n = order[static_cast<std::size_t>(i)];
      block->run({static_cast<unsigned>(n % grid.x), static_cast<unsigned>(n / grid.x % grid.y),
                  static_cast<unsigned>(n / grid.x / grid.y)});
      running_block = nullptr;
    });
  };
  // Never destroyed: the process may end while a stream is waited for.
  static auto* const all_cores = new longtake::kernels::cpu::ThreadPool(
      std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
  static std::mutex in_use;
  if (const std::unique_lock lock(in_use, std::try_to_lock); lock) {
    run_all(*all_cores);
  } else {
    longtake::kernels::cpu::ThreadPool this_thread(1);
    run_all(this_thread);
  }
}

}  // namespace simulated
