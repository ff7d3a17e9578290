#include "engine/session/bench_machine.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <sstream>

#include "engine/base/time.h"

namespace longtake::session {

namespace {

// The rest of the first line of a file that starts with `name`, behind `separator`, without quotes.
std::string line_of(const char* path, const std::string& name, char separator) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name)) continue;
    std::string value = line.substr(std::min(line.size(), line.find(separator) + 1));
    std::erase(value, '"');
    return value.substr(std::min(value.size(), value.find_first_not_of(" \t")));
  }
  return {};
}

int usable_cores() {
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
  return CPU_COUNT(&cores);
}

double own_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double busy_cpu_seconds() {
  std::istringstream line(line_of("/proc/stat", "cpu ", ' '));
  double user = 0;
  double nice = 0;
  double system = 0;
  double idle = 0;
  double wait = 0;
  double interrupts = 0;
  double soft_interrupts = 0;
  double stolen = 0;
  line >> user >> nice >> system >> idle >> wait >> interrupts >> soft_interrupts >> stolen;
  return (user + nice + system + interrupts + soft_interrupts + stolen) /
         static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

Machine describe_machine() {
  Machine machine;
  machine.cpu = line_of("/proc/cpuinfo", "model name", ':');
  machine.cores = usable_cores();
  machine.memory_bytes = static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  machine.system = line_of("/etc/os-release", "PRETTY_NAME", '=');
  utsname kernel{};
  if (uname(&kernel) == 0) machine.system += std::string(", Linux ") + kernel.release;
#if defined(__clang__)
  machine.compiler = __VERSION__;
#else
  machine.compiler = "GCC " __VERSION__;
#endif
#ifndef NDEBUG
  machine.compiler += ", with assertions";
#endif
  const std::time_t now = utc_seconds();
  std::tm utc{};
  gmtime_r(&now, &utc);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%d %H:%M", &utc);
  machine.date = date;
  return machine;
}

OtherLoad::OtherLoad()
    : system_seconds_(busy_cpu_seconds()),
      own_seconds_(own_cpu_seconds()),
      start_us_(monotonic_us()) {}

double OtherLoad::cores() const {
  const double passed = to_seconds(monotonic_us() - start_us_);
  const double others = (busy_cpu_seconds() - system_seconds_) - (own_cpu_seconds() - own_seconds_);
  return passed > 0 ? std::max(0.0, others / passed) : 0;
}

PeakMemory::PeakMemory() {
  std::ofstream file("/proc/self/clear_refs");
  file << "5" << std::flush;  // "reset the peak resident set size" (proc(5))
  reset_ = file.good();
}

std::int64_t PeakMemory::bytes() const {
  std::istringstream line(line_of("/proc/self/status", "VmHWM", ':'));
  std::int64_t kilobytes = 0;
  line >> kilobytes;
  return kilobytes * 1024;
}

}  // namespace longtake::session
