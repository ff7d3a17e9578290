// Declares the limits of a machine, measured: how fast it multiplies, reads memory and uses the
// disk. Every other number of a bench is compared with one of them.
//
// A limit is the best of several attempts, not their median: it says what the machine can do.
// Thread rule: the device thread. Lifetime rule: everything is borrowed for the call; temporary
// files are removed. Errors: what Backend and File throw.
#ifndef LONGTAKE_ENGINE_SESSION_BENCH_LIMITS_H_
#define LONGTAKE_ENGINE_SESSION_BENCH_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "kernels/backend.h"

namespace longtake::session {

struct Limits {
  double gemm_flops = 0;  // per second, Backend::linear at a large shape
  kernels::WeightFormat gemm_format = kernels::WeightFormat::automatic;  // what it was measured in
  double memory_read = 0;  // bytes per second, by as many threads as the backend has
  double disk_write = 0;   // bytes per second, fdatasync included
  double disk_read = 0;    // bytes per second of one sequential reader, page cache dropped before
  double disk_random = 0;  // reads of 4 KiB per second, one after the other, from anywhere
  double decoder = 0;      // frames per second that FFmpeg decodes; measured by bench()

  // The better of each: a limit that was measured while the machine did something else is none.
  Limits best_of(const Limits& other) const;
};

// What a measured time was spent on.
struct Work {
  double operations = 0;    // of matrix products
  double memory_bytes = 0;  // read
  double disk_read_bytes = 0;
  double disk_reads = 0;  // in so many places
  double disk_write_bytes = 0;
  double frames = 0;  // decoded

  // The shortest time possible: arithmetic and memory overlap in any processor, as do the bytes and
  // the places of reads; the rest comes one after the other.
  double least_seconds(const Limits& limits) const;
};

struct LimitOptions {
  std::int64_t gemm_side = 4096;        // of the weights; half as many rows
  std::size_t memory_bytes = 1u << 30;  // more than any last-level cache that it should not measure
  std::int64_t disk_bytes = 256 << 20;  // as long as a segment file
  int attempts = 5;
  double seconds = 2;  // more attempts at what is over sooner; others may be using the machine
};

// `folder` is where the disk is measured.
Limits measure_limits(kernels::Backend& backend, kernels::WeightFormat format,
                      const std::filesystem::path& folder, const LimitOptions& options);

// Makes the next read of a file come from the disk, as after a restart; it must have been synced.
// Has no effect on parts that are mapped somewhere.
void drop_from_page_cache(const std::filesystem::path& file);
// The same for every file below a folder.
void drop_folder_from_page_cache(const std::filesystem::path& folder);

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_BENCH_LIMITS_H_
