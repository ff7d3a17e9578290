// Declares Engine: everything below the windows, behind one door. This header is the manual.
//
// Commands and events. send() hands a command over and returns at once with a request id. Whatever
// comes of it arrives as events that carry this id: any number of progress events, then exactly one
// that ends the request (named beside each command in engine/session/commands.h, or RequestFailed).
// Requests of one kind end in the order in which they were sent, except that the newest GetPictures
// is served first; different kinds overtake each other: a question never waits for watching to
// finish, only for the chunk in flight, and catalogue commands, pictures, waveforms, cuts and exports
// wait for nothing but their like. Adding a video and checking the library wait for each other, and
// nothing else for them, except that what is written waits while a check examines the search index.
// Removing waits until what is removed is in use no more: until its watch has ended its chunk and,
// where a memory of it is open, until the device has ended what it is doing. Nothing waits for
// removing.
//
// The event queue. Events wait in one queue until next_event() or wait_event() takes them. The
// queue never drops one, so a frontend must drain it; progress that the frontend has not looked at
// yet is merged (one WatchProgress per request). set_wakeup_callback() installs a function that is
// called, from some engine thread, when the queue becomes non-empty. It must only wake the
// frontend's own loop (post an event) and must not call the engine: the engine never calls back
// into a frontend in any other way.
//
// Asking. A question is on disk milliseconds after send(), which does not wait for it: before the
// model is loaded, while a chunk is being watched or another question answered. QuestionStored says
// so, and ~Engine() waits for it; an answer that was then never written is found interrupted by the
// next start. In a library that is only read (EngineOptions::read_only) nothing of it is stored.
//
// Watching. WatchVideo requests are worked off one after the other, oldest first, by the one thread
// that owns the device. Every chunk is committed before the next one begins or, on a device that
// works by itself, while the next one runs, so the engine may be destroyed, or the process killed,
// at any time; the same command later resumes where the memory ends.
//
// Errors. Everything that can go wrong with a request is a RequestFailed with a code, a message
// (what happened) and a hint (what to do). Only the constructor throws: the Error of the library
// that cannot be opened, or Error{device_lost} if Device::cuda is wanted and no GPU answers (where
// the library is only read, the first question says so).
//
// Thread rule: every method may be called from any thread; next_event()/wait_event() from one at a
// time. Lifetime rule: the destructor cancels watches, answers, exports and the like and waits for
// them: for a chunk, a token or some pictures, but also for a model that is being loaded, and for
// SQLite where it is just examining the whole database for CheckLibrary. What was sent to change the
// catalogue, removals among it, is done first. Events that nobody took are dropped.
#ifndef LONGTAKE_ENGINE_ENGINE_H_
#define LONGTAKE_ENGINE_ENGINE_H_

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/session/commands.h"
#include "engine/session/device_choice.h"
#include "engine/session/events.h"
#include "kernels/backend.h"

namespace longtake {

namespace session {
struct RuntimeOptions;  // engine/session/runtime.h
}

struct EngineOptions {
  std::filesystem::path library;  // folder; made if absent
  std::filesystem::path model;    // a Hugging Face folder
  Device device = Device::automatic;
  kernels::WeightFormat weights = kernels::WeightFormat::automatic;
  // Of new memories: half of bf16 at no measured loss.
  kernels::KvCodec codec = kernels::KvCodec::i8;
  std::size_t cache_bytes = 512u << 20;  // RAM for blocks that questions have used
  // Beside another process that writes, or where the library may not be changed: everything but what
  // changes it. Each question is answered from what that process has committed by then; it and its
  // answer are not stored, so one of a conversation is refused. Waveforms and cuts are worked out
  // again each time, unless that process has kept them.
  bool read_only = false;
  // Makes the graphics card's backend; a test puts a device of its own in its place.
  std::function<std::unique_ptr<kernels::Backend>(const kernels::BackendOptions&)> make_device =
      kernels::make_cuda_backend;
};

class Engine {
 public:
  explicit Engine(EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  RequestId send(Command command);

  std::optional<Event> next_event();                                   // empty: none is waiting
  std::optional<Event> wait_event(std::chrono::milliseconds at_most);  // empty: none came in time
  void set_wakeup_callback(std::function<void()> wakeup);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What the engine's device and model are opened with, for commands that open them without an engine.
session::RuntimeOptions runtime_options(const EngineOptions& options);

// "0.1.0", as the package is called.
std::string version();

}  // namespace longtake

#endif  // LONGTAKE_ENGINE_ENGINE_H_
