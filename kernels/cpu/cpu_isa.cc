#include "kernels/cpu/cpu_isa.h"

#include <hwy/targets.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <oneapi/dnnl/dnnl.hpp>
#include <optional>

#include "kernels/error.h"

namespace longtake::kernels::cpu {
namespace {

constexpr Isa kAll[] = {Isa::sse4, Isa::avx2, Isa::avx512, Isa::avx512_vnni, Isa::avx512_bf16};

Isa best_isa() {
  const std::int64_t targets = hwy::SupportedTargets();
  if ((targets & HWY_AVX3) != 0) {
    const bool vnni = __builtin_cpu_supports("avx512vnni") != 0;
    if (vnni && __builtin_cpu_supports("avx512bf16") != 0) return Isa::avx512_bf16;
    return vnni ? Isa::avx512_vnni : Isa::avx512;
  }
  if ((targets & HWY_AVX2) != 0) return Isa::avx2;
  if ((targets & HWY_SSE4) != 0) return Isa::sse4;
  throw Error(ErrorCode::unsupported, "This processor lacks SSE4.2",
              "Longtake needs a processor of 2009 or newer.");
}

Isa isa_from_name(std::string_view name) {
  for (Isa isa : kAll) {
    if (isa_name(isa) == name) return isa;
  }
  throw Error(ErrorCode::bad_argument, "Unknown instruction set \"" + std::string(name) + "\"",
              "Use sse4, avx2, avx512, avx512_vnni or avx512_bf16.");
}

void limit_highway(Isa isa) {
  std::int64_t targets = HWY_SSE4;
  if (isa >= Isa::avx2) targets |= HWY_AVX2;
  if (isa >= Isa::avx512) targets |= HWY_AVX3;
  hwy::SetSupportedTargetsForTest(hwy::SupportedTargets() & targets);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

void limit_dnnl(Isa isa) {
  const auto limit = [isa] {
    switch (isa) {
      case Isa::sse4:
        return dnnl::cpu_isa::sse41;
      case Isa::avx2:
        return dnnl::cpu_isa::avx2;
      case Isa::avx512:
        return dnnl::cpu_isa::avx512_core;
      case Isa::avx512_vnni:
        return dnnl::cpu_isa::avx512_core_vnni;
      case Isa::avx512_bf16:
        return dnnl::cpu_isa::avx512_core_bf16;
    }
    return dnnl::cpu_isa::all;
  };
  if (dnnl::set_max_cpu_isa(limit()) != dnnl::status::success) {
    throw Error(ErrorCode::unsupported, "oneDNN was in use before its instruction set was chosen",
                "Choose it before the first backend is made.");
  }
}

}  // namespace

std::string_view isa_name(Isa isa) {
  switch (isa) {
    case Isa::sse4:
      return "sse4";
    case Isa::avx2:
      return "avx2";
    case Isa::avx512:
      return "avx512";
    case Isa::avx512_vnni:
      return "avx512_vnni";
    case Isa::avx512_bf16:
      return "avx512_bf16";
  }
  return "?";
}

Isa select_isa(std::string_view name) {
  static std::mutex mutex;
  static std::optional<Isa> chosen;
  const std::lock_guard lock(mutex);
  if (const char* forced = std::getenv("LONGTAKE_ISA"); forced != nullptr && *forced != '\0') {
    name = forced;
  }
  if (chosen) {
    if (!name.empty() && isa_from_name(name) < *chosen) {
      throw Error(ErrorCode::unsupported,
                  "This process already uses " + std::string(isa_name(*chosen)),
                  "Choose the instruction set before the first backend is made.");
    }
    return *chosen;
  }
  Isa isa = best_isa();
  // Without a limit oneDNN may also use what has no name here (AMX).
  if (!name.empty()) {
    isa = std::min(isa, isa_from_name(name));
    limit_highway(isa);
    limit_dnnl(isa);
  }
  chosen = isa;
  return isa;
}

std::string cpu_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(": ") + 2);
  }
  return "CPU";
}

}  // namespace longtake::kernels::cpu
