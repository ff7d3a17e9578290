// Declares Isa and select_isa(): which instructions the CPU backend uses. Highway and oneDNN each
// choose at run time; this makes both obey one answer.
//
// Thread rule: any thread. Lifetime rule: the choice holds for the process, because oneDNN fixes it at first use.
#ifndef LONGTAKE_KERNELS_CPU_CPU_ISA_H_
#define LONGTAKE_KERNELS_CPU_CPU_ISA_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace longtake::kernels::cpu {

// Ascending: each one includes those before it.
enum class Isa : std::uint8_t { sse4, avx2, avx512, avx512_vnni, avx512_bf16 };

std::string_view isa_name(Isa isa);

// Limits the process to the named ISA ("" = the best there is) and returns the one that is used:
// the named one, or the CPU's best if that is less. LONGTAKE_ISA overrides the name. The first call
// decides; a later one may ask for the same or for "". Throws Error{unsupported} if it asks for
// another, or the CPU lacks SSE4; Error{bad_argument} if the name is unknown.
Isa select_isa(std::string_view name);

// The CPU's name as it gives it, e.g. "AMD EPYC 9654".
std::string cpu_name();

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_CPU_ISA_H_
