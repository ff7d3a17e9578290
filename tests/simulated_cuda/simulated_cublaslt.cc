#include <cublasLt.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <oneapi/dnnl/dnnl.h>

#include <cstdlib>
#include <vector>

struct SimulatedMatmul {
  cublasComputeType_t compute;
  cublasOperation_t transposed_a = CUBLAS_OP_N;
  cublasOperation_t transposed_b = CUBLAS_OP_N;
  cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
  const void* bias = nullptr;
  cudaDataType_t bias_type = CUDA_R_32F;
};
// Column-major.
struct SimulatedLayout {
  cudaDataType_t type;
  std::int64_t rows, columns, stride;
};
struct SimulatedPreference {
  // Bytes to which every matrix is aligned.
  std::uint32_t alignment = 256;
};

namespace {

float element(const void* data, cudaDataType_t type, std::int64_t i) {
  switch (type) {
    case CUDA_R_32F:
      return static_cast<const float*>(data)[i];
    case CUDA_R_16BF:
      return __bfloat162float(static_cast<const __nv_bfloat16*>(data)[i]);
    case CUDA_R_16F:
      return __half2float(static_cast<const __half*>(data)[i]);
    case CUDA_R_8F_E4M3:
      return static_cast<float>(static_cast<const __nv_fp8_e4m3*>(data)[i]);
    default:
      simulated::fail("cublasLtMatmul: a type that is not simulated");
  }
}
void set_element(void* data, cudaDataType_t type, std::int64_t i, float x) {
  switch (type) {
    case CUDA_R_32F:
      static_cast<float*>(data)[i] = x;
      return;
    case CUDA_R_16BF:
      static_cast<__nv_bfloat16*>(data)[i] = __float2bfloat16_rn(x);
      return;
    default:
      simulated::fail("cublasLtMatmul: a type that is not simulated");
  }
}

std::vector<float> dense(const void* data, const SimulatedLayout& layout) {
  std::vector<float> values(static_cast<std::size_t>(layout.rows * layout.columns));
  for (std::int64_t column = 0; column < layout.columns; ++column) {
    for (std::int64_t row = 0; row < layout.rows; ++row) {
      values[static_cast<std::size_t>(column * layout.rows + row)] =
          element(data, layout.type, column * layout.stride + row);
    }
  }
  return values;
}

float gelu_tanh(float x) {
  return 0.5F * x * (1 + std::tanh(0.79788456F * (x + 0.044715F * x * x * x)));
}

void multiply_floats(const SimulatedMatmul& description, float alpha, const void* a,
                     const SimulatedLayout& a_layout, const void* b,
                     const SimulatedLayout& b_layout, float beta, const void* c,
                     const SimulatedLayout& c_layout, void* d, const SimulatedLayout& d_layout) {
  const std::int64_t n = d_layout.rows;
  const std::int64_t rows = d_layout.columns;
  const std::int64_t k = a_layout.rows;
  const std::vector<float> weights = dense(a, a_layout);  // [n][k]
  const std::vector<float> x = dense(b, b_layout);        // [rows][k]
  std::vector<float> y(static_cast<std::size_t>(n * rows));
  if (dnnl_sgemm('N', 'T', rows, n, k, alpha, x.data(), k, weights.data(), k, 0.0F, y.data(), n) !=
      dnnl_success) {
    simulated::fail("cublasLtMatmul: oneDNN cannot multiply");
  }
  const bool biased = description.epilogue == CUBLASLT_EPILOGUE_BIAS ||
                      description.epilogue == CUBLASLT_EPILOGUE_GELU_BIAS;
  const bool bent = description.epilogue == CUBLASLT_EPILOGUE_GELU ||
                    description.epilogue == CUBLASLT_EPILOGUE_GELU_BIAS;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t i = 0; i < n; ++i) {
      float value = y[static_cast<std::size_t>(row * n + i)];
      if (beta != 0) value += beta * element(c, c_layout.type, row * c_layout.stride + i);
      if (biased) value += element(description.bias, description.bias_type, i);
      set_element(d, d_layout.type, row * d_layout.stride + i, bent ? gelu_tanh(value) : value);
    }
  }
}

