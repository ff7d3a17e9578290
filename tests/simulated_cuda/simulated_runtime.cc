#include <cuda_runtime.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

// --- Loss ----------------------------------------------------------------------------------------

namespace simulated {
namespace {

struct Loss {
  std::mutex mutex;
  std::string at;  // the variable's value
  std::uint64_t done = 0;
  bool lost = false;
};
Loss& loss() {
  static auto* const one = new Loss;
  return *one;
}

// Looks whether the variable has changed. Under the mutex.
void look(Loss& loss) {
  const char* const value = std::getenv("LONGTAKE_SIMULATED_LOSS");
  const std::string at = value != nullptr ? value : "";
  if (at == loss.at) return;
  loss.at = at;
  loss.done = 0;
  loss.lost = false;
}

// Counts a piece of work; false when it is not done.
bool works() {
  const std::lock_guard lock(loss().mutex);
  look(loss());
  if (loss().at.empty()) return true;
  if (++loss().done >= std::strtoull(loss().at.c_str(), nullptr, 10)) loss().lost = true;
  return !loss().lost;
}

}  // namespace

cudaError_t state() {
  const std::lock_guard lock(loss().mutex);
  look(loss());
  return loss().lost ? cudaErrorLaunchFailure : cudaSuccess;
}

}  // namespace simulated

// --- Streams -------------------------------------------------------------------------------------

struct SimulatedGraph {
  std::vector<std::function<void()>> work;
  bool possible = true;  // nothing was asked for that no graph can hold
};
struct SimulatedGraphExec {
  std::vector<std::function<void()>> work;
};
struct SimulatedStream {
  std::recursive_mutex mutex;
  std::unique_ptr<SimulatedGraph> captured;  // while it is
  std::deque<std::function<void()>> waiting;
  std::uint64_t enqueued = 0;
  std::uint64_t done = 0;

  void run_until(std::uint64_t count) {
    const std::lock_guard lock(mutex);
    while (done < count && !waiting.empty()) {
      const std::function<void()> work = std::move(waiting.front());
      waiting.pop_front();
      ++done;
      if (simulated::works()) work();
    }
  }
};
struct SimulatedEvent {
  SimulatedStream* stream = nullptr;
  std::uint64_t at = 0;
};

namespace {

struct Streams {
  std::mutex mutex;
  std::set<SimulatedStream*> all;
};
Streams& streams() {
  static auto* const one = new Streams;
  return *one;
}

// What cudaFree() does: nothing that still runs uses the memory.
void wait_for_all() {
  const std::lock_guard lock(streams().mutex);
  for (SimulatedStream* stream : streams().all) stream->run_until(stream->enqueued);
}

}  // namespace

namespace simulated {

void enqueue(cudaStream_t stream, std::function<void()> work) {
  if (stream == nullptr) fail("work without a stream");
  const std::lock_guard lock(stream->mutex);
  if (stream->captured != nullptr) {
    stream->captured->work.push_back(std::move(work));
    return;
  }
  stream->waiting.push_back(std::move(work));
  ++stream->enqueued;
}

namespace {

constexpr std::size_t kSharedForAll = 48 << 10;
std::mutex allowed_mutex;
std::map<const void*, std::size_t>& allowed() {
  static auto* const one = new std::map<const void*, std::size_t>;
  return *one;
}

}  // namespace

cudaError_t allow_shared(const void* kernel, std::size_t bytes) {
  if (bytes > shared_per_block()) return cudaErrorUnknown;
  const std::lock_guard lock(allowed_mutex);
  allowed()[kernel] = std::max(allowed()[kernel], bytes);
  return cudaSuccess;
}
bool shared_allowed(const void* kernel, std::size_t bytes) {
  if (bytes <= kSharedForAll) return true;
  const std::lock_guard lock(allowed_mutex);
  return bytes <= allowed()[kernel];
}

}  // namespace simulated

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new SimulatedStream;
  const std::lock_guard lock(streams().mutex);
  streams().all.insert(*stream);
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  if (stream->captured != nullptr) {
    stream->captured->possible = false;
    return cudaErrorStreamCaptureUnsupported;
  }
  stream->run_until(stream->enqueued);
  return simulated::state();
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  cudaStreamSynchronize(stream);
  {
    const std::lock_guard lock(streams().mutex);
    streams().all.erase(stream);
  }
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaEventCreate(cudaEvent_t* event) {
  *event = new SimulatedEvent;
  return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  return cudaEventCreate(event);
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  if (stream->captured != nullptr) simulated::fail("an event is recorded in a graph");
  *event = {stream, stream->enqueued};
  return simulated::state();
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (event->stream != nullptr) event->stream->run_until(event->at);
  return simulated::state();
}
// Time is a die here: whichever way is found fastest, it must be right.
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t, cudaEvent_t) {
  thread_local std::minstd_rand die(1);
  *milliseconds = static_cast<float>(die() % 1000);
  return cudaSuccess;
}

