#include "kernels/cpu/matmul.h"

#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <unordered_map>

#include "kernels/error.h"

namespace longtake::kernels::cpu {
namespace {

using dnnl::memory;

// Row remainders make new shapes; dropping all primitives now and then bounds them.
constexpr std::size_t kMaxPrimitives = 2048;

const dnnl::engine& cpu_engine() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

memory::desc weights_desc(MatmulKind kind, std::int64_t k, std::int64_t n) {
  using Tag = memory::format_tag;
  switch (kind) {
    case MatmulKind::f32_packed:
      return {{k, n}, memory::data_type::f32, Tag::BA16a64b};
    case MatmulKind::bf16_packed:
      return {{k, n}, memory::data_type::bf16, Tag::BA16a64b2a};
    case MatmulKind::i8_packed:
      return {{k, n}, memory::data_type::s8, Tag::BA16a64b4a};
    case MatmulKind::f32_plain:
      return {{k, n}, memory::data_type::f32, memory::dims{1, k}};
  }
  return {};
}

memory::data_type input_type(MatmulKind kind) {
  switch (kind) {
    case MatmulKind::bf16_packed:
      return memory::data_type::bf16;
    case MatmulKind::i8_packed:
      return memory::data_type::u8;
    default:
      return memory::data_type::f32;
  }
}

}  // namespace

struct Matmul::Primitive {
  dnnl::matmul matmul;
  dnnl::stream stream;
  std::unordered_map<int, memory> arguments;
};

Matmul::Matmul() = default;
Matmul::~Matmul() = default;
Matmul::Matmul(Matmul&&) noexcept = default;

void Matmul::run(MatmulKind kind, std::int64_t m, std::int64_t n, std::int64_t k, const void* a,
                 const void* w, void* c) {
  try {
    const Key key{static_cast<std::int64_t>(kind), m, n, k};
    auto found = primitives_.find(key);
    if (found == primitives_.end()) {
      if (primitives_.size() >= kMaxPrimitives) primitives_.clear();
      const dnnl::engine& engine = cpu_engine();
      const auto output_type =
          kind == MatmulKind::i8_packed ? memory::data_type::s32 : memory::data_type::f32;
      const memory::desc a_desc({m, k}, input_type(kind), memory::dims{k, 1});
      const memory::desc w_desc = weights_desc(kind, k, n);
      const memory::desc c_desc({m, n}, output_type, memory::dims{n, 1});
      Primitive primitive;
      primitive.matmul = dnnl::matmul({{a_desc, w_desc, c_desc}, engine});
      primitive.stream = dnnl::stream(engine);
      primitive.arguments = {{DNNL_ARG_SRC, memory(a_desc, engine, nullptr)},
                             {DNNL_ARG_WEIGHTS, memory(w_desc, engine, nullptr)},
                             {DNNL_ARG_DST, memory(c_desc, engine, nullptr)}};
      found = primitives_.emplace(key, std::move(primitive)).first;
    }
    Primitive& primitive = found->second;
    primitive.arguments.at(DNNL_ARG_SRC).set_data_handle(const_cast<void*>(a));
    primitive.arguments.at(DNNL_ARG_WEIGHTS).set_data_handle(const_cast<void*>(w));
    primitive.arguments.at(DNNL_ARG_DST).set_data_handle(c);
    primitive.matmul.execute(primitive.stream, primitive.arguments);
  } catch (const dnnl::error& error) {
    const bool memory_gone = error.status == dnnl_out_of_memory;
    throw Error(memory_gone ? ErrorCode::out_of_memory : ErrorCode::internal,
                std::string("oneDNN refused a matrix product: ") + error.what());
  }
}

}  // namespace longtake::kernels::cpu
