// Declares EngineFixture: an engine with the real model on a library of the test's own, how to
// wait for what becomes of a command, and memory_hash(), by which two memories are compared.
//
// Thread rule: one thread. Lifetime rule: the library's folder lives as long as the test.
#ifndef LONGTAKE_TESTS_UNIT_SESSION_ENGINE_FIXTURE_H_
#define LONGTAKE_TESTS_UNIT_SESSION_ENGINE_FIXTURE_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/engine.h"
#include "engine/store/memory_store.h"

namespace longtake {

inline const std::filesystem::path kResources =
    std::filesystem::path(LONGTAKE_SOURCE_DIR) / "resources";
inline const std::filesystem::path kSample = kResources / "sample/sample.mp4";

class EngineFixture : public testing::Test {
 protected:
  EngineFixture() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("longtake-engine-" + std::to_string(getpid()) + "-" + test->name());
    std::filesystem::remove_all(folder_);
  }
  ~EngineFixture() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Engine> open(const std::string& library = "library", bool read_only = false) {
    EngineOptions options;
    options.library = folder_ / library;
    options.model = kResources / "nano/model";
    options.device = Device::cpu;
    options.read_only = read_only;
    return std::make_unique<Engine>(options);
  }

  // The event that ends a request; all others go to `on_event`.
  static Event finish(Engine& engine, RequestId request,
                      const std::function<void(const Event&)>& on_event = {}) {
    for (int waited = 0; waited < 600;) {
      std::optional<Event> event = engine.wait_event(std::chrono::milliseconds(200));
      if (!event) {
        ++waited;
        continue;
      }
      if (event->request == request && ends_request(*event)) return std::move(*event);
      if (on_event) on_event(*event);
    }
    ADD_FAILURE() << "no end of request " << request << " within two minutes";
    return {};
  }
  template <typename Result>
  static Result call(Engine& engine, Command command,
                     const std::function<void(const Event&)>& on_event = {}) {
    const Event event = finish(engine, engine.send(std::move(command)), on_event);
    if (const auto* failed = std::get_if<RequestFailed>(&event.body)) {
      ADD_FAILURE() << failed->message << " / " << failed->hint;
      return {};
    }
    return std::get<Result>(event.body);
  }
  static RequestFailed fail(Engine& engine, Command command) {
    const Event event = finish(engine, engine.send(std::move(command)));
    EXPECT_TRUE(std::holds_alternative<RequestFailed>(event.body));
    return std::holds_alternative<RequestFailed>(event.body) ? std::get<RequestFailed>(event.body)
                                                             : RequestFailed{};
  }
  static std::int64_t add(Engine& engine, const std::filesystem::path& path = kSample) {
    return call<VideoAdded>(engine, AddVideo{path.string()}).video.id;
  }

  std::filesystem::path folder_;
};

// Every byte that a memory holds.
inline std::string memory_hash(const store::MemoryStore& memory) {
  Hasher hasher;
  for (memory::BlockId id = 0; id < memory.count(); ++id) {
    const memory::BlockInfo info = memory.info(id);
    hasher.add(info.time.begin).add(info.time.end).add(info.shown_at);
    std::vector<std::byte> payload(memory.shape().layout(info.tokens).bytes());
    for (std::int64_t layer = 0; layer < memory.shape().layers; ++layer) {
      memory.read_payload(id, layer, payload);
      hasher.add(payload);
      hasher.add(std::as_bytes(memory.mean_keys(layer, id, 1)));
    }
  }
  return std::to_string(memory.count()) + " blocks, " + hasher.finish().to_hex();
}

inline AskQuestion question(std::int64_t video, const std::string& text) {
  AskQuestion ask;
  ask.text = text;
  ask.scopes = {{video, std::nullopt}};
  return ask;
}

}  // namespace longtake

#endif  // LONGTAKE_TESTS_UNIT_SESSION_ENGINE_FIXTURE_H_