// --- Graphs --------------------------------------------------------------------------------------

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  if (simulated::state() != cudaSuccess) return simulated::state();
  stream->captured = std::make_unique<SimulatedGraph>();
  return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  if (stream->captured == nullptr) simulated::fail("a capture ends that has not begun");
  const std::unique_ptr<SimulatedGraph> captured = std::move(stream->captured);
  *graph = nullptr;
  if (!captured->possible) return cudaErrorStreamCaptureUnsupported;
  *graph = new SimulatedGraph(std::move(*captured));
  return simulated::state();
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* launchable, cudaGraph_t graph,
                                 unsigned long long) {
  const char* const allowed = std::getenv("LONGTAKE_SIMULATED_GRAPHS");
  if (allowed != nullptr && std::string(allowed) == "0") return cudaErrorNotSupported;
  *launchable = new SimulatedGraphExec{graph->work};
  return simulated::state();
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t launchable, cudaStream_t stream) {
  if (simulated::state() != cudaSuccess) return simulated::state();
  for (const std::function<void()>& work : launchable->work) simulated::enqueue(stream, work);
  return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t launchable) {
  delete launchable;
  return cudaSuccess;
}

// --- Memory --------------------------------------------------------------------------------------

namespace {

enum class Kind { device, pinned };

struct Memory {
  std::mutex mutex;
  struct Block {
    std::size_t bytes;
    Kind kind;
  };
  std::map<const std::byte*, Block> blocks;
  std::size_t used = 0;  // of the device
};
// Never destroyed: buffers may go after it.
Memory& memory() {
  static auto* const one = new Memory;
  return *one;
}

std::size_t total_memory() {
  const char* value = std::getenv("LONGTAKE_SIMULATED_MEMORY");
  return value != nullptr ? std::strtoull(value, nullptr, 10) : std::size_t{8} << 30;
}

}  // namespace

bool simulated::load_code(const void* kernel) {
  static auto* const loaded = new std::set<const void*>;
  const char* const value = std::getenv("LONGTAKE_SIMULATED_CODE");
  if (value == nullptr) return true;
  const std::size_t bytes = std::strtoull(value, nullptr, 10);
  const std::lock_guard lock(memory().mutex);
  if (loaded->contains(kernel)) return true;
  if (memory().used + bytes > total_memory()) return false;
  memory().used += bytes;
  loaded->insert(kernel);
  return true;
}

namespace {

// Whether [address, address + bytes) lies in one block of that kind.
bool lies_in(const void* address, std::size_t bytes, Kind kind) {
  const auto* const begin = static_cast<const std::byte*>(address);
  const std::lock_guard lock(memory().mutex);
  auto after = memory().blocks.upper_bound(begin);
  if (after == memory().blocks.begin()) return false;
  --after;
  return after->second.kind == kind && begin + bytes <= after->first + after->second.bytes;
}

// Memory that ends where no access is allowed; as CUDA's it starts at a multiple of 256 bytes.
constexpr std::size_t kPage = 4096;
std::size_t whole_pages(std::size_t bytes) {
  return (bytes + kPage - 1) / kPage * kPage;
}
void* map_guarded(std::size_t bytes) {
  const std::size_t pages = whole_pages(bytes);
  void* const mapped = mmap(nullptr, pages + kPage, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* const begin = static_cast<std::byte*>(mapped);
  mprotect(begin + pages, kPage, PROT_NONE);
  return begin + (pages - bytes) / 256 * 256;
}
void unmap(void* data, std::size_t bytes) {
  const std::size_t pages = whole_pages(bytes);
  munmap(static_cast<std::byte*>(data) - (pages - bytes) / 256 * 256, pages + kPage);
}

cudaError_t allocate(void** data, std::size_t bytes, Kind kind) {
  if (simulated::state() != cudaSuccess) return simulated::state();
  const std::lock_guard lock(memory().mutex);
  if (kind == Kind::device && memory().used + bytes > total_memory()) {
    return cudaErrorMemoryAllocation;
  }
  *data = map_guarded(bytes);
  if (*data == nullptr) return cudaErrorMemoryAllocation;
  if (kind == Kind::device) {
    memory().used += bytes;
    // Numbers that are not any, but for large blocks, whose pages stay untouched until they are
    // used.
    std::memset(*data, 0xFF, std::min(bytes, std::size_t{1} << 20));
  }
  memory().blocks[static_cast<const std::byte*>(*data)] = {bytes, kind};
  return cudaSuccess;
}

cudaError_t release(void* data, Kind kind) {
  if (data == nullptr) return cudaSuccess;
  wait_for_all();
  const std::lock_guard lock(memory().mutex);
  const auto found = memory().blocks.find(static_cast<const std::byte*>(data));
  if (found == memory().blocks.end() || found->second.kind != kind) {
    simulated::fail("memory is given back that was not given out");
  }
  if (kind == Kind::device) memory().used -= found->second.bytes;
  unmap(data, found->second.bytes);
  memory().blocks.erase(found);
  return cudaSuccess;
}

}  // namespace

// --- Copies --------------------------------------------------------------------------------------

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  return cudaMemcpy2DAsync(to, bytes, from, bytes, bytes, 1, kind, stream);
}