void multiply_codes(const void* a, const SimulatedLayout& a_layout, const void* b,
                    const SimulatedLayout& b_layout, void* d, const SimulatedLayout& d_layout) {
  const auto* const weights = static_cast<const std::int8_t*>(a);
  const auto* const x = static_cast<const std::int8_t*>(b);
  auto* const y = static_cast<std::int32_t*>(d);
  for (std::int64_t row = 0; row < d_layout.columns; ++row) {
    for (std::int64_t i = 0; i < d_layout.rows; ++i) {
      std::int32_t sum = 0;
      for (std::int64_t k = 0; k < a_layout.rows; ++k) {
        sum += weights[i * a_layout.stride + k] * x[row * b_layout.stride + k];
      }
      y[row * d_layout.stride + i] = sum;
    }
  }
}

bool is_f8(const SimulatedLayout& layout) {
  return layout.type == CUDA_R_8F_E4M3;
}
// Where the tensor cores take eight-bit floats: both operands, in whole pieces of 16, and sums of
// f32 that nothing is done to.
bool f8_fits(const SimulatedMatmul& description, const SimulatedLayout& a, const SimulatedLayout& b,
             const SimulatedLayout& c, const SimulatedLayout& d) {
  constexpr std::int64_t kPiece = 16;
  return is_f8(a) && is_f8(b) && c.type == CUDA_R_32F && d.type == CUDA_R_32F &&
         description.epilogue == CUBLASLT_EPILOGUE_DEFAULT && a.rows % kPiece == 0 &&
         a.columns % kPiece == 0 && a.stride % kPiece == 0 && b.stride % kPiece == 0 &&
         d.stride % 4 == 0;
}
// Other types are multiplied however they lie, by what is slow on a GPU unless rows are whole pieces
// of 16 bytes. Results need not be.
bool whole_pieces(const SimulatedLayout& layout) {
  const std::int64_t in_a_piece = layout.type == CUDA_R_32F ? 4 : 8;
  return layout.rows % in_a_piece == 0 && layout.stride % in_a_piece == 0;
}
bool aligned(const void* data) {
  return reinterpret_cast<std::uintptr_t>(data) % 16 == 0;
}

}  // namespace

const char* cublasLtGetStatusString(cublasStatus_t status) {
  return status == CUBLAS_STATUS_SUCCESS ? "success" : "not supported";
}
cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  if (simulated::state() != cudaSuccess) return CUBLAS_STATUS_EXECUTION_FAILED;
  *handle = new int(0);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) {
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* description,
                                        cublasComputeType_t compute, cudaDataType_t) {
  *description = new SimulatedMatmul{compute};
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t description) {
  delete description;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t description,
                                              cublasLtMatmulDescAttributes_t attribute,
                                              const void* value, std::size_t bytes) {
  const auto take = [&](auto& to) {
    if (bytes != sizeof to) return CUBLAS_STATUS_INVALID_VALUE;
    std::memcpy(&to, value, bytes);
    return CUBLAS_STATUS_SUCCESS;
  };
  switch (attribute) {
    case CUBLASLT_MATMUL_DESC_TRANSA:
      return take(description->transposed_a);
    case CUBLASLT_MATMUL_DESC_TRANSB:
      return take(description->transposed_b);
    case CUBLASLT_MATMUL_DESC_EPILOGUE:
      return take(description->epilogue);
    case CUBLASLT_MATMUL_DESC_BIAS_POINTER:
      return take(description->bias);
    case CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE:
      return take(description->bias_type);
  }
  return CUBLAS_STATUS_INVALID_VALUE;
}
cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout, cudaDataType_t type,
                                          std::uint64_t rows, std::uint64_t columns,
                                          std::int64_t stride) {
  if (stride < static_cast<std::int64_t>(rows)) return CUBLAS_STATUS_INVALID_VALUE;
  *layout = new SimulatedLayout{type, static_cast<std::int64_t>(rows),
                                static_cast<std::int64_t>(columns), stride};
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  delete layout;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* preference) {
  *preference = new SimulatedPreference;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) {
  delete preference;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t preference,
                                                    cublasLtMatmulPreferenceAttributes_t attribute,
                                                    const void* value, std::size_t bytes) {
  if (attribute == CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES) return CUBLAS_STATUS_SUCCESS;
  std::uint32_t alignment = 0;
  if (bytes != sizeof alignment) return CUBLAS_STATUS_INVALID_VALUE;
  std::memcpy(&alignment, value, bytes);
  preference->alignment = std::min(preference->alignment, alignment);
  return CUBLAS_STATUS_SUCCESS;
}

