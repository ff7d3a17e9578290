#include "kernels/cuda/recording.h"

#include <cassert>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "kernels/error.h"

namespace longtake::kernels::cuda {

namespace {

std::uint64_t next_number() {
  static std::uint64_t last = 0;
  return ++last;
}

bool forbidden() {
  const char* const value = std::getenv("LONGTAKE_CUDA_NO_GRAPHS");
  return value != nullptr && std::strcmp(value, "1") == 0;
}

// What the stream is given from its making to end() becomes a graph.
class Capture {
 public:
  Capture(Context& context, Recording& recording) : context_(context) {
    // Relaxed: memory may be asked for meanwhile, here and by whoever decodes frames.
    check(cudaStreamBeginCapture(context.stream(), cudaStreamCaptureModeRelaxed), "recording");
    context.set_recording(&recording);
  }
  ~Capture() {
    if (const cudaGraph_t graph = end()) cudaGraphDestroy(graph);
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  // Null if something was asked for that no graph can hold, or if it has ended before.
  cudaGraph_t end() {
    if (std::exchange(ended_, true)) return nullptr;
    context_.set_recording(nullptr);
    cudaGraph_t graph = nullptr;
    if (cudaStreamEndCapture(context_.stream(), &graph) == cudaSuccess) return graph;
    cudaGetLastError();  // an error that is dealt with must not be met again
    return nullptr;
  }

 private:
  Context& context_;
  bool ended_ = false;
};

class Graph final : public RecordedPass {
 public:
  Graph(Context& context, Recording& recording, cudaGraphExec_t launchable)
      : context_(context),
        launchable_(launchable),
        held_(recording.take_held()),
        result_(recording.result()) {}
  ~Graph() override {
    cudaStreamSynchronize(context_.stream());
    cudaGraphExecDestroy(launchable_);
  }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  std::int32_t repeat() override {
    const auto start = [&] { return cudaGraphLaunch(launchable_, context_.stream()); };
    check(context_.with_room(start), "repeating a pass");
    context_.synchronize();
    return *static_cast<const std::int32_t*>(result_->data());
  }

 private:
  Context& context_;
  const cudaGraphExec_t launchable_;
  const std::vector<std::shared_ptr<Buffer>> held_;
  const std::shared_ptr<Buffer> result_;
};

// Null where the device cannot make one.
std::unique_ptr<RecordedPass> make_graph(Context& context, std::int64_t repetitions,
                                         const std::function<void()>& pass) {
  Recording recording(context, repetitions);
  Capture capture(context, recording);
  pass();
  const cudaGraph_t graph = capture.end();
  if (graph == nullptr) return nullptr;
  cudaGraphExec_t launchable = nullptr;
  if (!recording.refused() && cudaGraphInstantiate(&launchable, graph, 0) != cudaSuccess) {
    cudaGetLastError();
    launchable = nullptr;
  }
  cudaGraphDestroy(graph);
  if (launchable == nullptr) return nullptr;
  return std::make_unique<Graph>(context, recording, launchable);
}

}  // namespace

Recording::Recording(Context& context, std::int64_t repetitions)
    : repetitions_(repetitions),
      number_(next_number()),
      result_(context.allocate_host(sizeof(std::int32_t))) {
  assert(repetitions > 0 && context.recording() == nullptr);
  check(cudaStreamCreateWithFlags(&aside_, cudaStreamNonBlocking), "making a stream");
  held_.push_back(context.allocate_bytes(sizeof(Repetition)));
  repetition_ = static_cast<Repetition*>(held_.back()->data());
  const Repetition first{0, 0};
  copy_now(&first, repetition_, sizeof first);
}

Recording::~Recording() {
  cudaStreamDestroy(aside_);
}

const std::int32_t* Recording::begin_with(std::span<const std::int32_t> ids) {
  assert(ids.size() == 1);
  copy_now(ids.data(), &repetition_->token, sizeof(std::int32_t));
  return &repetition_->token;
}

void Recording::copy_now(const void* host, void* device, std::size_t bytes) {
  if (bytes == 0) return;
  check(cudaMemcpyAsync(device, host, bytes, cudaMemcpyHostToDevice, aside_), "staging");
  check(cudaStreamSynchronize(aside_), "staging");
}

std::unique_ptr<RecordedPass> record(Context& context, std::int64_t repetitions,
                                     const std::function<void()>& pass) {
  if (repetitions <= 0 || forbidden()) return nullptr;
  // Memory that earlier work gave back is written from another stream.
  context.synchronize();
  try {
    return make_graph(context, repetitions, pass);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) throw;
    // Something was asked for that no graph can hold; or the device is lost, which comes out here.
    cudaGetLastError();
    context.synchronize();
    return nullptr;
  }
}

}  // namespace longtake::kernels::cuda