cudaError_t cudaMemcpy2DAsync(void* to, std::size_t to_pitch, const void* from,
                              std::size_t from_pitch, std::size_t width, std::size_t height,
                              cudaMemcpyKind kind, cudaStream_t stream) {
  if (simulated::state() != cudaSuccess) return simulated::state();
  if (width == 0 || height == 0) return cudaSuccess;
  if (to_pitch < width || from_pitch < width) return cudaErrorUnknown;
  const std::size_t to_bytes = to_pitch * (height - 1) + width;
  const std::size_t from_bytes = from_pitch * (height - 1) + width;
  const bool to_device = kind != cudaMemcpyDeviceToHost;
  const bool from_device = kind != cudaMemcpyHostToDevice;
  if (to_device && !lies_in(to, to_bytes, Kind::device)) {
    simulated::fail("a copy goes beyond a block of the device's memory");
  }
  if (from_device && !lies_in(from, from_bytes, Kind::device)) {
    simulated::fail("a copy comes from beyond a block of the device's memory");
  }
  const auto copy = [=](const void* source) {
    for (std::size_t row = 0; row < height; ++row) {
      std::memcpy(static_cast<std::byte*>(to) + row * to_pitch,
                  static_cast<const std::byte*>(source) + row * from_pitch, width);
    }
  };
  if (stream->captured != nullptr && ((!from_device && !lies_in(from, from_bytes, Kind::pinned)) ||
                                      (!to_device && !lies_in(to, to_bytes, Kind::pinned)))) {
    stream->captured->possible = false;
    return cudaErrorStreamCaptureUnsupported;
  }
  // Pageable memory may be reused when the call returns, and is filled when it returns.
  if (!from_device && !lies_in(from, from_bytes, Kind::pinned)) {
    const auto* const begin = static_cast<const std::byte*>(from);
    simulated::enqueue(stream, [copy, held = std::vector<std::byte>(begin, begin + from_bytes)] {
      copy(held.data());
    });
    return cudaSuccess;
  }
  simulated::enqueue(stream, [copy, from] { copy(from); });
  if (!to_device && !lies_in(to, to_bytes, Kind::pinned)) return cudaStreamSynchronize(stream);
  return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream) {
  if (simulated::state() != cudaSuccess) return simulated::state();
  if (!lies_in(to, bytes, Kind::device)) simulated::fail("memset beyond the device's memory");
  simulated::enqueue(stream, [=] { std::memset(to, value, bytes); });
  return cudaSuccess;
}

cudaError_t cudaMalloc(void** data, std::size_t bytes) {
  return allocate(data, bytes, Kind::device);
}
cudaError_t cudaFree(void* data) {
  return release(data, Kind::device);
}
cudaError_t cudaHostAlloc(void** data, std::size_t bytes, unsigned) {
  return allocate(data, bytes, Kind::pinned);
}
cudaError_t cudaFreeHost(void* data) {
  return release(data, Kind::pinned);
}
cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  if (simulated::state() != cudaSuccess) return simulated::state();
  const std::lock_guard lock(memory().mutex);
  *total = total_memory();
  *free = *total - std::min(*total, memory().used);
  return cudaSuccess;
}

// --- The device ----------------------------------------------------------------------------------

const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaSuccess                 ? "no error"
         : error == cudaErrorMemoryAllocation ? "out of memory"
         : error == cudaErrorLaunchFailure    ? "unspecified launch failure"
                                              : "a launch that CUDA refuses";
}
cudaError_t cudaGetLastError() {
  return cudaSuccess;
}
cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return simulated::state();
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {};
  std::snprintf(properties->name, sizeof properties->name, "Simulated device");
  properties->major = simulated::architecture() / 10;
  properties->minor = simulated::architecture() % 10;
  properties->multiProcessorCount = 6;
  properties->sharedMemPerMultiprocessor = simulated::shared_per_block() + 1024;
  properties->sharedMemPerBlockOptin = simulated::shared_per_block();
  properties->l2CacheSize = 1 << 20;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int) {
  return cudaSuccess;
}