// Codes must lie as the tensor cores want them: everything else is multiplied.
cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t description,
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                              cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
                                              cublasLtMatmulPreference_t preference, int wanted,
                                              cublasLtMatmulHeuristicResult_t* results,
                                              int* found) {
  *found = 0;
  if (std::getenv("LONGTAKE_SIMULATED_REFUSAL") != nullptr) return CUBLAS_STATUS_NOT_SUPPORTED;
  const bool fits = description->transposed_a == CUBLAS_OP_T &&
                    description->transposed_b == CUBLAS_OP_N && a->rows == b->rows &&
                    a->columns == d->rows && b->columns == d->columns && wanted > 0;
  const bool codes = description->compute == CUBLAS_COMPUTE_32I;
  if (!fits || (codes && (a->stride % 4 != 0 || b->stride % 4 != 0 || a->rows % 4 != 0))) {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  if ((is_f8(*a) || is_f8(*b)) &&
      (!f8_fits(*description, *a, *b, *c, *d) || preference->alignment < 16)) {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  if (!codes && !is_f8(*a) && !(whole_pieces(*a) && whole_pieces(*b))) {
    simulated::fail("cublasLtMatmul: rows that a GPU multiplies slowly");
  }
  for (int i = 0; i < std::min(wanted, 2); ++i) results[(*found)++] = {{i}, CUBLAS_STATUS_SUCCESS};
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t description, const void* alpha,
                              const void* a, cublasLtMatrixLayout_t a_layout, const void* b,
                              cublasLtMatrixLayout_t b_layout, const void* beta, const void* c,
                              cublasLtMatrixLayout_t c_layout, void* d,
                              cublasLtMatrixLayout_t d_layout, const cublasLtMatmulAlgo_t*, void*,
                              std::size_t, cudaStream_t stream) {
  if (simulated::state() != cudaSuccess) return CUBLAS_STATUS_EXECUTION_FAILED;
  if (!simulated::load_code(reinterpret_cast<const void*>(cublasLtMatmul))) {
    return CUBLAS_STATUS_ALLOC_FAILED;
  }
  if (description->compute == CUBLAS_COMPUTE_32I) {
    if (*static_cast<const std::int32_t*>(beta) != 0) return CUBLAS_STATUS_NOT_SUPPORTED;
    simulated::enqueue(stream,
                       [=, a_layout = *a_layout, b_layout = *b_layout, d_layout = *d_layout] {
                         multiply_codes(a, a_layout, b, b_layout, d, d_layout);
                       });
    return CUBLAS_STATUS_SUCCESS;
  }
  if (is_f8(*a_layout) && !(aligned(a) && aligned(b) && aligned(c) && aligned(d))) {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  simulated::enqueue(stream, [=, description = *description,
                              alpha = *static_cast<const float*>(alpha),
                              beta = *static_cast<const float*>(beta), a_layout = *a_layout,
                              b_layout = *b_layout, c_layout = *c_layout, d_layout = *d_layout] {
    multiply_floats(description, alpha, a, a_layout, b, b_layout, beta, c, c_layout, d, d_layout);
  });
  return CUBLAS_STATUS_SUCCESS;
}
