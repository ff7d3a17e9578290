// Declares what a table of numbers must say about where they come from: Machine describes the
// computer, OtherLoad tells how much of it other programs used meanwhile, PeakMemory how much this
// one needed.
//
// Thread rule: one thread. Lifetime rule: plain values. What the system does not tell stays empty
// or 0.
#ifndef LONGTAKE_ENGINE_SESSION_BENCH_MACHINE_H_
#define LONGTAKE_ENGINE_SESSION_BENCH_MACHINE_H_

#include <cstdint>
#include <string>

namespace longtake::session {

struct Machine {
  std::string cpu;  // "AMD EPYC 9554 64-Core Processor"
  int cores = 0;    // that this process may run on
  std::int64_t memory_bytes = 0;
  std::string system;    // distribution and kernel
  std::string compiler;  // and whether assertions are on
  std::string date;      // UTC, "2026-05-01 12:00"
};
Machine describe_machine();

// Numbers of a busy machine are worth less: how many cores other programs (and, in a virtual
// machine, other machines) took on average since construction.
class OtherLoad {
 public:
  OtherLoad();
  double cores() const;

 private:
  double system_seconds_ = 0;  // busy time of all cores
  double own_seconds_ = 0;
  std::int64_t start_us_ = 0;
};
// From this share of one core on, a table says that the machine was shared.
inline constexpr double kSharedCores = 0.1;

// The most resident memory since construction; mapped weights count where they have been touched.
class PeakMemory {
 public:
  PeakMemory();
  std::int64_t bytes() const;
  // False where the kernel cannot reset its mark: then it is the peak since the program started.
  bool since_construction() const { return reset_; }

 private:
  bool reset_ = false;
};

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_BENCH_MACHINE_H_
